"""What is read of a convention: its editions, the text that is worked on, its articles with what is suggested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q, prefetch_related_objects

from portal.community.models import Visitor
from portal.conventions.comparing import Change, Comparison, Part, compare
from portal.conventions.models import AgreementPage, Choice, ConventionRound, Edition, Proposal, Suggestion
from portal.conventions.signatures import Tally, tallies
from portal.conventions.states import EditionState, State, SuggestionState
from portal.conventions.text import Article, Text
from portal.kit.difference import Difference, difference

# How rivals are told apart, as on paper: 建议甲, 建议乙.
STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Rival:
    """One suggestion beside the article it would change, with what households think of it."""

    suggestion: Suggestion
    label: str
    text: Difference
    agree: int = 0
    unsure: int = 0
    no: int = 0

    @property
    def households(self) -> int:
        """How many households said anything."""
        return self.agree + self.unsure + self.no


@dataclass(frozen=True)
class Clause:
    """One article as it is read: what became of it, and the suggestions on it, never among the articles."""

    change: Change
    rivals: list[Rival] = field(default_factory=list)

    @property
    def first(self) -> Rival | None:
        """The suggestion shown beside the article: the one most households agree with."""
        return max(self.rivals, key=lambda rival: rival.agree, default=None)

    @property
    def others(self) -> list[Rival]:
        """The others, in the order in which they came."""
        return [rival for rival in self.rivals if rival is not self.first]


@dataclass(frozen=True)
class Section:
    """A chapter with its articles as they are read."""

    part: Part
    clauses: list[Clause]

    @property
    def count(self) -> int:
        """How many suggestions there are on its articles."""
        return sum(len(clause.rivals) for clause in self.clauses)


@dataclass(frozen=True)
class Version:
    """A text that can be compared: an edition, or a draft that was put to comment. `key` names it in addresses."""

    key: str
    text: Proposal | Edition
    is_edition: bool

    @property
    def chapters(self) -> Text:
        """Its chapters."""
        return self.text.chapters

    @property
    def sha256(self) -> str:
        """Its fingerprint."""
        return self.text.sha256


class Reading:
    """A page with everything that its reader sees of it; a bounded number of questions, however much there is."""

    def __init__(self, page: AgreementPage, user: Visitor) -> None:
        self.page, self.user = page, user
        prefetch_related_objects([page], "editions__filings")
        for edition in self.editions:
            edition.page = page

    @cached_property
    def editions(self) -> list[Edition]:
        """All editions, the first one first."""
        return list(self.page.editions.all())

    @cached_property
    def in_force(self) -> Edition | None:
        """The edition that holds today."""
        held = [one for one in self.editions if one.state is EditionState.IN_FORCE]
        return held[-1] if held else None

    @cached_property
    def to_come(self) -> Edition | None:
        """The edition that was adopted and holds from a day to come."""
        coming = [one for one in self.editions if one.state is EditionState.TO_COME]
        return coming[-1] if coming else None

    @cached_property
    def round(self) -> ConventionRound | None:
        """The round under way, for who may know of it."""
        found = ConventionRound.objects.open().visible_to(self.user).filter(page=self.page)
        round_ = found.select_related("vote").first()
        if round_ is not None:
            round_.page = self.page
        return round_

    @cached_property
    def proposals(self) -> list[Proposal]:
        """The texts put to comment in the round under way, the first one first."""
        if self.round is None:
            return []
        found = list(Proposal.objects.filter(round=self.round).select_related("edition"))
        for text in found:
            text.round = self.round
        return found

    @property
    def proposal(self) -> Proposal | None:
        """The newest of them."""
        return self.proposals[-1] if self.proposals else None

    @property
    def is_worked_on(self) -> bool:
        """Whether the text that is worked on stands in front of the one in force."""
        return self.proposal is not None and self.round is not None and self.round.state != State.DRAFTING

    @property
    def shown(self) -> Proposal | Edition | None:
        """The text in front: what is asked about now, else what holds or will hold."""
        return self.proposal if self.is_worked_on else self.in_force or self.to_come

    @cached_property
    def comparison(self) -> Comparison:
        """What is shown, beside what holds; where nothing holds yet every article stands alone."""
        shown = self.shown.chapters if self.shown else []
        held = self.in_force.chapters if self.is_worked_on and self.in_force else shown
        return compare(held, shown)

    @cached_property
    def sections(self) -> list[Section]:
        """The chapters of what is shown, their articles with the suggestions on them."""
        rivals = rivals_of(self.round) if self.is_worked_on and self.round else {}
        return [
            Section(
                part,
                [Clause(change, _rivals(change, rivals.get(change.ident, []))) for change in part.changes],
            )
            for part in self.comparison.parts
        ]

    @property
    def is_talked_of(self) -> bool:
        """Whether its articles are commented on, or what was said is being answered."""
        return self.round is not None and self.round.state in {State.COMMENTING, State.ANSWERING}

    @cached_property
    def debated(self) -> Clause | None:
        """The first article with suggestions while they are talked of; those without any stand short beside it."""
        if not self.is_talked_of:
            return None
        clauses = (clause for section in self.sections for clause in section.clauses)
        return next((clause for clause in clauses if clause.rivals), None)

    @cached_property
    def tallies(self) -> dict[int, Tally]:
        """The signatures of every edition and of the text that is worked on."""
        texts = [one.proposal_id for one in self.editions]
        return tallies([*texts, *(text.pk for text in self.proposals)])

    @cached_property
    def signed(self) -> list[tuple[Edition, Tally, Edition | None]]:
        """Each edition, the newest first, with its signatures and the edition before it."""
        former: Sequence[Edition | None] = [None, *self.editions]
        rows = zip(self.editions, former, strict=False)
        found = [(one, self.tallies.get(one.proposal_id, Tally()), before) for one, before in rows]
        return found[::-1]

    @cached_property
    def versions(self) -> list[Version]:
        """Every text that can be compared, the oldest first."""
        editions = [Version(f"e{one.number}", one, True) for one in self.editions]
        return editions + [Version(f"d{one.pk}", one, False) for one in self.proposals]

    def version(self, key: str) -> Version | None:
        """The text that an address names."""
        return next((one for one in self.versions if one.key == key), None)


def rivals_of(round_: ConventionRound) -> dict[str, list[Suggestion]]:
    """The suggestions of a round by the article they are about, with counts of households. One question."""
    counts = {choice.value: Count("supports", Q(supports__choice=choice)) for choice in Choice}
    found = Suggestion.objects.filter(round=round_).exclude(state=SuggestionState.WITHDRAWN)
    by_article: dict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in found.annotate(**counts).order_by("pk"):
        suggestion.round = round_
        by_article[suggestion.article].append(suggestion)
    return by_article


def _rivals(change: Change, suggestions: Iterable[Suggestion]) -> list[Rival]:
    article: Article = change.here.article
    return [
        Rival(
            suggestion,
            _label(at),
            difference(article["text"], suggestion.new_text),
            *(getattr(suggestion, choice.value) for choice in (Choice.AGREE, Choice.UNSURE, Choice.NO)),
        )
        for at, suggestion in enumerate(suggestions)
    ]


def _label(at: int) -> str:
    return STEMS[at] if at < len(STEMS) else str(at + 1)
