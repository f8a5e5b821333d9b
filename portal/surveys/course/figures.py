"""How far a survey is: who of those asked handed in, and the response rate after AAPOR's Standard Definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from portal.surveys.models import Channel, Disposition, FrameUnit, Response, Survey
from portal.surveys.states import ResponseState


@dataclass(frozen=True)
class RR:
    """What became of asking, in units. `complete` counts; `other`: not able to, and answers that were taken out.

    `frame`: all that were asked, with those noted as empty.
    """

    frame: int = 0
    complete: int = 0
    partial: int = 0
    refused: int = 0
    not_reached: int = 0
    other: int = 0
    unknown: int = 0
    empty: int = 0

    @property
    def base(self) -> int:
        """I + P + R + NC + O + UH + UO: all but those noted as empty."""
        return self.frame - self.empty

    @property
    def rr1(self) -> tuple[int, int]:
        """Response rate 1 as numerator and denominator: I ÷ (I + P + R + NC + O + UH + UO)."""
        return self.complete, self.base

    @property
    def percent(self) -> int:
        """Response rate 1 in whole percents, rounded down so that it is never more than was reached."""
        return self.complete * 100 // self.base if self.base else 0


def response_rate(survey: Survey) -> RR:
    """What became of asking in one survey: see `rates`."""
    return rates([survey])[survey.pk]


def rates(surveys: Sequence[Survey]) -> dict[int, RR]:
    """What became of asking in several surveys, in two queries however many they are.

    Handed in and counted is I; taken out and not entered anew, O; begun and left, P; not noted otherwise, NC. An empty
    flat leaves the base only where it was noted as empty, and not where answers came from it all the same.
    """
    begun = Response.objects.filter(unit=OuterRef("pk"), state=ResponseState.DRAFT)
    came = Q(handed_in_on__isnull=False)
    units = FrameUnit.objects.filter(survey__in=surveys).annotate(begun=Exists(begun)).order_by()
    rows = units.values("survey").annotate(
        frame=Count("pk"),
        came=Count("pk", filter=came),
        partial=Count("pk", filter=~came & _partial()),
        refused=Count("pk", filter=_noted(Disposition.REFUSED)),
        others=Count("pk", filter=_noted(Disposition.OTHER)),
        unknown=Count("pk", filter=_noted(Disposition.UNKNOWN)),
        empty=Count("pk", filter=_noted(Disposition.EMPTY)),
    )
    out, judged = Q(state=ResponseState.REMOVED), ~Q(removed_because="")
    answers = Response.objects.filter(survey__in=surveys).order_by().values("survey")
    counted = answers.annotate(
        counts=Count("pk", filter=Q(state=ResponseState.HANDED_IN)),
        judged=Count("pk", filter=out & judged),
        replaced=Count("pk", filter=out & ~judged),
    )
    by_survey = {row["survey"]: row for row in counted}
    found = {row["survey"]: _rate(row, _lost(row["came"], by_survey.get(row["survey"]))) for row in rows}
    return {survey.pk: found.get(survey.pk, RR()) for survey in surveys}


def _lost(came: int, answers: Mapping[str, Any] | None) -> int:
    """How many handed in what does not count. Taken out to be entered anew it counts, once it was."""
    if answers is None:
        return 0
    without = max(came - answers["counts"] - answers["judged"], 0)
    lost: int = answers["judged"] + min(without, answers["replaced"])
    return lost


def _rate(row: Mapping[str, Any], removed: int) -> RR:
    removed = min(removed, row["came"])
    known = {name: row[name] for name in ("partial", "refused", "unknown", "empty")}
    return RR(
        frame=row["frame"],
        complete=row["came"] - removed,
        other=row["others"] + removed,
        not_reached=row["frame"] - row["came"] - row["others"] - sum(known.values()),
        **known,
    )


def channels(survey: Survey) -> list[tuple[str, int]]:
    """How the answers came, as sums alone, the most first. Nothing tells of one unit how its answers came."""
    rows = survey.responses.exclude(state=ResponseState.DRAFT).values("channel").annotate(n=Count("pk"))
    return [(str(Channel(row["channel"]).label), row["n"]) for row in rows.order_by("-n", "channel")]


def strata(survey: Survey) -> list[tuple[str, int, int]]:
    """Of each building or estate, in the order of the doors: name, how many handed in, how many were asked (without
    those noted as empty).
    """
    handed_in = Count("pk", filter=Q(handed_in_on__isnull=False))
    asked = Count("pk", filter=Q(handed_in_on__isnull=False) | ~Q(disposition=Disposition.EMPTY))
    rows = survey.units.order_by().values("stratum").annotate(came=handed_in, asked=asked)
    in_order = rows.annotate(first=Min("number")).order_by("first")
    return [(row["stratum"], row["came"], row["asked"]) for row in in_order]


def _noted(disposition: Disposition) -> Q:
    return Q(handed_in_on=None, disposition=disposition)


def _partial() -> Q:
    """Begun, and nothing else noted; or noted as begun when the drafts were cleared away."""
    return Q(disposition=Disposition.PARTIAL) | Q(begun=True) & Q(
        disposition__in=[Disposition.NONE, Disposition.NOT_REACHED]
    )
