"""Must-reads: at most five at a time, each with its last day; corrected with a trace, taken down with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.boards import selectors
from portal.boards.events import CORRECTED, ENDED, PUT_UP, WRITTEN
from portal.boards.following import followers
from portal.boards.models import BuildingBoardPage, FormerText, MustRead
from portal.boards.permissions import BOARDS, MUST_READS
from portal.boards.services.boards import picture
from portal.boards.states import ReadState
from portal.community import uploads
from portal.community.models import User
from portal.community.selectors import signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.search import services as search

# More is not read: design of the board (docs/boards.md), not a rule of law.
MOST = 5


@transaction.atomic
def write(user: User, pk: int, title: str, body: str, day: date, last_day: date) -> MustRead:
    """Put a must-read on a board, under its lock; the households are told. Raises NotPossible for a sixth one.

    Also for the same one again, as a browser's way back sends it.
    """
    board = BOARDS.take(user, pk, "write")
    if board.must_reads.current().count() >= MOST:
        raise NotPossible(
            _("There are %(most)d must-reads already. Please take one down first, so that all are read.")
            % {"most": MOST}
        )
    _require_days(day, last_day)
    if board.must_reads.current().filter(title=title, day=day).exists():
        raise NotPossible(_("This stands on the board already. To change it, please correct the one there."))
    must_read = MustRead.objects.create(
        board=board,
        title=title,
        body=body,
        day=day,
        last_day=last_day,
        written_by=user,
        signed=_signed(user, board),
    )
    search.index(must_read)
    _announce(WRITTEN, must_read, user, {"last_on": last_day.isoformat()})
    return must_read


@transaction.atomic
def correct(user: User, pk: int, title: str, body: str, day: date, last_day: date) -> MustRead:
    """Say it otherwise. What it said before stays readable beneath it; the households are told again."""
    must_read = MUST_READS.take(user, pk, "correct")
    _require_days(day, last_day)
    was = (must_read.title, must_read.body, must_read.day, must_read.last_day)
    if was == (title, body, day, last_day):
        raise NotPossible(_("Nothing was changed."))
    FormerText.objects.create(must_read=must_read, title=was[0], body=was[1], day=was[2], last_day=was[3])
    must_read.title, must_read.body, must_read.day, must_read.last_day = title, body, day, last_day
    must_read.corrected_at = clock.now()
    must_read.save(update_fields=["title", "body", "day", "last_day", "corrected_at"])
    search.index(must_read)
    _announce(CORRECTED, must_read, user, {"was": was[0]})
    return must_read


@transaction.atomic
def put_up(user: User, pk: int, on: date, photo: Any = None) -> MustRead:
    """Say that it hangs in the lobby too, since when, with a photo of it there."""
    must_read = MUST_READS.take(user, pk, "put_up")
    must_read.posted_on = on
    if photo:
        must_read.posted_photo = picture(user, must_read.board, photo, must_read.title)
        uploads.publish([must_read.posted_photo])
    must_read.save(update_fields=["posted_on", "posted_photo"])
    log(PUT_UP, must_read, by=user, data={"on": on.isoformat()})
    return must_read


@transaction.atomic
def end(user: User, pk: int, reason: str) -> MustRead:
    """Take it down before its last day; its text stays readable with the reason."""
    must_read = MUST_READS.take(user, pk, "end")
    advance(
        must_read,
        ReadState.ENDED,
        ended_at=clock.now(),
        ended_why=reason,
        ended_signed=_signed(user, must_read.board),
    )
    search.drop(must_read)
    log(ENDED, must_read, by=user, data={"reason": reason})
    return must_read


def current(board: BuildingBoardPage) -> list[MustRead]:
    """What must be read on a board today."""
    return list(board.must_reads.current().select_related("posted_photo"))


def _signed(user: User, board: BuildingBoardPage) -> str:
    return signature(user, board.neighbourhood).name


def _readers(board: BuildingBoardPage) -> QuerySet[User]:
    """Who lives or owns there, and who follows the building."""
    return selectors.members(board) | User.objects.filter(followers(board), is_active=True)


def _announce(event: Any, must_read: MustRead, user: User, data: dict[str, Any]) -> None:
    announce(
        event,
        must_read,
        by=user,
        to=_readers(must_read.board).exclude(pk=user.pk),
        data=data,
        day_on=must_read.day.isoformat(),
        text=must_read.body,
    )


def _require_days(day: date, last_day: date) -> None:
    if last_day < clock.today():
        raise NotPossible(_("Its last day is over already. Please choose a later one."))
    if day > last_day:
        raise NotPossible(_("It should stand at least until it happens. Please choose a later last day."))
