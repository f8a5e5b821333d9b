"""Pages of building boards that read; what is done is in `actions`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.boards import selectors, weeks
from portal.boards.actions import (
    BOARD_ACTIONS,
    DAY_ACTIONS,
    MUST_READ_ACTIONS,
    PHOTO_ACTIONS,
    SWAP_ACTIONS,
)
from portal.boards.board_page import BoardPage
from portal.boards.cashbook.views import begins, on_board
from portal.boards.matters import convention_of
from portal.boards.models import BuildingBoardPage, MustRead, Photo
from portal.boards.permissions import BOARDS, DAYS, MUST_READS, PHOTOS, PLACES, SWAPS
from portal.boards.services import notices, rota
from portal.boards.services.notices import MOST
from portal.boards.states import PhotoState
from portal.community.models import Area, Kind
from portal.community.places import neighbourhood_or_404
from portal.community.requests import visitor
from portal.community.views import given
from portal.community.web import signed_in
from portal.duties.models import Duty
from portal.duties.services import who_owes
from portal.kit import clock
from portal.kit.paging import paged
from portal.pages.cards.permissions import CARD_PLACES
from portal.record.services import history, key
from portal.threads.models import Thread
from portal.threads.views import thread_context

HISTORY = 8
OF_NEIGHBOURS = {"message", "allow_call", "stop_call"}

act = action_view(BOARDS, BOARD_ACTIONS)
must_read_act = action_view(MUST_READS, MUST_READ_ACTIONS)
day_act = action_view(DAYS, DAY_ACTIONS)
swap_act = action_view(SWAPS, SWAP_ACTIONS)
photo_act = action_view(PHOTOS, PHOTO_ACTIONS)


@require_safe
def boards(request: HttpRequest, slug: str) -> HttpResponse:
    """The boards of a neighbourhood, one's own first; found by the number of the building."""
    here, words = PLACES.open(request, slug), request.GET.get("q", "").strip()[:40]
    found = BuildingBoardPage.objects.filter(
        building__path__startswith=here.path, building__retired_on=None
    ).select_related("building", "cover")
    found = found.filter(title__icontains=words) if words else found
    told = MustRead.objects.visible_to(request.user).current().filter(board=OuterRef("pk"))
    found = found.annotate(
        own=selectors.in_own_building(visitor(request)),
        told=Subquery(told.order_by("-day", "-pk").values("title")[:1]),
    )
    listed = paged(request, found.order_by("-own", "building__path", "entrances"))
    for board in listed:
        board.__dict__["neighbourhood"] = here
    return render(request, "boards/boards.html", {"listed": listed, "words": words})


@require_safe
def short(request: HttpRequest, pk: int) -> HttpResponse:
    """A board by its number alone, as the record and printed codes name it."""
    return redirect(BOARDS.get(request.user, pk))


@require_safe
def of_building(request: HttpRequest, pk: int) -> HttpResponse:
    """The board of a building: where parts have their own, that of the reader's part; home where none is begun yet."""
    found = BuildingBoardPage.objects.filter(building=pk).select_related("building").order_by("entrances")
    every = list(found)
    if not every:
        building = get_object_or_404(Area, pk=pk, kind=Kind.BUILDING)
        return redirect("pages:neighbourhood", building.neighbourhood.slug)
    own = (one for one in every if selectors.homes_of(request.user, one))
    return redirect(next(own, every[0]))


@require_safe
def board(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The board of a building: what its neighbours look at."""
    here, found = neighbourhood_or_404(slug), BOARDS.get(visitor(request), pk)
    if not found.building.within(here):
        raise Http404(slug)
    # Of the neighbourhood as it was found here, its `mark` is known.
    found.__dict__["neighbourhood"] = here
    BOARDS.enter(request, found)
    may = set(BOARDS.allowed(request.user, found))
    parts = BoardPage(found, request.user, here.mark)
    own_draft = "look_after" in may and not parts.shape.convention
    context = {
        "board": found,
        "parts": parts,
        "may": may,
        "most": MOST,
        "convention": convention_of(request.user, found) if own_draft else parts.shape.convention,
        "offers": {
            one.name: one for one in offers(request, BOARDS, BOARD_ACTIONS, found, "boards:act", allowed=may)
        },
        "begin_book": [] if parts.shape.book else begins(request, found),
        **_rota_of(request, found, may, parts),
        **_discussion(request, found),
    }
    return render(request, "boards/board.html", context)


@require_safe
@signed_in
def look_after(request: HttpRequest, pk: int) -> HttpResponse:
    """All that can be done on a board, on one screen, for its head."""
    found = BOARDS.open(request, pk, "look_after")
    context = {
        "board": found,
        # To leave the head a message, or to be called, is nothing a head does for the board.
        "offers": [
            one
            for one in offers(request, BOARDS, BOARD_ACTIONS, found, "boards:act")
            if one.name not in OF_NEIGHBOURS
        ],
        "convention": convention_of(request.user, found),
        "may_number": CARD_PLACES.may(request.user, "number", found.neighbourhood),
        "must_reads": notices.current(found),
        "most": MOST,
        "proposed": list(found.photos.proposed().select_related("picture")),
        "history": history([found.record_subject], limit=HISTORY),
        **on_board(request, found),
    }
    return render(request, "boards/look_after.html", context)


@require_safe
@signed_in
def rota_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A week of the rota for the building's households, with what each can do."""
    found = BOARDS.open(request, pk, "see_rota")
    may = set(BOARDS.allowed(request.user, found))
    homes = selectors.homes_of(request.user, found)
    first = weeks.monday_of(_asked_day(request))
    turns = weeks.turns(found, first, weeks.DAYS, homes, selectors.figures(found))
    context = {
        "board": found,
        "may": may,
        "turns": turns,
        "first": first,
        "last": turns[-1].day,
        "before": first - timedelta(days=weeks.DAYS),
        "after": first + timedelta(days=weeks.DAYS),
        "swaps": rota.due_of(rota.waiting_for(found, homes)),
        "homes": homes,
        "today": clock.today(),
    }
    return render(request, "boards/rota.html", context)


@require_safe
def must_read(request: HttpRequest, pk: int) -> HttpResponse:
    """One must-read with what it said before, also when it is over."""
    found = MUST_READS.open(request, pk)
    context = {
        "must_read": found,
        "board": found.board,
        "former": list(found.former.all()),
        "offers": offers(request, MUST_READS, MUST_READ_ACTIONS, found, "boards:must_read_act"),
    }
    return render(request, "boards/must_read.html", context)


@require_safe
@signed_in
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """A wish to swap two days, for the two households and the head."""
    found = SWAPS.open(request, pk, "read")
    context = {
        "swap": found,
        "board": found.board,
        "asker": selectors.flat(found.asker, found.board),
        "asked": selectors.flat(found.asked, found.board),
        "duty": Duty.objects.active().about(key(found)).first(),
        "offers": offers(request, SWAPS, SWAP_ACTIONS, found, "boards:swap_act"),
    }
    return render(request, "boards/swap.html", context)


@require_safe
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """All photos of a building, the newest first."""
    found = BOARDS.open(request, pk)
    listed = paged(request, found.photos.shown().select_related("picture"))
    may = BOARDS.may(request.user, "put_photo", found)
    return render(request, "boards/photos.html", {"board": found, "listed": listed, "may_put": may})


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """One photo with what can be done to it; one that is not shown only for those whom it concerns."""
    found = PHOTOS.open(request, pk, None)
    if found.state is not PhotoState.SHOWN:
        PHOTOS.open(request, pk, "read")
    context = {
        "photo": found,
        "board": found.board,
        **_decided_by(found),
        "offers": offers(request, PHOTOS, PHOTO_ACTIONS, found, "boards:photo_act"),
    }
    return render(request, "boards/photo.html", context)


@require_safe
@signed_in
def photo_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of a photo that is not shown yet, for the head who decides about it."""
    return given(request, PHOTOS.open(request, pk, "read").picture)


def _rota_of(
    request: HttpRequest, found: BuildingBoardPage, may: set[str], parts: BoardPage
) -> dict[str, Any]:
    """The week's strip, the reader's own next day, and who waits for an answer; nothing for those outside."""
    if "see_rota" not in may:
        return {}
    homes = selectors.homes_of(request.user, found)
    ahead = weeks.turns(found, weeks.monday_of(clock.today()), weeks.AHEAD, homes, parts.figures)
    turns, today = ahead[: weeks.DAYS], clock.today()
    swaps = rota.waiting_for(found, homes) if homes and parts.shape.swaps else []
    return {
        "turns": turns,
        "week_given": any(turn.row for turn in turns),
        "on_duty": next((turn for turn in turns if turn.today and turn.row), None),
        "own_next": next((turn for turn in ahead if turn.mine and turn.day >= today), None),
        "tomorrow": today + timedelta(days=1),
        "swaps": [(one, selectors.flat(one.asker, found), one.asked_id in homes) for one in swaps],
    }


def _discussion(request: HttpRequest, found: BuildingBoardPage) -> dict[str, Any]:
    thread = Thread.objects.filter(subject=found.record_subject).select_related("neighbourhood").first()
    return thread_context(request, thread) if thread else {}


def _decided_by(photo: Photo) -> dict[str, Any]:
    """Who decides about a photo that waits, and until when."""
    if photo.state is not PhotoState.PROPOSED:
        return {}
    owed = list(Duty.objects.active().about(key(photo)).select_related("person", "area", "neighbourhood")[:1])
    return {"duty": owed[0], "duty_of": who_owes(owed).get(owed[0].pk, "")} if owed else {}


def _asked_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return clock.today()
