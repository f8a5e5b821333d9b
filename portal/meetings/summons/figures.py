"""How many departments were summoned in a place, how many came, and how much of it was solved, by year."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from portal.community.models import Area
from portal.meetings.models import Judgement, Summons
from portal.meetings.states.summons import SummonsState as S

# It was agreed that they come, and the day is over.
MET = Q(held_at__isnull=False) | Q(state=S.ABSENT)
ENDED = Q(concluded_at__isnull=False)


@dataclass(frozen=True)
class Year:
    """One year by the day of sending. `due`: where they had agreed to come and the day is over; `ended`: concluded."""

    year: int
    sent: int
    due: int
    came: int
    ended: int
    solved: int


def by_year(here: Area) -> list[Year]:
    """The figures of a place, the newest year first; those withdrawn are not counted."""
    counted = (
        Summons.objects.filter(neighbourhood=here, sent_at__isnull=False)
        .exclude(state=S.CANCELLED)
        .annotate(year=ExtractYear("sent_at"))
        .order_by("-year")
        .values("year")
        .annotate(
            sent=Count("pk"),
            due=Count("pk", filter=MET),
            came=Count("pk", filter=Q(held_at__isnull=False)),
            ended=Count("pk", filter=ENDED),
            solved=Count(
                "pk", filter=Q(concluded_at__isnull=False) & ~Q(state=S.UNSOLVED) & Q(settled_at=None)
            ),
        )
    )
    return [Year(**row) for row in counted]


def judgements(summons: Summons, least: int) -> list[tuple[str, int]]:
    """What residents said, in sums; nothing before `least` of them did."""
    said = dict(summons.judgements.values_list("judgement").annotate(n=Count("pk")).order_by())
    if sum(said.values()) < least:
        return []
    return [(str(one.label), said.get(one.value, 0)) for one in Judgement]
