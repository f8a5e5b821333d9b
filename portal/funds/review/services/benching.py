"""Who reviews a round, who may not, and what each of them scores."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import OFFICES, Appointment, Person, Post, User
from portal.community.places import touching
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.applying.traces import trace
from portal.funds.models import Application, Call, Conflict, Review, Reviewer
from portal.funds.permissions import handled_by
from portal.funds.review import events, selectors
from portal.funds.review.owing import owe_next
from portal.funds.review.permissions import CALLS, REVIEWERS
from portal.funds.review.services.reopening import reopen_where_short
from portal.funds.review.wording import SCORES
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank

A = ApplicationState
_TIES_COUNT = frozenset({CallState.OPEN, CallState.REVIEWING, CallState.ON_NOTICE})
# Whoever holds one of these speaks for an office here, not for the residents; the rest are elected among residents.
_STAFF_POSTS = OFFICES - {Post.OVERSIGHT, Post.OWNERS_COMMITTEE}


@transaction.atomic
def name_reviewer(
    user: User, call_pk: int, person: Person, delegate: bool = False, quality: str = ""
) -> Reviewer:
    """Name somebody to review a round; `quality`: in what capacity, which everybody can read.

    Somebody named later scores what lacks reviewers. NotPossible for whoever applies in the round, reviews it
    already, has no account, or where named as one is no delegate of the residents, or of the staff too; and once all
    scores are in.
    """
    call = CALLS.take(user, call_pk, "name_reviewer")
    _require_fit(call, person, delegate)
    to_score = _to_score(call)
    label = quality.strip() or (_as_delegate() if delegate else "")
    reviewer, _new = Reviewer.objects.update_or_create(
        call=call,
        person=person,
        defaults={
            "delegate": delegate,
            "quality": label,
            "named_at": clock.now(),
            "no_ties_at": None,
            "ended_at": None,
            "ended_why": "",
        },
    )
    _give(reviewer, to_score)
    log(events.NAMED, call, by=user, data={"quality": label or _unstated()})
    notify(events.NAMED, reviewer, accounts_of(person.pk), once_per=each_time(reviewer))
    owe_next(call)
    return reviewer


@transaction.atomic
def end_reviewer(user: User, pk: int, reason: str) -> Reviewer:
    """Let a reviewer stop: what was scored counts, what is owed is owed by others. NotPossible: stopped already."""
    reviewer = REVIEWERS.take(user, pk, "end_reviewer")
    if reviewer.ended_at is not None:
        raise NotPossible(_("This reviewer has stopped already."))
    end(reviewer, reason)
    return reviewer


@transaction.atomic
def hand_to_reviewers(user: User, call_pk: int) -> Call:
    """Hand all that was checked to the reviewers, who say their ties first and score within the days of the round.

    NotPossible while a check is open, or with fewer reviewers than the round asks for, or none of them a delegate.
    """
    call = CALLS.take(user, call_pk, "hand_to_reviewers")
    require_checked(call)
    ready = list(call.applications.select_for_update().filter(state=A.NEED_CHECKED))
    for application in ready:
        advance(application, A.REVIEWING)
        trace(application, "to_reviewers", by=user)
    for reviewer in call.reviewers.filter(ended_at=None):
        # What is new may bring new ties.
        reviewer.no_ties_at = None
        reviewer.save(update_fields=["no_ties_at"])
        _give(reviewer, ready)
    log(events.TO_REVIEWERS, call, by=user, data={"count": len(ready)})
    owe_next(call)
    return call


@transaction.atomic
def declare(
    user: User, pk: int, tied: Iterable[Application] = (), why: str = "", named: bool = False
) -> Reviewer:
    """Say, before anything is shown, to which applications one has ties; to all others one says to have none.

    `named`: one's name may be shown with the scores. NotPossible where ties are not said why, or nothing is there yet.
    """
    reviewer = REVIEWERS.take(user, pk, "declare")
    tied = list(tied)
    if not Review.objects.filter(reviewer=reviewer).exists() and not reviewer.conflicts.exists():
        raise NotPossible(_("There is nothing to score yet."))
    if tied and blank(why):
        raise NotPossible(_("Please say what the tie is."))
    for application in tied:
        _bar(reviewer, application, why, by=user)
    reviewer.no_ties_at, reviewer.named = clock.now(), named
    reviewer.save(update_fields=["no_ties_at", "named"])
    _settle(reviewer)
    return reviewer


@transaction.atomic
def declare_tie(user: User, pk: int, application: Application, why: str) -> Conflict:
    """Write down a tie of a reviewer, at whatever time: it bars from seeing and scoring, and sets scores aside.

    By the reviewer, or by the office, of which the reviewer is told. During the public notice it leads the project back
    to the review where too few scores are left. NotPossible once residents vote or the round is decided.
    """
    reviewer = REVIEWERS.take(user, pk, "declare_tie")
    if reviewer.call.state not in _TIES_COUNT:
        raise NotPossible(_("The review of this round is over. Please write to the committee instead."))
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    conflict = _bar(reviewer, application, why, by=user)
    reopen_where_short(reviewer.call, application)
    if user.person_id != reviewer.person_id:
        told = accounts_of(reviewer.person_id)
        notify(events.TIE_BY_OFFICE, reviewer, told, once_per=each_time(reviewer), reason=why.strip())
    _settle(reviewer)
    return conflict


def end(reviewer: Reviewer, reason: str) -> None:
    """Let a reviewer stop, whoever or whatever says so. Under the lock of the round."""
    reviewer.ended_at, reviewer.ended_why = clock.now(), reason.strip()[:200]
    reviewer.save(update_fields=["ended_at", "ended_why"])
    for review in Review.objects.pending().filter(reviewer=reviewer).select_related("application"):
        trace(review.application, "reviewer_gone", why=reviewer.quality)
        review.delete()
    duties.drop(reviewer)
    log(events.ENDED, reviewer.call, data={"quality": reviewer.quality or _unstated()})
    told = accounts_of(reviewer.person_id)
    notify(events.ENDED, reviewer, told, once_per=each_time(reviewer), reason=reviewer.ended_why)
    owe_next(reviewer.call)


@translation.override(settings.LANGUAGE_CODE)
def end_those_who_apply(call: Call) -> None:
    """Who came to apply in the round does not review it."""
    for reviewer in call.reviewers.filter(ended_at=None).select_related("person"):
        if selectors.applies_in(reviewer.person, call):
            end(reviewer, _("Whoever applies in a round does not review it."))


def give_again(application: Application) -> None:
    """Let every reviewer without a tie score an application once more, in its present round."""
    for reviewer in application.call.reviewers.filter(ended_at=None):
        _give(reviewer, [application])


@translation.override(settings.LANGUAGE_CODE)
def _as_delegate() -> str:
    """What is kept is in the portal's own language."""
    return _("residents' delegate")


@translation.override(settings.LANGUAGE_CODE)
def _unstated() -> str:
    """What the record says of somebody who was named in no capacity."""
    return _("in no stated capacity")


def _to_score(call: Call) -> list[Application]:
    """What somebody named now scores: all that is under review, or once scores are in what lacks reviewers."""
    under_review = list(call.applications.filter(state=A.REVIEWING))
    if not under_review or selectors.pending(call).exists():
        return under_review
    if short := selectors.short_of(call):
        return short
    raise NotPossible(_("All scores are in and can be read. Nobody else is named to score now."))


def _give(reviewer: Reviewer, applications: Iterable[Application]) -> None:
    """Let a reviewer owe the scores of some applications, but not of a tie, nor of what one entered or checked."""
    barred = set(reviewer.conflicts.values_list("application", flat=True))
    barred |= handled_by(reviewer.person_id, reviewer.call)
    made = [
        Review.objects.get_or_create(reviewer=reviewer, application=one, round=one.review_round)[1]
        for one in applications
        if one.pk not in barred
    ]
    if any(made):
        _owe(reviewer)


def _owe(reviewer: Reviewer) -> None:
    call = reviewer.call
    due = add_working_days(clock.now(), call.review_days)
    duties.open_duty(SCORES, reviewer, due=due, person=reviewer.person)
    told, once = accounts_of(reviewer.person_id), each_time(reviewer)
    notify(events.TO_REVIEWERS, reviewer, told, once_per=once, due_at=due.at.isoformat())


def _bar(reviewer: Reviewer, application: Application, why: str, *, by: User) -> Conflict:
    """A tie, and what follows: what was scored is set aside and stays to be read, what is owed goes."""
    if application.call_id != reviewer.call_id:
        raise NotPossible(_("This application belongs to another round."))
    if reviewer.conflicts.filter(application=application).exists():
        raise NotPossible(_("This tie is written down already."))
    own = Review.objects.filter(reviewer=reviewer, application=application)
    late = own.filter(handed_in_at__isnull=False).exists()
    made = Conflict.objects.create(
        reviewer=reviewer, application=application, why=why.strip(), late=late, declared_by=by
    )
    own.filter(handed_in_at=None).delete()
    own.update(set_aside=why.strip()[:200])
    trace(application, "late_tie" if late else "tie", why=reviewer.quality)
    log(events.TIE, reviewer.call, data={"number": application.number})
    return made


def _settle(reviewer: Reviewer) -> None:
    """Nothing is owed by somebody who has nothing left to score."""
    if reviewer.no_ties_at and not Review.objects.pending().filter(reviewer=reviewer).exists():
        duties.close(SCORES, reviewer)
    owe_next(reviewer.call)


def _require_fit(call: Call, person: Person, delegate: bool) -> None:
    if selectors.applies_in(person, call):
        raise NotPossible(_("Whoever applies in a round does not review it."))
    if call.reviewers.filter(person=person, ended_at=None).exists():
        raise NotPossible(_("%(name)s reviews this round already.") % {"name": person.public_name})
    if not User.objects.filter(person=person, is_active=True).exists():
        raise NotPossible(_("%(name)s has no account to score with.") % {"name": person.public_name})
    if delegate:
        _require_delegate(call, person)


def _require_delegate(call: Call, person: Person) -> None:
    held = Appointment.objects.on(clock.today()).filter(touching(call.neighbourhood.path), person=person)
    posts = set(held.values_list("post", flat=True))
    if Post.DELEGATE not in posts:
        raise NotPossible(_("%(name)s is no delegate of the residents here.") % {"name": person.public_name})
    if posts & _STAFF_POSTS:
        raise NotPossible(
            _("%(name)s holds a post of the staff here and does not review as the residents' delegate.")
            % {"name": person.public_name}
        )


def require_checked(call: Call) -> None:
    open_ones = call.applications.filter(state__in=selectors.UNCHECKED).count()
    if open_ones:
        raise NotPossible(_("%(n)s applications are not checked yet.") % {"n": open_ones})
    if not call.applications.filter(state=A.NEED_CHECKED).exists():
        raise NotPossible(_("There is nothing to hand to the reviewers."))
    bench = selectors.bench(call)
    if not bench.complete:
        raise NotPossible(
            _("The round asks for %(least)d reviewers, one of them a delegate of the residents.")
            % {"least": bench.least}
        )
