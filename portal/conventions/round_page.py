"""What the pages of rounds and the list of texts show, each read at most once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from portal.community.models import Area, Visitor
from portal.conventions.models import AgreementPage, ConventionRound, Edition, Proposal, Suggestion
from portal.conventions.selectors import Signed, edition_in_force, latest, next_edition, signed
from portal.conventions.states import State, SuggestionState
from portal.conventions.text import Article, Chapter
from portal.conventions.track import next_steps, track
from portal.duties.next_step import NextStep
from portal.kit import clock
from portal.kit.track import Station
from portal.record.services import Line, history, key

HISTORY = 8


@dataclass(frozen=True)
class Row:
    """One text in the list: what is in force, and its open round with what that waits for."""

    page: AgreementPage
    edition: Edition | None
    round: ConventionRound | None
    step: NextStep | None


@dataclass(frozen=True)
class Clause:
    """An article in the list of a round: how many suggestions there are, and how many wait."""

    article: Article
    suggestions: int
    waiting: int


def listed(user: Visitor, here: Area) -> list[Row]:
    """The texts of a neighbourhood that somebody may know of, in five queries for any number."""
    pages = list(AgreementPage.objects.visible_to(user).of(here).select_related("area"))
    for page in pages:
        page.area.__dict__["neighbourhood"] = here
    held = Edition.objects.filter(page__in=pages, in_force_from__lte=clock.today()).order_by("number")
    editions = {edition.page_id: edition for edition in held.defer("text").prefetch_related("filings")}
    known = ConventionRound.objects.visible_to(user).open().filter(page__in=pages)
    rounds = {one.page_id: one for one in known.select_related("page__area")}
    steps = next_steps(rounds.values())
    return [_row(page, editions.get(page.pk), rounds.get(page.pk), steps) for page in pages]


def _row(
    page: AgreementPage, edition: Edition | None, round_: ConventionRound | None, steps: dict[int, NextStep]
) -> Row:
    return Row(page, edition, round_, steps.get(round_.pk) if round_ else None)


class RoundPage:
    """The parts of one round's page."""

    def __init__(self, round_: ConventionRound) -> None:
        self.round = round_

    @cached_property
    def track(self) -> list[Station]:
        """Its stations."""
        return track(self.round)

    @cached_property
    def next_step(self) -> NextStep | None:
        """What it waits for."""
        return next_steps([self.round]).get(self.round.pk)

    @cached_property
    def text(self) -> Proposal | None:
        """Its newest text."""
        return latest(self.round)

    @cached_property
    def edition(self) -> Edition | None:
        """The edition in force."""
        return edition_in_force(self.round.page)

    @cached_property
    def number(self) -> int:
        """Which edition its text will be, or is."""
        made = Edition.objects.filter(proposal__round=self.round).values_list("number", flat=True).first()
        return made or next_edition(self.round.page)

    @cached_property
    def chapters(self) -> list[tuple[Chapter, list[Clause]]]:
        """Its chapters, each article with the number of its suggestions."""
        chapters = self.text.chapters if self.text else self.round.page.draft
        return [(one, [self._clause(article) for article in one["articles"]]) for one in chapters]

    @cached_property
    def waiting(self) -> int:
        """How many suggestions wait for an answer."""
        return sum(self._counts[1].values())

    @cached_property
    def suggested(self) -> int:
        """How many suggestions there are."""
        return sum(self._counts[0].values())

    @cached_property
    def signed(self) -> Signed | None:
        """How the households sign, where they do."""
        return signed(self.text) if self.text and self.round.state == State.SIGNING else None

    @cached_property
    def history(self) -> list[Line]:
        """The newest entries of the record."""
        return history([key(self.round)], limit=HISTORY)

    @cached_property
    def _counts(self) -> tuple[Counter[str], Counter[str]]:
        made = Suggestion.objects.filter(round=self.round).exclude(state=SuggestionState.WITHDRAWN)
        found = list(made.values_list("article", "state"))
        waiting = [article for article, state in found if state == SuggestionState.OPEN]
        return Counter(article for article, _state in found), Counter(waiting)

    def _clause(self, article: Article) -> Clause:
        every, waiting = self._counts
        return Clause(article, every[article["id"]], waiting[article["id"]])
