"""How long neighbours wait for the first answer to what they ask officially."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from statistics import median_low
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.duties.trends import Measure, Month, Unit, moment_of, register_measure, shares
from portal.duties.trends import Value as Trend
from portal.threads.models import Post
from portal.threads.outcomes import Outcome, Refusal, Said


def first_answer(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Trend]]:
    """The middle of the minutes from a question to its first answer, of those first answered in a month."""
    first = Coalesce("acknowledged_at", "answered_at")
    asked = Post.objects.exclude(asks="").filter(thread__neighbourhood__in=places).annotate(first=first)
    answered = asked.filter(first__gte=months[0].starts, first__lt=months[-1].ends).order_by()
    waited: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, when, wait in answered.values_list(
        "thread__neighbourhood", "first", F("first") - F("asked_at")
    ):
        month = next(at for at, month in enumerate(months) if when < month.ends)
        waited[place, month].append(max(wait // timedelta(minutes=1), 0))
    return {place.pk: [_middle(waited[place.pk, at]) for at in range(len(months))] for place in places}


def _middle(minutes: list[int]) -> Trend:
    return Trend(median_low(minutes), len(minutes)) if minutes else Trend()


# What became of a question, each a column of its own.
SOLVED, PARTLY, NOT, IMPOSSIBLE, UNANSWERED, SILENT = (
    *Said.values,
    "impossible",
    "unanswered",
    "silent",
)


def ended() -> QuerySet[Any]:
    """Questions with the moment at which each was answered, or its time ran out (`ended`), and what became of it
    (`became`). One that was hidden or taken back before it was answered is not among them."""
    here = Outcome.objects.filter(question=OuterRef("pk"), answer=OuterRef("answered_in"))
    refused = Refusal.objects.filter(answer=OuterRef("answered_in"))
    became = Case(
        When(answered_at=None, then=Value(UNANSWERED)),
        When(Exists(refused), then=Value(IMPOSSIBLE)),
        default=Coalesce(Subquery(here.values("said")[:1]), Value(SILENT)),
        output_field=CharField(),
    )
    counted = Post.objects.exclude(asks="").exclude(answered_at=None, hidden_at__isnull=False)
    counted = counted.exclude(withdrawn_at__isnull=False)
    return counted.annotate(ended=Coalesce("answered_at", "due_at"), became=became)


def became(here: Area, month: Month) -> dict[str, int]:
    """How many questions were answered in a month, or ran out of time in it, and what became of them. One query."""
    rows = ended().filter(_ended_in(month), thread__neighbourhood=here).order_by()
    said = dict(rows.values_list("became").annotate(n=Count("pk")))
    return {name: said.get(name, 0) for name in (SOLVED, PARTLY, NOT, IMPOSSIBLE, UNANSWERED, SILENT)}


def called_solved(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Trend]]:
    """Of the questions answered or run out of time in a month, how many per cent the asker or a callback calls solved.

    What cannot be done, was not answered, or of which nobody was heard, is in the whole and not in the part.
    """
    rows = ended().filter(thread__neighbourhood__in=places)
    parts = [(_ended_in(month), Q(became=SOLVED)) for month in months]
    return shares(rows, "thread__neighbourhood", places, parts)


def _ended_in(month: Month) -> Q:
    return Q(ended__gte=month.starts, ended__lt=moment_of(month))


register_measure(
    Measure(
        "called_solved",
        _("Answers that solved it, as those who asked say"),
        Unit.PERCENT,
        called_solved,
        rises=True,
        order=5,
    )
)
register_measure(
    Measure(
        "first_answer",
        _("First answer (middle)"),
        Unit.MINUTES,
        first_answer,
        "figures.first_answer_hours",
        order=2,
    )
)
