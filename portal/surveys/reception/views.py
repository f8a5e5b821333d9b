"""Pages of the desk: reception days for everybody, booked times for whoever they concern, notes for the committee."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.dates import Dated, entries
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.deliberation.models import Topic
from portal.duties.services import who_owes
from portal.kit import clock
from portal.kit.calendar_file import attached
from portal.kit.paging import paged
from portal.record.fragments import keep
from portal.surveys.models import Booking, ReceptionDay, VisitNote
from portal.surveys.reception import listing
from portal.surveys.reception.actions import BOOKING_ACTIONS, DAY_ACTIONS, NOTE_ACTIONS
from portal.surveys.reception.dates import line_of, line_of_time
from portal.surveys.reception.forms import FilterForm, NoteForm, PlanForm, TakeUpForm
from portal.surveys.reception.permissions import BOOKINGS, DAYS, NOTES, PLACE
from portal.surveys.reception.services import days, hearing, notes
from portal.surveys.states import BookingState, NoteState

# Figures of a quarter that is over change only when a note is taken up or answered.
FIGURES_HOLD = 3600
day_act = action_view(DAYS, DAY_ACTIONS)
booking_act = action_view(BOOKINGS, BOOKING_ACTIONS)
note_act = action_view(NOTES, NOTE_ACTIONS)


@require_safe
def reception_days(request: HttpRequest, slug: str) -> HttpResponse:
    """The days to come, the next first; what became of the last quarter's notes, in round figures."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    taken = Count("bookings", filter=~Q(bookings__state=BookingState.GIVEN_BACK))
    known = ReceptionDay.objects.filter(neighbourhood=here).select_related("host", "neighbourhood")
    ahead = known.filter(ends_at__gt=clock.now()).annotate(taken=taken).order_by("starts_at", "pk")
    context = {
        "page": paged(request, ahead),
        "mine": _mine(request, here),
        "may_plan": PLACE.may(request.user, "plan", here),
        "may_note": PLACE.may(request.user, "notes", here),
        "figures": _figures(here),
        "tab": "part",
    }
    return render(request, "surveys/reception/days.html", context)


@signed_in
@once
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a day, or a series."""
    here = PLACE.open(request, slug, "plan")

    def made(form: PlanForm) -> str:
        planned = days.plan(account(request), slug, **form.cleaned_data)
        messages.success(request, _("Planned: %(number)d.") % {"number": len(planned)})
        return reverse("surveys:reception_days", args=[slug])

    form = PlanForm(sent(request), here=here, initial=typed_before(request))
    return handle_form(request, form, made, "surveys/reception/plan.html", {})


@require_safe
def reception_day(request: HttpRequest, pk: int) -> HttpResponse:
    """A day with its times: which are free, for everybody; who comes, for whoever hears them."""
    day = DAYS.open(request, pk)
    allowed = DAYS.allowed(request.user, day)
    standing = list(day.bookings.standing().select_related("person").order_by("number", "pk"))
    mine = [one for one in standing if one.person_id == getattr(request.user, "person_id", 0)]
    context = {
        "day": day,
        "times": [(day.time_of(number), True) for number in days.free_numbers(day)],
        "count": day.times,
        "mine": mine[0] if mine else None,
        "coming": standing if "who_comes" in allowed else None,
        "offers": offers(request, DAYS, DAY_ACTIONS, day, "surveys:day_act", allowed),
        "tab": "part",
    }
    return render(request, "surveys/reception/day.html", context)


@require_safe
def day_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The day as an entry for one's own calendar."""
    day = DAYS.open(request, pk)
    return _file(request, line_of(day), f"reception-{day.pk}")


@signed_in
@require_safe
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """A booked time, and what became of what was said; for whoever came, whoever heard, and the committee."""
    found = BOOKINGS.open(request, pk, "read")
    note = VisitNote.objects.filter(booking=found).select_related("building", "neighbourhood").first()
    context = {
        "booking": found,
        "own": found.person_id == account(request).person_id,
        "note": note,
        "traces": found.traces.all(),
        **_promised(found),
        "topic": _topic(request, note) if note else None,
        "offers": [*_on_note(request, note), *_on_booking(request, found)],
        "tab": "part",
    }
    return render(request, "surveys/reception/booking.html", context)


@signed_in
@require_safe
def booking_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One's time for one's own calendar."""
    found = BOOKINGS.open(request, pk, "read")
    return _file(request, line_of_time(found), f"reception-time-{found.pk}")


@signed_in
@require_safe
def notes_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All notes of the neighbourhood, filtered and searched; ticked ones become a topic together."""
    here = PLACE.open(request, slug, "notes")
    form = FilterForm(request.GET, here=here)
    wanted = _wanted(request, here, form)
    found = listing.listed(wanted)
    count = listing.counted(wanted)
    context = {
        "form": form,
        "notes": found.notes,
        "older": found.older,
        "count": min(count, listing.MOST_COUNTED),
        "more": count > listing.MOST_COUNTED,
        "late_before": notes.late_before(here),
        "late": notes.late(here)[:1].exists(),
        "tab": "part",
    }
    return render(request, "surveys/reception/notes.html", context)


@signed_in
@once
def note_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a note; what is typed stays on the phone until it is sent."""
    here = PLACE.open(request, slug, "notes")

    def save(form: NoteForm) -> str:
        notes.note(account(request), slug, **form.cleaned_data)
        messages.success(request, _("Noted. You can write the next one."))
        return reverse("surveys:note_new", args=[slug])

    form = NoteForm(sent(request), here=here, initial=typed_before(request))
    return handle_form(request, form, save, "surveys/reception/note_new.html", {"draft": f"note-{here.pk}"})


@signed_in
@once
def take_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Several notes become one topic; which ones stands in the address."""
    here = PLACE.open(request, slug, "notes")
    chosen = [
        int(pk)
        for pk in request.GET.getlist("note")[: notes.MOST_JOINED + 1]
        if pk.isdecimal() and len(pk) < 19
    ]

    def taken(form: TakeUpForm) -> str:
        data = form.cleaned_data
        new = data["topic"] is None
        made = notes.take_up(account(request), slug, notes=chosen, topic=data["topic"], title=data["title"])
        messages.success(request, _("Taken up: %(number)d.") % {"number": len(set(chosen))})
        return reverse("deliberation:draft", args=[made.pk, 1]) if new else made.get_absolute_url()

    found = (
        VisitNote.objects.filter(neighbourhood=here, pk__in=chosen).select_related("building").order_by("-pk")
    )
    form = TakeUpForm(sent(request), here=here, initial=typed_before(request))
    context = {"notes": found, "draft": f"take-up-{here.pk}"}
    return handle_form(request, form, taken, "surveys/reception/take_up.html", context)


@signed_in
@require_safe
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note with what was done to it."""
    found = NOTES.open(request, pk, "read")
    context = {
        "note": found,
        "topic": _topic(request, found),
        "traces": paged(request, found.traces.all()),
        "offers": _on_note(request, found),
        **_promised(found),
        "may_take_up": found.state == NoteState.NOTED
        and PLACE.may(request.user, "notes", found.neighbourhood),
        "tab": "part",
    }
    return render(request, "surveys/reception/note.html", context)


def _mine(request: HttpRequest, here: Area) -> Any:
    person = getattr(request.user, "person_id", None)
    if person is None:
        return None
    own = Booking.objects.standing().filter(person=person, day__neighbourhood=here).select_related("day")
    return paged(request, own.order_by("-day__starts_at", "-pk"), size=10, param="mine")


def _figures(here: Area) -> listing.Figures | None:
    begins = f"{here.pk}.{clock.today():%Y.%m}"
    return keep(f"visit-note-figures.{begins}", lambda: listing.figures(here), FIGURES_HOLD)


def _wanted(request: HttpRequest, here: Area, form: FilterForm) -> listing.Wanted:
    """What is not valid filters nothing."""
    said = form.cleaned_data if form.is_valid() else {}
    before = request.GET.get("before", "")
    building = said.get("building")
    return listing.Wanted(
        here,
        words=said.get("q", ""),
        building=building.pk if building else 0,
        kind=said.get("kind", ""),
        state=said.get("state", ""),
        period=said.get("period", ""),
        late=bool(said.get("late")),
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else 0,
    )


def _on_note(request: HttpRequest, note: VisitNote | None) -> list[Offer]:
    if note is None:
        return []
    return offers(request, NOTES, NOTE_ACTIONS, note, "surveys:note_act")


def _on_booking(request: HttpRequest, booking: Booking) -> list[Offer]:
    return offers(request, BOOKINGS, BOOKING_ACTIONS, booking, "surveys:booking_act")


def _promised(about: Booking | VisitNote) -> dict[str, Any]:
    """The promise of an answer, with who owes it."""
    duty = hearing.owed(about)
    return {"duty": duty, "owes": who_owes([duty])[duty.pk] if duty else ""}


def _topic(request: HttpRequest, note: VisitNote) -> Topic | None:
    """The topic it became, where this reader may know of it: a draft is its proposer's."""
    kind, _colon, number = note.subject.partition(":")
    if kind != "topic" or not number.isdigit():
        return None
    return Topic.objects.visible_to(request.user).filter(pk=number).first()


def _file(request: HttpRequest, line: Dated, name: str) -> HttpResponse:
    return attached(entries(request.build_absolute_uri, [line]), name)
