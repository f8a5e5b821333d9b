"""How many departments were summoned in a place, how many came, and how much of it was solved, by year."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from portal.community.models import Area
from portal.community.rules import rule
from portal.meetings.models import Judgement, Summons, SummonsJudgement
from portal.meetings.states.summons import SummonsState as S

# It was agreed that they come, and the day is over.
MET = Q(held_at__isnull=False) | Q(state=S.ABSENT)
ENDED = Q(concluded_at__isnull=False)
# It said that it does not come, and nothing was agreed since.
REFUSED = Q(answered_at__isnull=False, starts_at=None) & ~Q(words="") & ~Q(state=S.RESCHEDULED)


@dataclass(frozen=True)
class Year:
    """One year by the day of sending; each department summoned counts.

    `unanswered`: let the days for an answer pass, also where it answered later; `refused`: does not come. `due`: where
    they had agreed to come and the day is over; `ended`: concluded; `judged`: how many residents judged, `satisfied`
    how many of them are, both 0 before as many as the rule asks for did.
    """

    year: int
    sent: int
    unanswered: int
    refused: int
    due: int
    came: int
    ended: int
    solved: int
    judged: int = 0
    satisfied: int = 0


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
            unanswered=Count("pk", filter=Q(unanswered_at__isnull=False)),
            refused=Count("pk", filter=REFUSED),
            due=Count("pk", filter=MET),
            came=Count("pk", filter=Q(held_at__isnull=False)),
            ended=Count("pk", filter=ENDED),
            solved=Count(
                "pk", filter=Q(concluded_at__isnull=False) & ~Q(state=S.UNSOLVED) & Q(settled_at=None)
            ),
        )
    )
    said = _judged(here)
    return [Year(**row, **said.get(row["year"], {})) for row in counted]


def _judged(here: Area) -> dict[int, dict[str, int]]:
    """By year how many judged and how many are satisfied; a year in which too few did is missing."""
    counted = (
        SummonsJudgement.objects.filter(summons__neighbourhood=here, summons__sent_at__isnull=False)
        .annotate(year=ExtractYear("summons__sent_at"))
        .order_by("year")
        .values("year")
        .annotate(judged=Count("pk"), satisfied=Count("pk", filter=Q(judgement=Judgement.SATISFIED)))
    )
    least = rule("summons.rating_least", here)
    return {
        row["year"]: {"judged": row["judged"], "satisfied": row["satisfied"]}
        for row in counted
        if row["judged"] >= least
    }


def judgements(summons: Summons, least: int) -> list[tuple[str, int]]:
    """What residents said, in sums; nothing before `least` of them did."""
    said = dict(summons.judgements.values_list("judgement").annotate(n=Count("pk")).order_by())
    if sum(said.values()) < least:
        return []
    return [(str(one.label), said.get(one.value, 0)) for one in Judgement]
