"""A hearing as everybody reads it: page, minutes to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers, onward_first
from portal.actions.views import action_view, handle_form, next_form
from portal.actions.web import once
from portal.community.models import Area, Upload
from portal.community.permissions import COMMITTEE, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here, visitor
from portal.community.web import account, sent, signed_in, typed_before
from portal.duties.next_step import body_of
from portal.kit.paging import paged
from portal.meetings import hooks, rules
from portal.meetings.actions import ACTIONS, ON_THE_PAGE, ONWARD, ROUTE
from portal.meetings.cards import MeetingCard, cards, next_of
from portal.meetings.forms.hearings import PlanForm
from portal.meetings.hallvote.reading import hall_votes
from portal.meetings.kinds import kinds
from portal.meetings.listing import kind_named, live_and_past
from portal.meetings.minutes.reading import what_came_of
from portal.meetings.models import Hearing, Meeting, Participant, Registration, Stance
from portal.meetings.opinions.cards import card_about
from portal.meetings.opinions.hooks import TAKES
from portal.meetings.opinions.permissions import shown_putting
from portal.meetings.permissions import HEARINGS, shown_registering
from portal.meetings.selectors import needing_no_seat
from portal.meetings.services import hearings
from portal.meetings.states.hearing import AHEAD
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.lots import LotState
from portal.meetings.track import track
from portal.record import services as record
from portal.record.wording import subject_url

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

PAGE = 20
HISTORY = 60
# From here on the list of observers is public.
LISTED = frozenset(H) - AHEAD | {H.CONFIRMED}
# A date lies ahead that people can put down.
DATED = frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.ADJOURNED})
WITH_OPINION = frozenset({H.OPINION_ISSUED, H.ANSWER_DUE, H.ANSWERED, H.PUBLISHED})
MINUTED = WITH_OPINION | {H.MINUTES_SIGNED}
# Steps of everybody's daily coming and going are in the record, not on the page.
SMALL = frozenset({"hearing.registered", "hearing.unregistered", "hearing.marked", "hearing.attendance"})


@dataclass(frozen=True)
class Bar:
    """One line of the picture of the delegates' views."""

    label: StrOrPromise
    count: int
    tone: str = ""


@require_safe
def hearing(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a hearing."""
    found = HEARINGS.open(request, pk)
    panel = list(found.participants.select_related("person"))
    registered = list(found.registrations.select_related("person"))
    open_now = offers(request, HEARINGS, ACTIONS, found, ROUTE)
    context = {
        "hearing": found,
        "state": H(found.state),
        "track": track(found),
        "next": next_of([found]).get(found.pk),
        "panel": panel,
        "lot": found.draws.exclude(state=LotState.CALLED_OFF).first(),
        "sitting": [member for member in panel if member.replaced_at is None],
        "gone": [member for member in panel if member.replaced_at],
        "bars": _bars(panel),
        "came": sum(1 for member in panel if member.attended_at),
        "papers": _papers(found),
        "items": list(found.items.all()) if found.state in WITH_OPINION else [],
        "history": record.history([record.key(found)], HISTORY, but=SMALL),
        "subject_name": _subject_name(found),
        "decision_maker": body_of(found.decision_maker),
        "dated": found.starts_at is not None and found.state in DATED,
        "minuted": found.state in MINUTED,
        "opinion_answered": found.state in {H.ANSWERED, H.PUBLISHED},
        "hall_votes": hall_votes(found, visitor(request)),
        **what_came_of(found, visitor(request), panel),
        **_seats(request, found, panel, registered, open_now),
        "offers": _ordered(found, open_now),
        "opinions": card_about(record.key(found), takes=found.state in TAKES),
        "may_put": shown_putting(request.user, found.neighbourhood),
    }
    return render(request, "meetings/hearing.html", context)


@require_safe
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of a neighbourhood: coming, under way, over."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    kind = kind_named(request.GET.get("kind"))
    live, past = live_and_past(visitor(request), here, kind)
    page, held = paged(request, past), paged(request, live, param="held")
    running = cards(cast("QuerySet[Meeting]", held.object_list))
    context = {
        "kinds": kinds(),
        "kind": kind,
        "may_sit": shown_registering(request.user, here),
        "seated": needing_no_seat(request.user, (card.meeting for card in running)),
        "plans": _plans(request, here),
        "coming": [card for card in running if card.meeting.state in card.kind.course.ahead],
        "running": [card for card in running if card.meeting.state not in card.kind.course.ahead],
        "held": held,
        "past": [MeetingCard(one) for one in page],
        "page": page,
    }
    return render(request, "meetings/meetings.html", context)


def _plans(request: HttpRequest, here: Area) -> list[tuple[StrOrPromise, str]]:
    """Where the committee begins a meeting that is about no topic: label and address of each kind."""
    if roles_in(visitor(request), here).isdisjoint(COMMITTEE):
        return []
    return [(kind.label, reverse(kind.plan, args=[here.slug])) for kind in kinds() if kind.plan]


def _subject_name(hearing: Hearing) -> StrOrPromise:
    """What kind of thing the hearing is about, as a word; empty where it is about nothing of its own."""
    kind = hooks.kind_of(hearing.subject)
    return kind.name if kind else ""


def _bars(panel: list[Participant]) -> list[Bar]:
    """The picture of the views in the minutes; nothing before there are any."""
    stances = [member.stance for member in panel if member.stance]
    tones = {Stance.AGAINST: "no"}
    counts = rules.tally(stances)
    bars = [Bar(stance.label, count, tones.get(stance, "")) for stance, count in counts.items()]
    return bars if stances else []


def _papers(hearing: Hearing) -> list[Upload]:
    return list(hearing.papers.filter(public=True).order_by("created_at"))


def _seats(
    request: HttpRequest,
    hearing: Hearing,
    panel: list[Participant],
    registered: list[Registration],
    open_now: list[Offer],
) -> dict[str, object]:
    own = {offer.name: offer for offer in open_now if offer.name in ON_THE_PAGE}
    person = getattr(request.user, "person_id", None)
    mine = next((seat for seat in registered if seat.person_id == person), None)
    sits = person is not None and person in {
        hearing.chair_id,
        hearing.plan_person_id,
        *(member.person_id for member in panel),
    }
    return {
        "registered": registered if hearing.state in LISTED else [],
        "taken": len(registered),
        "seats_left": max(hearing.seats - len(registered), 0),
        "mine": mine,
        "sits": sits,
        "register": own.get("register") if not sits else None,
        "unregister": own.get("unregister") if mine is not None else None,
    }


def _ordered(hearing: Hearing, open_now: list[Offer]) -> list[Offer]:
    """What leads onwards first, what puts off or ends last."""
    listed = [offer for offer in open_now if offer.name not in ON_THE_PAGE]
    return onward_first(listed, ONWARD.get(H(hearing.state)))


act = action_view(HEARINGS, ACTIONS)


@signed_in
@once
def plan(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Plan a hearing about a thing of a kind, such as "topic"; the app that keeps it gives this an address."""
    about = f"{kind}:{pk}"
    subject = hooks.to_call(request.user, about)
    set_here(request, subject.neighbourhood)
    initial = {"title": subject.title} | typed_before(request)
    form = PlanForm(sent(request), here=subject.neighbourhood, initial=initial)
    context = {"subject": subject, "back": subject_url(about), "tab": "meetings"}

    def made(form: PlanForm) -> str:
        planned = hearings.plan_hearing(account(request), about, **form.cleaned_data)
        messages.success(request, _("The hearing is planned. Name the panel next."))
        return next_form(request, planned) or planned.get_absolute_url()

    return handle_form(
        request, form, made, "meetings/hearing_plan.html", context, ask=subject.require_callable
    )
