"""A panel of 11 drawn by lot from 2,000 volunteers with five features that have quotas."""

from __future__ import annotations

import random
import time

from bench.report import progress, report
from portal.meetings.lots.drawing import drawn
from portal.meetings.lots.pools import Pool, Quota, Volunteer
from portal.meetings.lots.redraw import TICKETS
from portal.meetings.lots.tickets import tickets_of

PEOPLE, SIZE = 2000, 11
# Of each feature: value, how many of a hundred have it, fewest and most seats.
FEATURES = {
    "group": (("local", 72, 7, 7), ("newcomer", 28, 4, 4)),
    "building": (("1-5", 30, 2, 5), ("6-10", 25, 2, 5), ("11-15", 25, 2, 5), ("16-20", 20, 1, 4)),
    "age": (("18-29", 14, 2, 3), ("30-44", 29, 2, 4), ("45-59", 30, 2, 4), ("60+", 27, 2, 4)),
    "sex": (("female", 54, 5, 6), ("male", 46, 5, 6)),
    "tenure": (("owner", 76, 6, 9), ("tenant", 24, 2, 5)),
}


def told() -> None:
    """Print all figures."""
    progress(f"lot: {SIZE} of {PEOPLE:,} volunteers, {len(FEATURES)} features with quotas")
    pool, quotas = volunteers(), quotas_of()
    begun = time.perf_counter()
    tickets = tickets_of(pool, quotas, SIZE)
    prepared = time.perf_counter() - begun
    result = drawn(tickets, "the seed")
    whole = time.perf_counter() - begun
    report("meetings", "panel of 11 from 2,000, five features: tickets made", prepared, "s")
    report("meetings", "panel of 11 from 2,000, five features: drawn", whole, "s", goal="<= 5")
    report("meetings", "panel of 11: kinds of people", len(tickets["kinds"]), "kinds")
    report("meetings", "panel of 11: seats that were filled", len(result.panel), "seats", goal=">= 11")
    report("meetings", "panel of 11: least tickets of anybody", _least(tickets), "of 1,000")


def volunteers(people: int = PEOPLE) -> Pool:
    """A pool of people by these shares, some of whom share a flat; the same every time."""
    chosen = random.Random(11)
    return Pool(
        tuple(FEATURES),
        tuple(
            Volunteer(
                f"R{number:04}", f"{chosen.randrange(40 * people)}", tuple(map(_one, [chosen] * 5, FEATURES))
            )
            for number in range(people)
        ),
    )


def quotas_of() -> tuple[Quota, ...]:
    """The quotas of all features."""
    return tuple(
        Quota(feature, value, least, most)
        for feature, values in FEATURES.items()
        for value, _share, least, most in values
    )


def _one(chosen: random.Random, feature: str) -> str:
    values = FEATURES[feature]
    return chosen.choices([value for value, *_rest in values], [share for _value, share, *_rest in values])[0]


def _least(tickets: dict[str, object]) -> float:
    chances: list[float] = []
    for kind in tickets["kinds"]:  # type: ignore[attr-defined]
        above, _slash, below = kind["chance"].partition("/")
        chances.append(TICKETS * int(above) / int(below or 1))
    return min(chances)
