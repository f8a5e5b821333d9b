"""The lives of teams, activities, shifts, sign-ups, hour records, disputes and certificates, as data (domain 13.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class TeamState(TextChoices):
    """Whether a team is at work. It follows from its moments, and so does that of a membership."""

    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")


class MemberState(TextChoices):
    """Whether somebody is in a team."""

    IN = "in", _("in the team")
    OUT = "out", _("no longer in the team")


class Stage(TextChoices):
    """How far an activity has come. It follows from its moments."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for the committee")
    POSTED = "posted", _("posted")
    CANCELLED = "cancelled", _("called off")


class Phase(TextChoices):
    """Where a shift of a posted activity stands: by the clock and the places taken, never from a flag."""

    RECRUITING = "recruiting", _("hands wanted")
    FULL = "full", _("full")
    RUNNING = "running", _("under way")
    FINISHED = "finished", _("over, hours not yet entered")
    HOURS_ENTERED = "hours_entered", _("hours entered")
    SETTLED = "settled", _("settled")
    CANCELLED = "cancelled", _("called off")


class SignupState(TextChoices):
    """How a sign-up stands. Whether somebody came is told by the attendance alone."""

    APPLIED = "applied", _("waiting for an answer")
    ACCEPTED = "accepted", _("has a place")
    WAITLISTED = "waitlisted", _("on the waiting list")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


class HourState(TextChoices):
    """How far an hour record has come. What is certified is told by the certificates."""

    CLAIMED = "claimed", _("claimed by the volunteer")
    ENTERED = "entered", _("entered")
    VERIFIED = "verified", _("verified")
    ON_NOTICE = "on_notice", _("on public notice")
    BOOKED = "booked", _("booked")
    DISPUTED = "disputed", _("disputed")
    CORRECTED = "corrected", _("replaced by a correction")
    REJECTED = "rejected", _("rejected")
    REVOKED = "revoked", _("revoked")


class DisputeState(TextChoices):
    """How far an objection to a record has come."""

    OPEN = "open", _("objected to")
    FOUND = "found", _("found out by one")
    ANSWERED = "answered", _("confirmed by a second person")


class CertificateState(TextChoices):
    """How far a certificate has come. It follows from its moments."""

    ASKED = "asked", _("waiting for the committee")
    REFUSED = "refused", _("refused")
    ISSUED = "issued", _("in force")
    VOIDED = "voided", _("void")


NEXT_TEAM: dict[TeamState, frozenset[TeamState]] = {
    TeamState.ACTIVE: frozenset({TeamState.CLOSED}),
    TeamState.CLOSED: frozenset(),
}
NEXT_MEMBER: dict[MemberState, frozenset[MemberState]] = {
    MemberState.IN: frozenset({MemberState.OUT}),
    MemberState.OUT: frozenset(),
}
NEXT_STAGE: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.SUBMITTED, Stage.POSTED, Stage.CANCELLED}),
    Stage.SUBMITTED: frozenset({Stage.DRAFT, Stage.POSTED, Stage.CANCELLED}),
    Stage.POSTED: frozenset({Stage.CANCELLED}),
    # Called off by mistake, it stands again as it stood.
    Stage.CANCELLED: frozenset({Stage.DRAFT, Stage.SUBMITTED, Stage.POSTED}),
}
NEXT_PHASE: dict[Phase, frozenset[Phase]] = {
    Phase.RECRUITING: frozenset({Phase.FULL, Phase.RUNNING, Phase.CANCELLED}),
    Phase.FULL: frozenset({Phase.RECRUITING, Phase.RUNNING, Phase.CANCELLED}),
    Phase.RUNNING: frozenset({Phase.FINISHED}),
    Phase.FINISHED: frozenset({Phase.HOURS_ENTERED}),
    Phase.HOURS_ENTERED: frozenset({Phase.SETTLED}),
    # A claim that comes late, or a record that is disputed, opens it again.
    Phase.SETTLED: frozenset({Phase.HOURS_ENTERED}),
    Phase.CANCELLED: frozenset({Phase.RECRUITING, Phase.FULL}),
}
NEXT_SIGNUP: dict[SignupState, frozenset[SignupState]] = {
    SignupState.APPLIED: frozenset(
        {SignupState.ACCEPTED, SignupState.WAITLISTED, SignupState.DECLINED, SignupState.CANCELLED}
    ),
    SignupState.WAITLISTED: frozenset({SignupState.ACCEPTED, SignupState.DECLINED, SignupState.CANCELLED}),
    SignupState.ACCEPTED: frozenset({SignupState.DECLINED, SignupState.CANCELLED}),
    SignupState.DECLINED: frozenset(),
    SignupState.CANCELLED: frozenset(),
}
NEXT_DISPUTE: dict[DisputeState, frozenset[DisputeState]] = {
    # Whoever found may write it anew until somebody confirms.
    DisputeState.OPEN: frozenset({DisputeState.FOUND}),
    DisputeState.FOUND: frozenset({DisputeState.FOUND, DisputeState.ANSWERED}),
    DisputeState.ANSWERED: frozenset(),
}
NEXT_CERTIFICATE: dict[CertificateState, frozenset[CertificateState]] = {
    CertificateState.ASKED: frozenset({CertificateState.ISSUED, CertificateState.REFUSED}),
    CertificateState.REFUSED: frozenset(),
    CertificateState.ISSUED: frozenset({CertificateState.VOIDED}),
    CertificateState.VOIDED: frozenset(),
}
NEXT: dict[HourState, frozenset[HourState]] = {
    HourState.CLAIMED: frozenset({HourState.VERIFIED, HourState.CORRECTED, HourState.REJECTED}),
    HourState.ENTERED: frozenset({HourState.VERIFIED, HourState.CORRECTED, HourState.REJECTED}),
    HourState.VERIFIED: frozenset({HourState.ON_NOTICE}),
    HourState.ON_NOTICE: frozenset({HourState.BOOKED, HourState.DISPUTED}),
    HourState.BOOKED: frozenset({HourState.DISPUTED, HourState.CORRECTED, HourState.REVOKED}),
    HourState.DISPUTED: frozenset(
        {HourState.ON_NOTICE, HourState.BOOKED, HourState.CORRECTED, HourState.REJECTED}
    ),
    HourState.CORRECTED: frozenset(),
    HourState.REJECTED: frozenset(),
    HourState.REVOKED: frozenset(),
}
# A record that stands or may come to stand: a person has one of each shift.
LIVE = frozenset(
    {
        HourState.CLAIMED,
        HourState.ENTERED,
        HourState.VERIFIED,
        HourState.ON_NOTICE,
        HourState.BOOKED,
        HourState.DISPUTED,
    }
)
# A sign-up that holds a place or waits for one.
ACTIVE = frozenset({SignupState.APPLIED, SignupState.ACCEPTED, SignupState.WAITLISTED})
# Shifts that have not begun, those people can come to, and those that were held.
AHEAD = frozenset({Phase.RECRUITING, Phase.FULL})
ON = AHEAD | {Phase.RUNNING}
HELD = frozenset({Phase.FINISHED, Phase.HOURS_ENTERED, Phase.SETTLED})

_OVER = _("This is over. If you were there, you can claim your time.")
TEAM = LifeCycle(
    "team",
    NEXT_TEAM,
    TeamState.ACTIVE,
    refusals={TeamState.CLOSED: _("This team has been closed.")},
)
MEMBERSHIP = LifeCycle(
    "membership",
    NEXT_MEMBER,
    MemberState.IN,
    refusals={MemberState.OUT: _("This person has left the team already.")},
)
ACTIVITY = LifeCycle(
    "activity",
    NEXT_STAGE,
    Stage.DRAFT,
    attribute="stage",
    refusals={Stage.CANCELLED: _("This activity was called off.")},
)
# Services close, settle and call off; the other steps are taken by the clock and by the places.
SHIFT = LifeCycle(
    "shift",
    NEXT_PHASE,
    Phase.RECRUITING,
    attribute="phase",
    refusals={
        Phase.RUNNING: _(
            "This has begun. Go to the place: while places are free you can join by scanning the code there."
        ),
        Phase.FINISHED: _OVER,
        Phase.HOURS_ENTERED: _OVER,
        Phase.SETTLED: _OVER,
        Phase.CANCELLED: _("This was called off."),
    },
)
SIGNUP = LifeCycle(
    "signup",
    NEXT_SIGNUP,
    SignupState.APPLIED,
    refusals={
        SignupState.DECLINED: _("This sign-up has ended already."),
        SignupState.CANCELLED: _("This sign-up has ended already."),
    },
)
# Claimed by the volunteer, entered by a keeper, or found by two people to be another time than was booked.
_WAITS = _("This record still waits to be verified.")
HOURS = LifeCycle(
    "hours",
    NEXT,
    HourState.CLAIMED,
    also_first=(HourState.ENTERED, HourState.VERIFIED),
    refusals={
        HourState.CLAIMED: _WAITS,
        HourState.ENTERED: _WAITS,
        HourState.VERIFIED: _(
            "This record was already verified. It goes on public notice next; there everybody can say what is wrong."
        ),
        HourState.ON_NOTICE: _(
            "This record is on public notice. Whoever finds it wrong objects to it; two people then answer."
        ),
        HourState.BOOKED: _(
            "This record is booked. It is changed by a correction, or revoked by the team's leader or the director."
        ),
        HourState.DISPUTED: _("This record is disputed. It waits for the answer that two people give."),
        HourState.CORRECTED: _("This record was replaced by a correction."),
        HourState.REJECTED: _("This record was rejected."),
        HourState.REVOKED: _("This record was revoked."),
    },
)
DISPUTE = LifeCycle("dispute", NEXT_DISPUTE, DisputeState.OPEN)
CERTIFICATE = LifeCycle("certificate", NEXT_CERTIFICATE, CertificateState.ASKED)


class Moments(Protocol):
    """What the phase of a shift follows from."""

    starts_at: datetime
    ends_at: datetime
    slots: int
    taken: int
    closed_at: datetime | None
    settled_at: datetime | None
    cancelled_at: datetime | None


def phase(now: datetime, shift: Moments) -> Phase:
    """The one place that decides it: under way from `starts_at` until just before `ends_at`."""
    if shift.cancelled_at is not None:
        return Phase.CANCELLED
    if shift.settled_at is not None:
        return Phase.SETTLED
    if shift.closed_at is not None:
        return Phase.HOURS_ENTERED
    if now >= shift.ends_at:
        return Phase.FINISHED
    if now >= shift.starts_at:
        return Phase.RUNNING
    return Phase.FULL if shift.taken >= shift.slots else Phase.RECRUITING
