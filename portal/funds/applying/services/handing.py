"""Handing in, once complete, and taking back: the number is given and the rules are frozen under the round's lock."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.funds.applying import changes, events
from portal.funds.applying.permissions import APPLICATIONS
from portal.funds.applying.selectors import writers
from portal.funds.applying.services.drafts import require_in_time
from portal.funds.applying.services.joining import end_unanswered
from portal.funds.applying.steps import Lack, lacking
from portal.funds.applying.traces import trace
from portal.funds.applying.wording import COMPLETE, ELIGIBILITY
from portal.funds.ballot.services.striking import void
from portal.funds.calls.events import CALL_CANCELLED
from portal.funds.calls.freezing import freeze
from portal.funds.models import Application, Call
from portal.funds.states import PUBLIC, UNDECIDED, ApplicationState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.search import services as search


class Unready(NotPossible):
    """Something is missing or not allowed; `lacks` says what, and where it is put right."""

    def __init__(self, lacks: list[Lack]) -> None:
        self.lacks = lacks
        super().__init__("\n".join(lack.text for lack in lacks))


@transaction.atomic
def hand_in(user: User, pk: int) -> Application:
    """Hand in what is complete: it has its number from the first time on, and the rules of the round stand from now on.

    Nobody changes it any more until it is given back. Raises Unready with everything that is missing, NotPossible
    outside the window, or where it was given back and nothing was changed since.
    """
    lock_round(pk)
    application = APPLICATIONS.take(user, pk, "hand_in")
    require_in_time(application)
    if lacks := lacking(application):
        raise Unready(lacks)
    if changes.untouched(application):
        raise NotPossible(
            _(
                "Nothing was changed since it was given back. Please complete what is missing; if nothing is, ask the "
                "committee to take it back as it is."
            )
        )
    again = application.state == ApplicationState.RETURNED
    if application.number is None:
        application.number = next_number(application.call)
    freeze(application.call)
    first = application.submitted_at or clock.now()
    advance(application, ApplicationState.SUBMITTED, also=["number"], submitted_at=first, reason="")
    end_unanswered(application)
    due = eligibility_due(application.call)
    _kept(application, user, due)
    trace(application, "handed_in_again" if again else "handed_in", by=user)
    _announce(user, application, due)
    return application


@transaction.atomic
def withdraw(user: User, pk: int, reason: str) -> Application:
    """Take an application back before it is decided; its number is never used again.

    It stays to be read by whoever applied and by the office. Raises NotPossible once it is decided.
    """
    lock_round(pk)
    application = APPLICATIONS.take(user, pk, "withdraw")
    struck = reason.strip()[:200] if application.state in PUBLIC else ""
    _end(application, user, reason, "withdrawn", struck)
    void(application, reason, by=user)
    if application.number:
        to = {*writers(application), *post_users(Post.WORKER, application.neighbourhood)} - {user}
        announce_to = sorted(to, key=lambda one: one.pk)
        notify(events.WITHDRAWN, application, announce_to, once_per=key(application), reason=reason.strip())
    return application


def end_with_the_round(call: Call, user: User) -> None:
    """Withdraw what is not decided in a round that is called off; all who apply are told why."""
    undecided = Application.objects.select_for_update(of=("self",)).filter(call=call, state__in=UNDECIDED)
    for application in undecided.select_related("call__fund__neighbourhood").order_by("pk"):
        told = list(writers(application))
        _end(application, user, call.reason, "called_off")
        url = application.get_absolute_url()
        notify(CALL_CANCELLED, call, told, once_per=key(application), url=url, reason=call.reason)


def lock_round(pk: int) -> None:
    """The locks of all rounds of an application's neighbourhood and year, in one order: they share their numbers."""
    own = Application.objects.filter(pk=pk).values_list("call__fund__neighbourhood", "call__year").first()
    if own is not None:
        here, year = own
        calls = Call.objects.select_for_update(of=("self",)).filter(fund__neighbourhood=here, year=year)
        list(calls.order_by("pk").values_list("pk"))


def next_number(call: Call) -> str:
    """YYYY-NBH-NNN, the next of the neighbourhood in the year of the round; behind `lock_round`. Never given twice."""
    here = call.neighbourhood
    rounds = Call.objects.filter(fund__neighbourhood=here, year=call.year)
    highest = max(rounds.values_list("last_number", flat=True))
    call.last_number = highest + 1
    call.save(update_fields=["last_number"])
    return f"{call.year}-{here.slug.upper()}-{call.last_number:03d}"


def eligibility_due(call: Call) -> Deadline:
    """By when the office checks what was handed in: its working days, from the end of the window on."""
    since = max(clock.now(), call.closes_at) if call.closes_at else clock.now()
    return add_working_days(since, call.eligibility_days)


def _end(application: Application, user: User, reason: str, what: str, struck: str = "") -> None:
    """Withdrawn, with its trace; nothing is owed or asked about it any more. The record names the number alone."""
    advance(application, ApplicationState.WITHDRAWN, reason=reason.strip(), struck_why=struck)
    end_unanswered(application)
    duties.drop(application)
    trace(application, what, by=user, why=reason)
    search.index(application)
    if application.number:
        log(events.WITHDRAWN, application.call, by=user, data={"number": application.number})


def _kept(application: Application, user: User, due: Deadline) -> None:
    """Completing it is done; the check is owed by the office."""
    duties.close(COMPLETE, application, by=user)
    duties.open_duty(ELIGIBILITY, application, due=due, post=Post.WORKER)


def _announce(user: User, application: Application, due: Deadline) -> None:
    log(events.HANDED_IN, application.call, by=user, data={"number": application.number})
    told: dict[str, Any] = {"number": application.number, "due_at": due.at.isoformat()}
    once = f"{key(application)}:{clock.now().isoformat()}"
    notify(events.HANDED_IN, application, writers(application), once_per=once, **told)
    office = post_users(Post.WORKER, application.neighbourhood)
    announce(events.CAME_IN, application, to=office, **told)
