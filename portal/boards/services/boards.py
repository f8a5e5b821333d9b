"""Boards themselves: made with their buildings, introduced by their heads, spoken to by neighbours."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.actions.events import announce, each_time, notify
from portal.boards import selectors
from portal.boards.events import DIVIDED, INTRODUCED, MESSAGE
from portal.boards.models import BuildingBoardPage, Face
from portal.boards.permissions import BOARDS
from portal.community import uploads
from portal.community.models import Area, Kind, Upload, User
from portal.community.places import ancestors
from portal.community.selectors import person_of
from portal.kit.errors import NotPossible
from portal.pages.models import NeighbourhoodPage
from portal.record.fragments import stir
from portal.threads import services as threads

SHORT = 80


@transaction.atomic
def found_board(building: Area, entrances: str = "") -> BuildingBoardPage | None:
    """The board of a building, or of some of its entrances, made once below its neighbourhood's page.

    None where the neighbourhood has no page yet; `found_missing` makes the board once it has one.
    """
    board = BuildingBoardPage.objects.filter(building=building, entrances=entrances).first()
    if board is not None:
        return board
    above = NeighbourhoodPage.objects.filter(area__path__in=ancestors(building.path))
    home = above.select_for_update(of=("self",)).first()
    return _add(home, building, entrances) if home else None


def rename(building: Area) -> None:
    """Call the boards of a building as it is called; their addresses stay."""
    for board in BuildingBoardPage.objects.filter(building=building):
        board.title = board.draft_title = _name(building, board.entrances)
        board.save(update_fields=["title", "draft_title"])


def found_missing() -> int:
    """Boards for the buildings that have none, where their neighbourhood has a page. Returns how many."""
    without = Area.objects.filter(kind=Kind.BUILDING, boards=None, retired_on=None)
    return sum(found_board(building) is not None for building in without.order_by("path"))


@transaction.atomic
def let_go(building: Area) -> None:
    """Take away the boards of a building that is about to go, unless anything stands on them."""
    for board in BuildingBoardPage.objects.filter(building=building):
        if not _written_on(board):
            board.delete()


@transaction.atomic
def introduce(
    user: User, pk: int, meets: str, chore: str, cover: Any = None, alt: str = ""
) -> BuildingBoardPage:
    """Say when the head can be met and what the household on duty does; a cover picture stays without a new one."""
    board = BOARDS.take(user, pk, "introduce")
    board.meets, board.chore = meets, chore
    if cover:
        board.cover = picture(user, board, cover, alt)
        uploads.publish([board.cover])
    board.save(update_fields=["meets", "chore", "cover"])
    announce(INTRODUCED, board, by=user)
    return board


@transaction.atomic
def show_face(
    user: User, pk: int, looks_after: str, photo: Any = None, remove: bool = False
) -> BuildingBoardPage:
    """Show oneself on the board one looks after: with a photo of one's own, and what one looks after."""
    board = BOARDS.take(user, pk, "show_face")
    face, _new = Face.objects.get_or_create(board=board, person=person_of(user))
    face.looks_after = looks_after
    if photo:
        face.photo = picture(user, board, photo, user.public_name)
        uploads.publish([face.photo])
    elif remove and face.photo:
        uploads.withdraw([face.photo])
        face.photo = None
    face.save()
    stir(board.neighbourhood.slug)
    return board


@transaction.atomic
def divide(user: User, pk: int, entrances: list[str]) -> BuildingBoardPage:
    """Give some entrances of a building a board of their own. Raises NotPossible where one has one already."""
    board = BOARDS.take(user, pk, "divide")
    if board.entrances:
        raise NotPossible(_("This board is for a part of the building already."))
    there = set(board.dwellings().values_list("entrance", flat=True))
    if not set(entrances) < there:
        raise NotPossible(_("Please choose some of the entrances of this building, not all of them."))
    part = found_board(board.building, ",".join(sorted(entrances)))
    if part is None:
        raise NotPossible(_("This neighbourhood has no page yet."))
    announce(DIVIDED, part, by=user, data={"entrances": part.of_entrances})
    return part


@transaction.atomic
def leave_message(user: User, pk: int, body: str, key: UUID) -> BuildingBoardPage:
    """Write to the head in the building's discussion, which begins with the first message; the heads are told."""
    board = BOARDS.take(user, pk, "message")
    thread = threads.open_thread(
        board.record_subject,
        neighbourhood=board.neighbourhood,
        title=board.title,
        url=board.get_absolute_url(),
    )
    post = threads.post(user, thread.pk, body=body, key=key)
    heads = selectors.head_accounts(board).exclude(pk=user.pk)
    notify(MESSAGE, board, heads, once_per=each_time(post), name=post.author_name, text=post.body[:SHORT])
    return board


def picture(user: User, board: BuildingBoardPage, file: UploadedFile[Any], alt: str) -> Upload:
    """A picture for a board, kept as the portal keeps pictures. Raises NotPossible for a paper."""
    if uploads.check(file) == uploads.PDF:
        raise NotPossible(_("Please choose a photo here, not a PDF."))
    return uploads.accept(user, board.neighbourhood, file, alt=alt)


def _add(home: NeighbourhoodPage, building: Area, entrances: str) -> BuildingBoardPage:
    """A page below another, in five statements instead of Wagtail's thirty: buildings come by the hundred."""
    last = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1).order_by("path").last()
    step = 1 + (Page._str2int(last.path[-Page.steplen :]) if last else 0)
    title, slug = _name(building, entrances), _slug(building, entrances)
    board = BuildingBoardPage(
        title=title, draft_title=title, slug=slug, building=building, entrances=entrances
    )
    board.depth, board.locale_id = home.depth + 1, home.locale_id
    board.path = Page._get_path(home.path, board.depth, step)
    board.url_path = f"{home.url_path}{slug}/"
    # What Page.save does besides: it asks whether the slug is free (it holds a key) and writes indexes.
    models.Model.save(board, force_insert=True)
    Page.objects.filter(pk=home.pk).update(numchild=F("numchild") + 1)
    return board


def _name(building: Area, entrances: str) -> str:
    part = f" {entrances.replace(',', '、')} 单元" if entrances else ""
    return f"{building.name}{part}楼组"


def _slug(building: Area, entrances: str) -> str:
    return f"board-{building.pk}{'-' if entrances else ''}{entrances.replace(',', '-')}"


def _written_on(board: BuildingBoardPage) -> bool:
    """Whether anything stands on a board that must not go with it."""
    hanging = Q(must_reads__isnull=False) | Q(rota__isnull=False) | Q(photos__isnull=False)
    hanging |= Q(faces__isnull=False) | ~Q(meets="", chore="") | Q(cover__isnull=False)
    return BuildingBoardPage.objects.filter(hanging, pk=board.pk).exists()
