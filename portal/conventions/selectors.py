"""Questions asked of conventions in more than one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.community.models import Area, Dwelling, Ownership, Person, Post, Residency, User
from portal.community.permissions import holders
from portal.community.selectors import members
from portal.conventions.models import (
    AgreementPage,
    Choice,
    ConventionRound,
    Edition,
    Proposal,
    Suggestion,
    SuggestionQuerySet,
)
from portal.conventions.states import SuggestionState
from portal.conventions.text import Text, articles
from portal.kit import clock


@dataclass(frozen=True)
class Signed:
    """How many households there are, how many signed a text, and how many said no."""

    households: int
    agree: int
    dissent: int

    @property
    def is_adopted(self) -> bool:
        """Whether more than half of all households signed."""
        return 2 * self.agree > self.households


def latest(round_: ConventionRound) -> Proposal | None:
    """The newest text of a round; None before the first was put to comment."""
    return Proposal.objects.filter(round=round_).order_by("-number").first()


def open_round(page: AgreementPage) -> ConventionRound | None:
    """The round that is under way."""
    return ConventionRound.objects.filter(page=page).open().first()


def edition_in_force(page: AgreementPage) -> Edition | None:
    """The edition that holds today."""
    held = Edition.objects.filter(page=page, in_force_from__lte=clock.today())
    return held.prefetch_related("filings").order_by("-number").first()


def next_edition(page: AgreementPage) -> int:
    """The number the next edition will have."""
    return 1 + Edition.objects.filter(page=page).count()


def signed(proposal: Proposal) -> Signed:
    """How the households of a text's place signed it."""
    standing = proposal.signatures.filter(withdrawn_at=None)
    counted = standing.aggregate(agree=Count("pk", Q(agrees=True)), dissent=Count("pk", Q(agrees=False)))
    return Signed(households(proposal.round.page.area), counted["agree"], counted["dissent"])


def households(area: Area) -> int:
    """How many dwellings of an area are in use."""
    return Dwelling.objects.in_use().filter(building__path__startswith=area.path).count()


def with_counts(suggestions: SuggestionQuerySet) -> SuggestionQuerySet:
    """Suggestions with `agree`, `unsure` and `no`: how many households think so."""
    counts = {choice.value: Count("supports", Q(supports__choice=choice)) for choice in Choice}
    return suggestions.annotate(**counts)


def rivals(round_: ConventionRound, article: str = "") -> SuggestionQuerySet:
    """The suggestions of a round, of one article where named, with counts and what their authors had read."""
    found = Suggestion.objects.filter(round=round_)
    found = found.filter(article=article) if article else found
    return with_counts(found).select_related("proposal").order_by("article", "pk")


def homeless(page: AgreementPage, text: Text) -> list[Suggestion]:
    """The open suggestions on a page whose articles a text has no longer."""
    kept = {article["id"] for article in articles(text)}
    waiting = Suggestion.objects.filter(round__page=page, state=SuggestionState.OPEN).exclude(
        article__in=kept
    )
    return list(waiting.select_related("proposal", "round__page").order_by("pk"))


def concerned(page: AgreementPage) -> QuerySet[User]:
    """The accounts of those who live or own in the place that agrees."""
    return members(page.area)


def dwellings_of(person: Person, area: Area) -> QuerySet[Dwelling]:
    """The dwellings inside an area where a person lives, or which the person owns, today."""
    held: list[QuerySet[Any, Any]] = [
        model.objects.on(clock.today()).in_area(area).filter(person=person).values("dwelling_id")
        for model in (Residency, Ownership)
    ]
    return Dwelling.objects.filter(pk__in=held[0].union(held[1])).select_related("building")


def owing_post(page: AgreementPage) -> Post:
    """Who leads a text on: the building's head where there is one, the owners' committee, else the committee."""
    if page.is_building and holders(Post.BUILDING_HEAD, page.area):
        return Post.BUILDING_HEAD
    return Post.OWNERS_COMMITTEE if page.is_covenant else Post.WORKER


def thread_subject(round_pk: int, article: str) -> str:
    """The key of the discussion of one article in one round; it follows the article wherever it stands."""
    return f"convention_article:{round_pk}-{article[:18]}"
