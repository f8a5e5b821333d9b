"""The life of a coordination meeting (协调会), as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.meetings.states.course import Course


class CoordinationState(TextChoices):
    """Where a coordination meeting stands (协调会)."""

    APPLIED = "applied", _("applied for")
    ACCEPTED = "accepted", _("taken up for talks")
    DECLINED = "declined", _("not taken up for talks")
    CONSENTED = "consented", _("all parties agree to it")
    REFUSED = "refused", _("refused by a party")
    NOTIFIED = "notified", _("parties invited")
    IN_SESSION = "in_session", _("in session")
    MINUTES_DRAFT = "minutes_draft", _("record being confirmed")
    MINUTES_SIGNED = "minutes_signed", _("record confirmed")
    AGREED = "agreed", _("agreement to be signed")
    NOT_AGREED = "not_agreed", _("no agreement")
    AGREEMENT_SIGNED = "agreement_signed", _("agreement in effect")
    PERFORMING = "performing", _("being carried out as agreed")
    PERFORMED = "performed", _("agreement carried out")
    BREACHED = "breached", _("not carried out")
    REFERRED = "referred", _("other routes told")
    STOPPED = "stopped", _("ended by a party")


_S = CoordinationState
# Until the agreement is in effect every party may end it (《人民调解法》第23条).
STOPPABLE = frozenset(
    {
        _S.APPLIED,
        _S.ACCEPTED,
        _S.CONSENTED,
        _S.NOTIFIED,
        _S.IN_SESSION,
        _S.MINUTES_DRAFT,
        _S.MINUTES_SIGNED,
        _S.AGREED,
    }
)
_ONWARD: dict[CoordinationState, frozenset[CoordinationState]] = {
    _S.APPLIED: frozenset({_S.ACCEPTED, _S.DECLINED}),
    _S.ACCEPTED: frozenset({_S.CONSENTED, _S.REFUSED}),
    _S.CONSENTED: frozenset({_S.NOTIFIED}),
    _S.NOTIFIED: frozenset({_S.IN_SESSION}),
    # Another day of talks has its own invitation.
    _S.IN_SESSION: frozenset({_S.NOTIFIED, _S.MINUTES_DRAFT}),
    _S.MINUTES_DRAFT: frozenset({_S.MINUTES_SIGNED}),
    _S.MINUTES_SIGNED: frozenset({_S.AGREED, _S.NOT_AGREED}),
    # Somebody does not sign after all.
    _S.AGREED: frozenset({_S.AGREEMENT_SIGNED, _S.NOT_AGREED}),
    _S.NOT_AGREED: frozenset({_S.REFERRED}),
    _S.AGREEMENT_SIGNED: frozenset({_S.PERFORMING}),
    _S.PERFORMING: frozenset({_S.PERFORMED, _S.BREACHED}),
    # Carried out after all, though late.
    _S.BREACHED: frozenset({_S.PERFORMING, _S.REFERRED}),
}
NEXT: dict[CoordinationState, frozenset[CoordinationState]] = {
    state: _ONWARD.get(state, frozenset()) | ({_S.STOPPED} if state in STOPPABLE else frozenset())
    for state in _S
}

LIFE = LifeCycle("coordination", NEXT, _S.APPLIED)
OVER = frozenset({_S.DECLINED, _S.REFUSED, _S.PERFORMED, _S.REFERRED, _S.STOPPED})
AHEAD = frozenset({_S.APPLIED, _S.ACCEPTED, _S.CONSENTED, _S.NOTIFIED})

TRACK: tuple[tuple[str, frozenset[CoordinationState]], ...] = (
    ("apply", frozenset({_S.APPLIED, _S.DECLINED})),
    ("consent", frozenset({_S.ACCEPTED, _S.CONSENTED, _S.REFUSED})),
    ("invite", frozenset({_S.NOTIFIED})),
    ("meet", frozenset({_S.IN_SESSION})),
    ("record", frozenset({_S.MINUTES_DRAFT, _S.MINUTES_SIGNED})),
    ("result", frozenset({_S.AGREED, _S.NOT_AGREED, _S.AGREEMENT_SIGNED})),
    ("perform", frozenset({_S.PERFORMING, _S.PERFORMED, _S.BREACHED, _S.REFERRED})),
)
STATIONS = {
    "apply": _("Apply for talks"),
    "consent": _("Consent"),
    "invite": _("Told in writing"),
    "meet": _("Talks"),
    "record": _("Record of the talks"),
    "result": _("Result"),
    "perform": _("Carry out"),
}
# What the worker in charge owes. While the agreement is carried out its last day counts (services.agreements).
OWED: dict[CoordinationState, str] = {
    _S.APPLIED: "coordination.accept",
    _S.ACCEPTED: "coordination.gather",
    _S.CONSENTED: "coordination.notify",
    _S.NOTIFIED: "coordination.begin",
    _S.IN_SESSION: "coordination.draft_minutes",
    _S.MINUTES_DRAFT: "coordination.sign_minutes",
    _S.MINUTES_SIGNED: "coordination.conclude",
    _S.AGREED: "coordination.seal",
    _S.NOT_AGREED: "coordination.refer",
    _S.AGREEMENT_SIGNED: "coordination.perform",
    _S.BREACHED: "coordination.refer",
}

COURSE = Course(
    LIFE,
    OWED,
    over=OVER,
    ahead=AHEAD,
    track=TRACK,
    stations=STATIONS,
    by_the_meeting=frozenset({_S.NOTIFIED}),
    step="coordination.step_working_days",
)
