"""The shortlist by the ranking, its public notice, and the decision where no vote is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.duties.calendar import add_working_days
from portal.funds.applying.selectors import writers
from portal.funds.applying.traces import trace
from portal.funds.calls.selectors import residents
from portal.funds.models import Application, Call
from portal.funds.review import events, ranking, selectors
from portal.funds.review.deciding import approve, needs_vote, require_answered, require_notice_over, rival_of
from portal.funds.review.owing import owe_next
from portal.funds.review.permissions import CALLS
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.search import services as search

A = ApplicationState
# What the shortlist is made of.
CANDIDATES = frozenset({A.REVIEWING, A.SHORTLISTED, A.ON_NOTICE, A.DECLINED})


@transaction.atomic
def shortlist(user: User, call_pk: int, chosen: Iterable[int], reason: str = "") -> Call:
    """Choose by their keys which projects go on public notice; until then it can be chosen anew.

    Who leaves the ranking says why, for everybody to read. NotPossible before all scores are in, without saying so,
    or where nothing is chosen: a round of which nothing is fit is called off.
    """
    call = CALLS.take(user, call_pk, "shortlist")
    require_all_in(call)
    ranked = [row for row in ranking.of(call) if row.application.state in CANDIDATES]
    wanted = set(chosen) & {row.application.pk for row in ranked}
    if not wanted:
        raise NotPossible(
            _(
                "Nothing is ticked. At least one project goes on public notice; where none is fit to, the director can "
                "call the round off."
            )
        )
    if blank(reason) and not ranking.follows(wanted, ranked):
        raise NotPossible(
            _("This leaves the ranking. Please say why a project with a higher score is left out.")
        )
    for row in ranked:
        _put(row.application, row.application.pk in wanted, user)
    call.shortlisted_at, call.shortlist_why = clock.now(), reason.strip()
    call.save(update_fields=["shortlisted_at", "shortlist_why"])
    log(events.SHORTLISTED, call, by=user, data={"count": len(wanted), "reason": call.shortlist_why})
    owe_next(call)
    return call


@transaction.atomic
def post_notice(user: User, call_pk: int) -> Call:
    """Put the shortlist on public notice for the days of the round, with ranking, scores and reasons.

    What is not on it is declined, and public too. NotPossible without a shortlist, or while an objection waits.
    """
    call = CALLS.take(user, call_pk, "post_notice")
    require_postable(call)
    until = add_working_days(clock.now(), call.notice_days)
    advance(call, CallState.ON_NOTICE, notice_until=until.at)
    _publish(call, user)
    count = call.applications.filter(state=A.ON_NOTICE).count()
    told = residents(call.neighbourhood)
    data = {"count": count, "until_on": until.last_day.isoformat()}
    announce(events.POSTED, call, by=user, to=told, data=data, count=count, until_at=until.at.isoformat())
    owe_next(call)
    return call


@transaction.atomic
def decide_without_vote(user: User, call_pk: int) -> Call:
    """Approve by the ranking as far as the pot goes, of an exclusion group one; decline the rest; tell everybody.

    NotPossible while the notice runs or an objection waits, and where the rules of the round ask the residents.
    """
    call = CALLS.take(user, call_pk, "decide")
    require_decidable(call)
    for row in ranking.of(call):
        if row.application.state == A.ON_NOTICE:
            _decide(call, row.application, user)
    given = list(call.applications.filter(state=A.APPROVED))
    advance(call, CallState.DECIDED, decided_at=clock.now())
    data = {"count": len(given), "projects": [one.number for one in given], "given": call.given}
    log(events.DECIDED, call, by=user, data=data)
    owe_next(call)
    return call


def _put(application: Application, wanted: bool, user: User) -> None:
    """Onto the shortlist or off it; what stood on notice already stays there where it is wanted."""
    if wanted and application.state not in {A.SHORTLISTED, A.ON_NOTICE}:
        if application.state == A.DECLINED:
            advance(application, A.REVIEWING, reason="")
        advance(application, A.SHORTLISTED)
        trace(application, "shortlisted", by=user)
    elif not wanted and application.state in {A.SHORTLISTED, A.ON_NOTICE}:
        advance(application, A.REVIEWING)
        trace(application, "off_shortlist", by=user)


def _publish(call: Call, user: User) -> None:
    until_at = call.notice_until.isoformat() if call.notice_until else ""
    for application in call.applications.select_for_update().filter(state__in=[A.SHORTLISTED, A.REVIEWING]):
        application.call = call
        chosen = application.state == A.SHORTLISTED
        why = "" if chosen else call.shortlist_why or _left_out()
        advance(application, A.ON_NOTICE if chosen else A.DECLINED, reason=why)
        trace(application, "on_notice" if chosen else "not_shortlisted", by=user)
        search.index(application)
        event = events.ON_NOTICE if chosen else events.NOT_SHORTLISTED
        to = writers(application)
        notify(event, application, to, once_per=each_time(application), until_at=until_at)


@translation.override(settings.LANGUAGE_CODE)
def _left_out() -> str:
    """What is kept is in the portal's own language."""
    return _("Other projects have a higher score.")


def _decide(call: Call, application: Application, user: User) -> None:
    """Money where the pot still has it and no rival has some; else declined with the reason."""
    why = _hindrance(call, application)
    if why:
        advance(application, A.DECLINED, reason=why)
        trace(application, "not_approved", by=user, why=why)
    else:
        approve(call, application, application.asked, by=user)
    search.index(application)
    to, once = writers(application), each_time(application)
    if why:
        notify(events.NOT_CHOSEN, application, to, once_per=once, reason=why)
    else:
        notify(events.CHOSEN, application, to, once_per=once, fen=application.asked)


@translation.override(settings.LANGUAGE_CODE)
def _hindrance(call: Call, application: Application) -> str:
    if application.asked <= 0:
        return _("Nothing is asked for.")
    if rival := rival_of(application):
        return _("Only one of it and “%(other)s” is paid.") % {"other": rival.title}
    left = call.pot - call.given
    if application.asked > left:
        return _("The pot has %(left)s left.") % {"left": wording.yuan(left)}
    return ""


def require_all_in(call: Call) -> None:
    """Refuse while a reviewer owes a score."""
    if not selectors.all_in(call):
        raise NotPossible(_("Not all scores are in yet. Nobody reads any before."))


def require_postable(call: Call) -> None:
    """Refuse to put a round on public notice without its shortlist, or while an objection waits."""
    require_all_in(call)
    if call.shortlisted_at is None:
        raise NotPossible(_("The shortlist is not made yet."))
    require_answered(call)


def require_decidable(call: Call) -> None:
    """Refuse to decide a round before its public notice is over and its objections answered, or without its vote."""
    require_notice_over(call)
    require_answered(call)
    if needs_vote(call):
        raise NotPossible(_("By the rules of this round the residents are asked. Please call the vote."))
