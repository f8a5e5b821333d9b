"""The three screens of a meeting: the hall's, the one for phones, the clerk's; and what happened since."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view
from portal.community.requests import visitor
from portal.community.web import signed_in
from portal.kit.paging import PAGE, paged
from portal.meetings.live import boards, doorcodes, rules, source
from portal.meetings.live.actions import ACTIONS, ROUTE
from portal.meetings.live.happenings import PARTS, said
from portal.meetings.live.permissions import FLOORS
from portal.meetings.models import Floor, HallQuestion, LiveEvent, OpinionMap, PulseAnswer, Turn
from portal.record.services import key
from portal.threads.fragments import LANGUAGES

FARTHEST, DIGITS = 2**31 - 1, 10
LOG, LISTED = 40, 10
act = action_view(FLOORS, ACTIONS)


@require_safe
def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen for the projector: it only shows."""
    floor = FLOORS.open(request, pk)
    context = _screen(request, floor) | {"door": doorcodes.address_of(floor.pk)}
    return render(request, "meetings/live/hall.html", context)


@require_safe
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for phones: what runs, my place in the queue, the quick question, questions to whoever presents."""
    floor = FLOORS.open(request, pk)
    given = _given(request, floor)
    context = _screen(request, floor) | _mine(request, floor) | {"given": given}
    context["owed"] = boards.owed(floor) if "answer_question" in given else []
    context["clerk"] = FLOORS.entitled(visitor(request), "desk", floor)
    context["opinions"] = OpinionMap.objects.filter(subject=key(floor.meeting)).first()
    context["may_answer"] = FLOORS.may(visitor(request), "answer_pulse", floor)
    return render(request, "meetings/live/phone.html", context)


@signed_in
@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk's page: everything on one page, with keys."""
    floor = FLOORS.open(request, pk, "desk")
    given = _given(request, floor)
    return render(
        request, "meetings/live/desk.html", _screen(request, floor) | _work(floor) | {"given": given}
    )


@require_GET
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed on the screens after number `after`, as JSON; 304 where the reader has it already."""
    floor, language = FLOORS.get(visitor(request), pk), _language()
    after = _number(request.GET.get("after"))
    etag = f'"hall-{floor.pk}-{after}-{floor.sequence}-{floor.state}-{language}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = JsonResponse(source.news(floor, after, language), headers={"ETag": etag})
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who waits to speak, page by page; whoever works at the clerk's page calls and takes off here too."""
    floor = FLOORS.open(request, pk)
    page = paged(request, boards.order_of(floor))
    first = page.start_index()
    rows = [(at, turn) for at, turn in enumerate(boards.turns_of(list(page.object_list)), start=first)]
    return render(request, "meetings/live/queue.html", _listed(request, floor) | {"page": page, "rows": rows})


@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """All questions in the order in which they were asked, page by page, with their answers."""
    floor = FLOORS.open(request, pk)
    page = paged(request, floor.meeting.questions.select_related("person"))
    return render(request, "meetings/live/questions.html", _listed(request, floor) | {"page": page})


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a question stands: its place on the page of all of them."""
    asked = HallQuestion.objects.filter(pk=pk).first()
    if asked is None:
        raise Http404(f"question {pk}")
    FLOORS.get(visitor(request), asked.meeting_id)
    before = HallQuestion.objects.filter(meeting=asked.meeting_id, pk__lt=pk).count()
    return redirect(
        f"{reverse('meetings:live_questions', args=[asked.meeting_id])}?page={before // PAGE + 1}#question-{pk}"
    )


def _given(request: HttpRequest, floor: Floor) -> dict[str, Offer]:
    """What the reader can do on this floor now, by name."""
    return {offer.name: offer for offer in offers(request, FLOORS, ACTIONS, floor, ROUTE)}


def _listed(request: HttpRequest, floor: Floor) -> dict[str, Any]:
    given = _given(request, floor)
    clerk = FLOORS.entitled(visitor(request), "desk", floor)
    return {"floor": floor, "meeting": floor.meeting, "given": given, "clerk": clerk, "tab": "meetings"}


def _screen(request: HttpRequest, floor: Floor) -> dict[str, Any]:
    language = _language()
    drawn = {name: _own(request, source.part(floor, name, language)["html"]) for name in PARTS}
    return {
        "floor": floor,
        "meeting": floor.meeting,
        "parts": drawn,
        "revs": {name: floor.parts.get(name, 0) for name in PARTS},
        "state": floor.state,
        "tab": "meetings",
    }


def _own(request: HttpRequest, html: str) -> SafeString:
    """A part with the token of the reader's own forms."""
    own = html.replace(source.TOKEN, get_token(request)) if source.TOKEN in html else html
    return mark_safe(own)  # noqa: S308 - templates wrote it


def _mine(request: HttpRequest, floor: Floor) -> dict[str, Any]:
    """What is the reader's own: a place in the queue, an answer, being here, questions."""
    person = getattr(request.user, "person_id", None)
    if person is None:
        return {}
    turn = Turn.objects.filter(meeting_id=floor.pk, person=person, ended_at=None, withdrawn_at=None).first()
    order = boards.order_of(floor) if turn and not turn.began_at else []
    place = next((number for number, one in enumerate(order, start=1) if turn and one.key == turn.pk), 0)
    pulse = boards.pulse_of(floor)
    inside = rules.here((key, came) for key, came, _at in boards.moves_of(floor))
    seat = floor.meeting.participants.sitting().filter(person=person).first()
    return {
        "turn": turn,
        "place": place,
        "wait": place * floor.seconds // 60,
        "seat": seat,
        "here_now": (f"s{seat.pk}" if seat else f"p{person}") in inside,
        "answered": pulse.pk
        if pulse and PulseAnswer.objects.filter(pulse=pulse, person=person).exists()
        else 0,
    }


def _work(floor: Floor) -> dict[str, Any]:
    order, items = boards.order_of(floor), list(floor.meeting.agenda_items.all())
    events = LiveEvent.objects.filter(meeting_id=floor.pk).order_by("-number")[:LOG]
    return {
        "speaker": Turn.objects.filter(meeting_id=floor.pk).speaking().select_related("person").first(),
        "waiting": boards.turns_of(order[:LISTED]),
        "later": max(0, len(order) - LISTED),
        "items": items,
        "runs": next((item for item in items if item.began_at and not item.ended_at), None),
        "log": [(event.at, said(event.kind, event.data)) for event in events],
        "owed": boards.owed(floor),
    }


def _language() -> str:
    language = get_language() or ""
    return language if language in LANGUAGES else LANGUAGES[0]


def _number(text: str | None) -> int:
    return (
        min(int(text), FARTHEST) if text and text.isascii() and text.isdigit() and len(text) < DIGITS else 0
    )
