"""What the page of a board tells every reader alike. A part is read when it is drawn, and not while it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser

from portal.boards import selectors, weeks
from portal.boards.cashbook import reading
from portal.boards.cashbook.models import CashBook
from portal.boards.cashbook.selectors import book_of
from portal.boards.matters import Convention, Matter, convention_of, matters
from portal.boards.models import BuildingBoardPage, MustRead, Photo
from portal.boards.services import notices
from portal.community.permissions import NEIGHBOUR, roles_in
from portal.kit import clock
from portal.pages.cards.lines import Card, card_of
from portal.record.fragments import keep

GALLERY = 6
# What is not in the record one by one (who opened an account, whose vote begins by the clock) is kept so long.
SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Shape:
    """What the frame of the page has to know: which parts there are, the first head, figures, whether a swap waits."""

    must_reads: bool
    book: bool
    first: str
    first_person: int | None
    convention: Convention | None
    figures: selectors.Figures
    swaps: bool


class BoardPage:
    """The parts of one board, each read at most once.

    `mark`: the state its neighbourhood is in (portal.record.fragments).
    """

    def __init__(self, board: BuildingBoardPage, user: Any, mark: str) -> None:
        self.board = board
        self.neighbour = not NEIGHBOUR.isdisjoint(roles_in(user, board.neighbourhood))
        # Neighbours see activities that strangers do not; nothing else differs between readers.
        self.key = f"{board.pk}.{mark}.{int(self.neighbour)}"

    @cached_property
    def shape(self) -> Shape:
        """Read once for as long as nothing changes in the neighbourhood."""
        return keep(f"board.{self.key}", self._shape)

    def _shape(self) -> Shape:
        clock.holds_until(clock.now() + SOON)
        first = next(iter(self.keepers), None)
        convention = convention_of(AnonymousUser(), self.board)
        return Shape(
            must_reads=bool(self.must_reads),
            book=self.cash_book is not None,
            first=first.name if first else "",
            first_person=first.person_id if first else None,
            convention=convention,
            figures=selectors.figures(self.board),
            swaps=self.board.swaps.waiting().exists(),
        )

    @cached_property
    def keepers(self) -> list[selectors.Keeper]:
        """Head and deputies."""
        return selectors.keepers(self.board)

    @property
    def figures(self) -> selectors.Figures:
        """Floors, households, how many joined."""
        return self.shape.figures

    @cached_property
    def must_reads(self) -> list[tuple[MustRead, weeks.Leaf]]:
        """What must be read, each with its leaf of the calendar."""
        return [(one, weeks.leaf(one.day)) for one in notices.current(self.board)]

    @cached_property
    def matters(self) -> list[Matter]:
        """What goes on in the building."""
        clock.holds_until(clock.now() + SOON)
        return matters(self.board, neighbour=self.neighbour)

    @cached_property
    def photos(self) -> list[Photo]:
        """The newest photos."""
        return list(self.board.photos.shown().select_related("picture")[:GALLERY])

    @cached_property
    def card(self) -> Card:
        """The contact card of the building."""
        clock.holds_until(clock.now() + SOON)
        return card_of(self.board.building)

    @cached_property
    def book(self) -> dict[str, object]:
        """The card of the cash book."""
        return reading.card(self.cash_book) if self.cash_book else {}

    @cached_property
    def cash_book(self) -> CashBook | None:
        """The building's cash book."""
        return book_of(self.board)
