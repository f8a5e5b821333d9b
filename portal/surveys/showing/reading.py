"""Results as they were published, with those they are compared with.

One object is read for a page: each chart, table and file of it is made from the same snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.surveys.models import Demand, Snapshot, Survey, Wave

# With how many waves before it a result is compared.
MOST_EARLIER = 3
Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """The results of one wave. `label`: how it is called beside the others, such as its year."""

    label: str
    payload: Payload

    def question(self, key: str) -> Payload | None:
        """What was counted of a question, by its permanent key."""
        return next((one for one in self.payload["questions"] if one["key"] == key), None)

    def options(self, key: str, row: str = "") -> dict[str, Payload]:
        """The options of a question, or of a row of it, by their permanent keys."""
        question = self.question(key) or {}
        if row:
            question = next((one for one in question.get("rows", []) if one["key"] == row), {})
        return {option["key"]: option for option in question.get("options", [])}

    @property
    def demands(self) -> dict[str, Payload]:
        """The needs that were asked for, by their keys, most wanted first."""
        found = sorted(self.payload.get("demands", []), key=lambda one: int(one["rank"]))
        return {one["key"]: one for one in found}


@dataclass(frozen=True)
class Result:
    """The results of a survey with what they are compared with. `earlier`: oldest first."""

    survey: Survey
    snapshot: Snapshot
    here: Published
    earlier: tuple[Published, ...] = ()
    area: Published | None = None
    demands: Mapping[str, Demand] = field(default_factory=dict)
    last_demands: tuple[Demand, ...] = ()

    @property
    def last(self) -> Published | None:
        """The wave before this one."""
        return self.earlier[-1] if self.earlier else None

    @property
    def waves(self) -> tuple[Published, ...]:
        """All, oldest first, this one last."""
        return (*self.earlier, self.here)


def newest(survey: Survey, number: int | None = None) -> Snapshot | None:
    """What was published last, or the edition of a number, without its payload; None: nothing is published."""
    found = survey.snapshots.defer("payload").order_by("-number")
    return (found if number is None else found.filter(number=number)).first()


def read(survey: Survey, snapshot: Snapshot) -> Result:
    """One result with the waves before it, that of the whole area, and what became of the demands."""
    before = _before(survey)
    labels = _labels([*(one.payload for one in before), snapshot.payload])
    earlier = [Published(label, one.payload) for label, one in zip(labels, before, strict=False)]
    together = read_wave(survey.wave) if survey.wave else None
    return Result(
        survey,
        snapshot,
        Published(labels[-1], snapshot.payload),
        tuple(earlier),
        together[1] if together else None,
        {one.key: one for one in survey.demands.all()},
        tuple(before[-1].survey.demands.filter(over=True)) if before else (),
    )


def read_wave(wave: Wave) -> tuple[Snapshot, Published] | None:
    """The results of a whole wave; None: not published."""
    snapshot = wave.snapshots.order_by("-number").first()
    return (snapshot, Published(str(wave.area), snapshot.payload)) if snapshot else None


def _before(survey: Survey) -> list[Any]:
    """The last snapshots of the waves before, oldest first."""
    family = Snapshot.objects.filter(
        survey__family=survey.family,
        survey__neighbourhood=survey.neighbourhood_id,
        survey__opened_at__lt=survey.opened_at,
    )
    last: dict[int, int] = {}
    rows = family.order_by("survey__opened_at", "number").values_list("survey_id", "pk")
    for key, pk in rows:
        last[key] = pk
    wanted = list(last.values())[-MOST_EARLIER:]
    read = Snapshot.objects.select_related("survey").in_bulk(wanted)
    return [read[pk] for pk in wanted]


def _labels(payloads: Iterable[Payload]) -> list[str]:
    """The year of each wave, or year and month where two were in one year."""
    days = [str(payload.get("closed_on") or payload.get("finalised_on") or "") for payload in payloads]
    years = Counter(day[:4] for day in days)
    return [day[:4] if years[day[:4]] == 1 else day[:7].replace("-", ".") for day in days]
