"""The door list of a building, for its head: one matter at a time, and on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.boards.doors import services
from portal.boards.doors.forms import RoundForm
from portal.boards.doors.matters import OpenMatter, open_matter, open_matters
from portal.boards.doors.reading import Door, doors
from portal.boards.models import BuildingBoardPage
from portal.boards.permissions import BOARDS
from portal.boards.selectors import heads_building
from portal.community.web import account, sent, signed_in
from portal.kit import clock
from portal.kit.paging import paged

# Flats on one page; on paper all of them.
PER_PAGE = 40


@require_safe
@signed_in
def matters(request: HttpRequest, pk: int) -> HttpResponse:
    """What is open in the building, to choose what to go round for."""
    board = BOARDS.open(request, pk, "note_round")
    page = {"board": board, "matters": [(one, _unreached(board, one)) for one in open_matters(board)]}
    return render(request, "boards/doors/matters.html", page)


@signed_in
@once
def round_(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """The flats of one matter; what is chosen beside them is noted for today."""
    board = BOARDS.open(request, pk, "note_round")
    matter = _matter(board, subject)
    every = doors(board, matter)
    left = "left" in request.GET
    listed = paged(request, [one for one in every if one.left] if left else every, PER_PAGE)
    shown = list(listed)
    form = RoundForm(sent(request), doors=shown, matter=matter)

    def note(filled: RoundForm) -> str:
        number = services.note_round(account(request), pk, subject, filled.found)
        if not number:
            messages.info(request, _("Nothing was ticked, so nothing was noted."))
        else:
            said = ngettext("%(n)d flat noted.", "%(n)d flats noted.", number) % {"n": number}
            messages.success(request, said)
        return request.get_full_path()

    page = _page(request, board, matter, every) | {
        "listed": listed,
        "rows": form.rows(shown),
        "left_only": left,
    }
    return handle_form(request, form, note, "boards/doors/round.html", page)


@require_safe
@signed_in
def sheet(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """The same on paper, to take along: all flats with boxes to tick, and no telephone number."""
    board = BOARDS.open(request, pk, "note_round")
    matter = _matter(board, subject)
    every = doors(board, matter)
    page = _page(request, board, matter, every) | {"doors": every, "today": clock.today()}
    return render(request, "boards/doors/sheet.html", page)


def _matter(board: BuildingBoardPage, subject: str) -> OpenMatter:
    found = open_matter(board, subject)
    if found is None:
        raise Http404(subject)
    return found


def _unreached(board: BuildingBoardPage, matter: OpenMatter) -> int:
    return sum(one.left for one in doors(board, matter))


def _page(
    request: HttpRequest, board: BuildingBoardPage, matter: OpenMatter, every: list[Door]
) -> dict[str, Any]:
    return {
        "board": board,
        "matter": matter,
        "asked": sum(one.asked for one in every),
        "reached": sum(one.asked and one.reached for one in every),
        # The numbers were given to the head alone; the committee has its own way to a number.
        "numbers": heads_building(account(request), board),
        "sheet": reverse("boards:doors_sheet", args=[board.pk, matter.subject]),
    }
