"""People who are alike for a draw: equal in what quotas ask, and in whom they share a flat with.

Whoever shares a flat with another volunteer is a kind of its own with those who live likewise. So two of one flat never
sit together, a ticket can always be filled person by person, and all of a kind have exactly the same chance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from portal.meetings.lots.pools import Pool, Quota, Volunteer

Values = tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """`features` and values of these people, in the order of the names; `people`: their codes, ascending.

    `home`: the values of all volunteers of such a flat; of one alone in the flat, only the own.
    """

    features: dict[str, str]
    home: tuple[Values, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """What a draw is made from. `homes`: kinds that share flats of one make, and how many such flats there are.

    `together`: the codes of each flat from which several volunteered.
    """

    kinds: tuple[Kind, ...]
    quotas: tuple[Quota, ...]
    size: int
    homes: tuple[tuple[tuple[int, ...], int], ...]
    together: tuple[tuple[str, ...], ...]

    @property
    def most(self) -> int:
        """The most seats that people of different flats can fill."""
        return sum(flats for _kinds, flats in self.homes)


def field_of(pool: Pool, quotas: Sequence[Quota], size: int) -> Field:
    """The kinds of a pool, by the features for which there are quotas; a panel of `size` seats."""
    asked = sorted({one.feature for one in quotas})
    flats = _flats(pool)
    codes: dict[tuple[Values, tuple[Values, ...]], list[str]] = defaultdict(list)
    homes = Counter[tuple[Values, ...]]()
    for people in flats:
        values = [_values(pool, one, asked) for one in people]
        home = tuple(sorted(values))
        homes[home] += 1
        for one, own in zip(people, values, strict=True):
            codes[own, home].append(one.code)
    order = sorted(codes)
    kinds = tuple(
        Kind(dict(zip(asked, own, strict=True)), home, tuple(sorted(codes[own, home]))) for own, home in order
    )
    shared = tuple(
        (tuple(number for number, (_own, home) in enumerate(order) if home == one), flats_so)
        for one, flats_so in sorted(homes.items())
    )
    together = tuple(sorted(tuple(sorted(one.code for one in people)) for people in flats if len(people) > 1))
    return Field(kinds, tuple(quotas), size, shared, together)


def _flats(pool: Pool) -> list[list[Volunteer]]:
    """The volunteers of each flat; who names none shares none."""
    flats: dict[tuple[str, str], list[Volunteer]] = defaultdict(list)
    for one in pool.people:
        flats[("flat", one.flat) if one.flat else ("code", one.code)].append(one)
    return list(flats.values())


def _values(pool: Pool, one: Volunteer, asked: list[str]) -> Values:
    return tuple(one.values[pool.features.index(name)] for name in asked)
