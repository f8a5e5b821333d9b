"""What a page of results is made of, as templates read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from portal.kit.charts import Bar, Dots, Lines, Segment
from portal.surveys.models import Demand, Reply
from portal.surveys.showing.reading import Payload, Result

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_ANSWER = 80


@dataclass(frozen=True)
class Table:
    """A table: each row is a heading and as many cells as `head` has further ones."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Row:
    """One bar with what stands above it: of an option (`bar`), or of parts of a whole (`segments`)."""

    label: str
    people: str
    bar: Bar | None = None
    segments: tuple[Segment, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars with the key of their surfaces and the table of the same numbers."""

    rows: tuple[Row, ...]
    table: Table
    surfaces: tuple[tuple[str, str, str], ...] = ()
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A question as results show it. `bands`: by age or tenure; `compared`: the waves before, and the whole area."""

    payload: Payload
    asked: str
    chart: Chart | None
    bands: tuple[Chart, ...] = ()
    compared: Table | None = None

    @property
    def mean(self) -> str:
        """The mean with two decimals, where there is one."""
        hundredths = self.payload.get("mean_hundredths")
        return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True)
class Outcome:
    """What became of a need: a mark and its tone, words, and what answers it."""

    mark: str
    tone: str
    words: StrOrPromise
    demand: Demand | None = None

    @property
    def said(self) -> str:
        """How it is answered, and the beginning of the answer."""
        if self.demand is None:
            return ""
        reply = "" if self.demand.reply == Reply.NOT_POSSIBLE else self.demand.get_reply_display()
        parts = (reply, Truncator(self.demand.answer).chars(LONGEST_ANSWER))
        return _(": ").join(part for part in parts if part)


@dataclass(frozen=True)
class Wish:
    """One need: how many want it, how that changed, and what became of it."""

    payload: Payload
    people: str
    bar: Bar
    change: str
    outcome: Outcome


@dataclass(frozen=True)
class Kept:
    """What became of last time's demands: one bar, and each of them."""

    segments: tuple[Segment, ...]
    words: str
    surfaces: tuple[tuple[str, str, str], ...]
    demands: tuple[tuple[Demand, Outcome], ...]
    done: int


@dataclass(frozen=True)
class Years:
    """The change of some demands over the waves."""

    plot: Lines
    key: tuple[tuple[int, str], ...]
    table: Table


@dataclass(frozen=True)
class Beside:
    """Demands here beside those of the whole area."""

    rows: tuple[tuple[str, str, Dots], ...]
    area: str
    table: Table


@dataclass(frozen=True)
class Page:
    """All that a page of results shows."""

    result: Result
    wishes: tuple[Wish, ...]
    wish_table: Table | None
    kept: Kept | None
    ages: Picture | None
    years: Years | None
    beside: Beside | None
    sections: tuple[tuple[str, tuple[Picture, ...]], ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_bare(self) -> bool:
        """Whether every question is withheld."""
        questions = self.result.here.payload["questions"]
        return bool(questions) and all(question.get("withheld") for question in questions)


@dataclass(frozen=True)
class WavePage:
    """All that a page of a wave's results shows."""

    payload: Payload
    people: str
    table: Table | None
    needs: tuple[tuple[str, str, Bar], ...]
    sections: tuple[tuple[str, tuple[Picture, ...]], ...]
