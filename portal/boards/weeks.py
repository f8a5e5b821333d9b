"""A week of the rota, as the board and its page show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.boards.models import BuildingBoardPage, RotaDay
from portal.boards.selectors import Figures, short
from portal.kit import clock
from portal.kit.wording import WEEKDAYS

DAYS = 7
# So many days are read for a board: the week, and the reader's own next day.
AHEAD = 6 * DAYS
# So many days ahead a leaf is red.
NEAR = 4


@dataclass(frozen=True)
class Turn:
    """One day of the strip: whose turn it is, and how it stands. `row` is None where nobody is on duty."""

    day: date
    weekday: str
    flat: str
    row: RotaDay | None
    mine: bool
    today: bool

    @property
    def done(self) -> bool:
        """Whether it was ticked off."""
        return self.row is not None and self.row.done_at is not None


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def turns(
    board: BuildingBoardPage, first: date, many: int, homes: Iterable[int], figures: Figures
) -> list[Turn]:
    """So many days from `first`, in one query; `homes`: the reader's own flats, by key."""
    own, today = set(homes), clock.today()
    days = [first + timedelta(days=n) for n in range(many)]
    rows = {row.day: row for row in board.rota.filter(day__in=days).select_related("dwelling")}
    for row in rows.values():
        row.board = board
    return [
        Turn(
            day,
            str(WEEKDAYS[day.isoweekday() % DAYS]).removeprefix("周"),
            short(rows[day].dwelling, figures) if day in rows else "",
            rows.get(day),
            day in rows and rows[day].dwelling_id in own,
            day == today,
        )
        for day in days
    ]


@dataclass(frozen=True)
class Leaf:
    """A day as a leaf torn from a calendar: month, number, and the word beneath; `near`: at most four days ahead."""

    month: str
    number: int
    word: str
    near: bool


def leaf(day: date) -> Leaf:
    """The leaf of a day, with today and tomorrow by name."""
    ahead = (day - clock.today()).days
    words = {0: _("today"), 1: _("tomorrow")}
    # Translators: Django date letters. Chinese: n月
    month = date_format(day, _("M"))
    return Leaf(
        month, day.day, words.get(ahead) or str(WEEKDAYS[day.isoweekday() % DAYS]), 0 <= ahead <= NEAR
    )
