"""Questions asked of projects that are told of, settled and judged: what was told, who thinks what."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from portal.community.models import Upload, User
from portal.community.rules import rule_once
from portal.community.selectors import accounts_of
from portal.funds.models import (
    Application,
    BookCheck,
    Evaluation,
    Fund,
    Grant,
    ProgressNote,
)

BEST, WORST = 5, 1


@dataclass(frozen=True)
class Judged:
    """How residents rated a project: how many said what, from the best to the worst; too few are not shown."""

    people: int
    least: int
    counts: tuple[tuple[int, int], ...]

    @property
    def shown(self) -> bool:
        """Whether so many said something that nobody can be told apart."""
        return self.people >= self.least


def notes_of(grant: Grant) -> QuerySet[ProgressNote]:
    """What was told of a project, the newest first, with its photos."""
    photos = Upload.objects.order_by("created_at", "pk")
    return grant.notes.select_related("by__person", "taken_down_by__person").prefetch_related(
        Prefetch("photos", photos)
    )


def judged(grant: Grant) -> Judged:
    """How residents rated a project."""
    found = dict(
        Evaluation.objects.filter(grant=grant)
        .values_list("rating")
        .annotate(n=Count("pk"))
        .values_list("rating", "n")
    )
    counts = tuple((rating, found.get(rating, 0)) for rating in range(BEST, WORST - 1, -1))
    return Judged(sum(found.values()), rule_once("funds.evaluations_shown", grant.neighbourhood), counts)


def carriers(application: Application) -> QuerySet[User]:
    """The accounts of those who applied."""
    agreed = application.co_applicants.filter(agreed_at__isnull=False).values_list("person", flat=True)
    return accounts_of(application.lead_id, *agreed)


def check_of(fund: Fund) -> BookCheck | None:
    """When the book was last added up anew, and what was found."""
    return BookCheck.objects.filter(fund=fund).first()
