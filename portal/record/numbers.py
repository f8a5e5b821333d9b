"""Numbers under which anybody who has one finds a thing again: a ballot's receipt, a certificate. None can be guessed.

Each app that gives out numbers says in its module `hooks` which page answers for them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

# Without I, L, O and U: easy to read out, hard to mistake. Twelve of 32 letters are 60 bits.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, SIZE = 3, 4
MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "－": None, "—": None})


@dataclass(frozen=True)
class Keeper:
    """Who answers for some of the numbers.

    `knows`: whether a number was given out here. `page`: the dotted name of a view `(request, number)`; it is
    read when first asked for, so that numbers can be drawn before any view is loaded.
    """

    knows: Callable[[str], bool]
    page: str

    def answer(self, request: HttpRequest, number: str) -> HttpResponse:
        """The page about a number it knows."""
        view: Callable[[HttpRequest, str], HttpResponse] = import_string(self.page)
        return view(request, number)


KEEPERS: dict[str, Keeper] = {}


def register(name: str, keeper: Keeper) -> None:
    """Let an app answer for its numbers; `name` tells the keepers apart."""
    KEEPERS[name] = keeper


def keeper_of(number: str) -> Keeper | None:
    """Who gave out a number; None for one that nobody did."""
    return next((keeper for keeper in KEEPERS.values() if keeper.knows(number)), None)


def draw() -> str:
    """A new number such as 7K3M-9QXP-2VHT."""
    return _grouped("".join(secrets.choice(LETTERS) for _ in range(GROUPS * SIZE)))


def draw_free() -> str:
    """A new number that nobody knows, whatever it may be of."""
    number = draw()
    while keeper_of(number):
        number = draw()
    return number


def meant(typed: str) -> str:
    """The number somebody means who typed it from paper; empty where it cannot be one."""
    letters = typed.strip().upper().translate(MEANT)
    if len(letters) != GROUPS * SIZE or not set(letters) <= set(LETTERS):
        return ""
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + SIZE] for start in range(0, len(letters), SIZE))
