"""What a vote came to: computed by the frozen rules, then taken over whole, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, Event, announce, notify
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.allocating.services import ask_for
from portal.funds.applying.selectors import writers
from portal.funds.applying.traces import trace
from portal.funds.ballot.events import CHOSEN, DECIDED, NOT_CHOSEN, VOTE_ANNULLED, VOTE_CALLED_OFF
from portal.funds.ballot.permissions import CALLS
from portal.funds.ballot.services.striking import void_withdrawn
from portal.funds.ballot.wording import AGAIN, COMPUTE
from portal.funds.models import Allocation, AllocationRun, Application, Call
from portal.funds.review.deciding import approve
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.voting.models import OpenedBallot, Vote
from portal.voting.selectors import voters

Follows = Callable[[Call], object]
_DECIDED: list[Follows] = []


def register_decided(follows: Follows) -> None:
    """Let a room above say what is owed of a round that its residents have decided."""
    _DECIDED.append(follows)


@transaction.atomic
def settle(call_pk: int) -> Call:
    """Take a round where its vote leads: back, if it was called off or annulled; to the computation, to the result.

    Idempotent. What can only be counted or computed later waits.
    """
    call = _locked(call_pk)
    vote = call.vote
    if call.state != CallState.VOTING or vote is None:
        return call
    void_withdrawn(call)
    if vote.aborted_at is not None:
        return _back(call, vote, VOTE_CALLED_OFF)
    if vote.annulled_at is not None:
        return _back(call, vote, VOTE_ANNULLED)
    if vote.counted_at is None:
        return call
    if _has_ballots(vote) and result_of(call) is None:
        ask_for(call, None)
        _owe_result(call)
        return call
    return take_result(call)


@transaction.atomic
def compute_again(user: User, call_pk: int) -> Call:
    """Have a computation that broke off for good begun once more. NotPossible where it is not asked for."""
    call = CALLS.take(user, call_pk, "compute_again")
    if not broke_off(call):
        raise NotPossible(_("Nothing has to be computed again."))
    ask_for(call, user)
    duties.close(COMPUTE, call, by=user)
    _owe_result(call)
    return call


def broke_off(call: Call) -> bool:
    """Whether the result of a counted vote could not be computed."""
    if call.state != CallState.VOTING or result_of(call) is not None:
        return False
    return AllocationRun.objects.filter(call=call, ended_at__isnull=False).exclude(error="").exists()


@transaction.atomic
def take_result(call: Call) -> Call:
    """Approve what the allocation chose, decline the rest, tell everybody: all of it or nothing.

    Where nobody voted nothing is chosen; what was withdrawn since the computation is not approved, and its money stays
    in the fund. Taking it twice changes nothing. Raises NotPossible before the vote is
    counted and computed, for an annulled one, and where the sums are above the pot.
    """
    call = _locked(call.pk)
    if call.state == CallState.DECIDED:
        return call
    vote = call.vote
    if (
        call.state != CallState.VOTING
        or vote is None
        or vote.counted_at is None
        or vote.annulled_at is not None
    ):
        raise NotPossible(_("This round has no counted vote whose result could be taken."))
    result = result_of(call)
    if result is None and _has_ballots(vote):
        raise NotPossible(_("What the ballots come to is still being computed."))
    chosen = _chosen(result)
    projects = list(call.applications.select_for_update().filter(state=ApplicationState.VOTING))
    winners = [each for each in projects if each.pk in chosen]
    for project in winners:
        approve(call, project, project.asked, by=SYSTEM)
    for project in projects:
        if project.pk not in chosen:
            advance(project, ApplicationState.DECLINED)
            trace(project, "not_chosen")
    call.refresh_from_db()
    advance(call, CallState.DECIDED, decided_at=clock.now())
    duties.close(COMPUTE, call)
    _tell(call, vote, winners, projects, result)
    for follows in _DECIDED:
        follows(call)
    return call


def result_of(call: Call) -> Allocation | None:
    """The newest allocation of the round's present vote; None before there is one."""
    if call.vote is None or call.vote.counted_at is None:
        return None
    made = call.allocations.filter(made_at__gte=call.vote.counted_at)
    return made.order_by("-number").first()


def _owe_result(call: Call) -> None:
    """By when the result is there; the director sees to it where it breaks off."""
    days = rule("funds.compute_working_days", call.neighbourhood)
    duties.open_duty(COMPUTE, call, due=add_working_days(clock.now(), days), post=Post.DIRECTOR)


def _owe_vote(call: Call) -> None:
    days = rule("funds.vote_again_working_days", call.neighbourhood)
    duties.open_duty(AGAIN, call, due=add_working_days(clock.now(), days), post=Post.DIRECTOR)


def _locked(pk: int) -> Call:
    calls = Call.objects.select_for_update(of=("self",)).select_related("fund__neighbourhood", "vote")
    return calls.get(pk=pk)


def _has_ballots(vote: Vote) -> bool:
    return OpenedBallot.objects.filter(vote=vote).exists()


def _chosen(result: Allocation | None) -> set[int]:
    if result is None:
        return set()
    return {each["application"] for each in result.payload["projects"] if each["won"]}


def _back(call: Call, vote: Vote, event: Event) -> Call:
    """Everything is on public notice again, and a vote can be called anew; the options stay for the one that was."""
    for project in call.applications.select_for_update().filter(state=ApplicationState.VOTING):
        advance(project, ApplicationState.ON_NOTICE)
        trace(project, "vote_off", why=vote.ended_why)
    advance(call, CallState.ON_NOTICE)
    duties.drop(call, COMPUTE)
    _owe_vote(call)
    announce(event, call, to=voters(vote), data={"vote": key(vote), "reason": vote.ended_why})
    return call


def _tell(
    call: Call,
    vote: Vote,
    winners: list[Application],
    projects: list[Application],
    result: Allocation | None,
) -> None:
    told = {
        "vote": key(vote),
        "winners": [each.number for each in winners],
        "allocation": result.sha256 if result else "",
        "given": call.given,
    }
    announce(DECIDED, call, to=voters(vote), data=told, winners=len(winners))
    chosen = {each.pk for each in winners}
    for project in projects:
        event = CHOSEN if project.pk in chosen else NOT_CHOSEN
        notify(event, project, writers(project), once_per=f"{key(vote)}:{project.pk}")
