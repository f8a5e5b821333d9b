"""The stations of a project from its application to its accounts, and who owes the next step by when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.next_step import COMMITTEE, NextStep, next_owed
from portal.funds.models import Application, Call, Grant
from portal.funds.states import ApplicationState, GrantState
from portal.kit import clock
from portal.kit.track import Station, place, stations
from portal.record.services import key
from portal.voting.states import BEFORE_END

A, G = ApplicationState, GrantState
STATIONS = {
    "applied": _("applied"),
    "checked": _("the check"),
    "reviewed": _("reviewed"),
    "on_notice": _("on notice, vote"),
    "decided": _("the decision"),
    "carried_out": _("carried out"),
    "accounts": _("accounts"),
}
TRACK = (
    ("applied", frozenset({A.DRAFT, A.RETURNED})),
    ("checked", frozenset({A.SUBMITTED, A.ELIGIBLE, A.INELIGIBLE})),
    ("reviewed", frozenset({A.NEED_CHECKED, A.REVIEWING, A.SHORTLISTED})),
    ("on_notice", frozenset({A.ON_NOTICE, A.VOTING})),
    ("decided", frozenset({A.APPROVED, A.DECLINED})),
)
OF_GRANT = (
    ("applied", frozenset[GrantState]()),
    ("checked", frozenset[GrantState]()),
    ("reviewed", frozenset[GrantState]()),
    ("on_notice", frozenset[GrantState]()),
    ("decided", frozenset({G.APPROVED, G.GIVEN_UP})),
    ("carried_out", frozenset({G.AGREED, G.RUNNING, G.SUSPENDED, G.COMPLETED, G.ACCEPTED, G.TERMINATED})),
    ("accounts", frozenset({G.POSTED, G.CLOSED})),
)
STOPPED = frozenset({A.INELIGIBLE, A.DECLINED, A.WITHDRAWN})
ENDED_EARLY = frozenset({G.GIVEN_UP, G.TERMINATED})


def grant_of(application: Application) -> Grant | None:
    """The money approved for it, if any was; asked once, however many parts of a page read it."""
    return getattr(application, "grant", None)


def track(application: Application, grant: Grant | None) -> list[Station]:
    """The stations in order; one that ended early stops where it was."""
    if grant is not None:
        return _of_grant(GrantState(grant.state), grant)
    state = ApplicationState(application.state)
    if state is A.WITHDRAWN:
        return stations(STATIONS, 1 if application.number else 0, "stopped", state.label)
    return stations(STATIONS, place(TRACK, state), "stopped" if state in STOPPED else "now", state.label)


def next_step(application: Application, grant: Grant | None) -> NextStep | None:
    """Who owes the next step by when: what is promised with a date, else whoever it lies with; None at its end."""
    subjects = [key(application), *([key(grant)] if grant else [])]
    return next_owed(subjects) or _without_a_date(application, grant)


def _of_grant(state: GrantState, grant: Grant) -> list[Station]:
    at = place(OF_GRANT, state)
    if state in ENDED_EARLY:
        return stations(STATIONS, at, "stopped", state.label)
    return stations(STATIONS, at, "done" if state is G.CLOSED else "now", state.label)


def _without_a_date(application: Application, grant: Grant | None) -> NextStep | None:
    call = application.call
    if grant is not None or application.state in STOPPED:
        return None
    if application.state == A.DRAFT:
        return NextStep(application.lead.public_name, _("complete it and hand it in"), call.closes_at)
    if application.state == A.RETURNED:
        return NextStep(application.lead.public_name, _("complete what is missing and hand it in again"))
    if application.state == A.VOTING:
        return _of_vote(call)
    if application.state == A.ON_NOTICE and call.notice_until and not clock.passed(call.notice_until):
        return NextStep(_("neighbours"), _("read it and object where something is wrong"), call.notice_until)
    return next_owed([key(call)]) or NextStep(COMMITTEE, _("take the next step of the review"))


def _of_vote(call: Call) -> NextStep:
    """While ballots are cast the residents, then whoever counts: nobody who could vote is late with it."""
    vote = call.vote
    if vote is not None and vote.phase in BEFORE_END:
        return NextStep(_("residents"), _("vote"), vote.closes_at)
    subjects = [key(call), *([key(vote)] if vote else [])]
    return next_owed(subjects) or NextStep(COMMITTEE, _("count the ballots, and work out what they come to"))
