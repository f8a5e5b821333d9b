"""How long neighbours wait for the first answer to what they ask officially."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from statistics import median_low

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.duties.trends import Measure, Month, Unit, Value, register_measure
from portal.threads.models import Post


def first_answer(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Value]]:
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


def _middle(minutes: list[int]) -> Value:
    return Value(median_low(minutes), len(minutes)) if minutes else Value()


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
