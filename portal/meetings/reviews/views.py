"""A review as everybody reads it, and planning one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers, onward_first
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Visitor
from portal.community.requests import visitor
from portal.community.web import account, sent, signed_in, typed_before
from portal.duties.models import Duty
from portal.duties.next_step import NextStep, body_of, step_of_duty
from portal.kit.fields import longest
from portal.kit.track import Station, place, stations
from portal.meetings.hooks import Subject, kind_of, to_review
from portal.meetings.minutes.reading import what_came_of
from portal.meetings.models import Level, Part, Review, ReviewMeasure
from portal.meetings.reviews.actions import ACTIONS, ONWARD, ROUTE, in_front
from portal.meetings.reviews.forms import PlanForm
from portal.meetings.reviews.permissions import PLACES, REVIEWS
from portal.meetings.reviews.selectors import came_to, counts_of
from portal.meetings.reviews.services import planning
from portal.meetings.services.transitions import MINUTES_DUTY
from portal.meetings.states.review import BEFORE, COURSE
from portal.meetings.states.review import ReviewState as R
from portal.record import services as record
from portal.voting.models import RollEntry

HISTORY = 60
SMALL = frozenset({"review.marked", "review.attendance"})
# From the count on what the ballots said is read by everybody.
LAST = {Level.NOT_SATISFIED, Level.NOT_COMPETENT}

act = action_view(REVIEWS, ACTIONS)


@dataclass(frozen=True)
class Bar:
    """One level with its ballots."""

    label: str
    count: int
    tone: str = ""


@dataclass(frozen=True)
class Result:
    """What the ballots said. `all`: the ballots counted, invalid ones and abstentions too; `roll`: who could vote."""

    bars: list[Bar]
    all: int
    roll: int

    @property
    def other(self) -> int:
        """Ballots that chose no level."""
        return self.all - sum(bar.count for bar in self.bars)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a review."""
    found = REVIEWS.open(request, pk)
    members = list(found.participants.select_related("person"))
    came, invited = came_to(found)
    listed = offers(request, REVIEWS, ACTIONS, found, ROUTE)
    listed = onward_first(listed, ONWARD.get(R(found.state)))
    measures = list(found.measures.all())
    context = {
        "review": found,
        "state": R(found.state),
        "track": _track(found),
        "next": _next(found, measures),
        "offers": listed,
        "front": in_front(listed, REVIEWS.roles(request.user, found)) if listed else "",
        "has_ballot": _has_ballot(found, visitor(request)),
        "result": result_of(found),
        "papers": list(found.papers.filter(public=True).order_by("created_at")),
        "judging": [member for member in members if member.part == Part.DELEGATE],
        "reporting": [member for member in members if member.part == Part.REVIEWED],
        "came": came,
        "invited": invited,
        "measures": measures,
        "dated": found.starts_at is not None and found.state in BEFORE,
        "subject_name": kind.name if (kind := kind_of(found.subject)) else "",
        "history": record.history([record.key(found)], HISTORY, but=SMALL),
        **what_came_of(found, visitor(request), members),
    }
    return render(request, "meetings/reviews/review.html", context)


def _next(review: Review, measures: list[ReviewMeasure]) -> NextStep | None:
    """While it is being put right, the first measure that is not reported comes before the check of them all."""
    waiting = [one for one in measures if one.done_at is None] if review.state == R.RECTIFYING else []
    about = record.key(waiting[0] if waiting else review)
    duty = Duty.objects.active().filter(subject=about).exclude(kind=MINUTES_DUTY).order_by("due_at").first()
    if duty is None:
        return None
    who = review.reviewed_name if duty.person_id else body_of(duty.post)
    return step_of_duty(duty, who)


def _has_ballot(review: Review, user: Visitor) -> bool:
    """Whether the reader stands on the roll of the ballot that is open."""
    person = getattr(user, "person_id", None)
    return bool(
        person
        and review.state == R.BALLOTING
        and RollEntry.objects.filter(vote=review.vote, person=person).exists()
    )


def result_of(review: Review) -> Result | None:
    """The picture of the ballots; None before they are counted, and where they do not count."""
    vote = review.vote
    if vote is None or vote.counted_at is None or vote.annulled_at is not None:
        return None
    counts = counts_of(vote, review.scale)
    bars = [Bar(str(level.label), number, "no" if level in LAST else "") for level, number in counts.items()]
    cast = vote.totals["cast"]
    return Result(bars, sum(one["heads"] for one in cast.values()), vote.heads)


@signed_in
@once
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a review in a neighbourhood; `?about=topic:12` names the finished thing it is about."""
    here = PLACES.open(request, slug, "plan_review")
    about = str(request.GET.get("about", ""))[:60]
    matter = to_review(account(request), about) if about else None
    initial = {"title": _title_of(matter) if matter else "", **(typed_before(request) or {})}
    form = PlanForm(sent(request), here=here, matter=matter, initial=initial)
    context = {"back": reverse("meetings:meetings", args=[slug]), "tab": "meetings", "matter": matter}

    def made(form: PlanForm) -> str:
        planned = planning.plan_review(account(request), slug, about=about, **form.cleaned_data)
        messages.success(request, _("The review is planned. Announce its day next."))
        return planned.get_absolute_url()

    ask = matter.require_callable if matter else None
    return handle_form(request, form, made, "meetings/reviews/plan.html", context, ask=ask)


def _title_of(matter: Subject) -> str:
    title = _("Review: %(title)s") % {"title": matter.title}
    return title[: longest(Review, "title")]


def _track(review: Review) -> list[Station]:
    state = R(review.state)
    cancelled = state is R.CANCELLED
    reached = R(review.cancelled_from) if cancelled and review.cancelled_from else state
    status = "done" if state is R.CLOSED else "stopped" if cancelled else "now"
    where = place(COURSE.track, R.PLANNED if reached is R.CANCELLED else reached)
    return stations(COURSE.stations, where, status, state.label)
