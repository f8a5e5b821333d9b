"""All panels that quotas and flats allow, as whole numbers of seats a kind; the best of them for given weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.meetings.lots.kinds import Field
from portal.meetings.lots.pools import Quota

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

NEAR = 1e-6


@dataclass(frozen=True)
class Change:
    """A quota, and the smallest change with which the panel could be drawn."""

    quota: Quota
    least: int
    most: int

    def __str__(self) -> str:
        said = [
            f"{name} {was} → {now}"
            for name, was, now in (
                ("min", self.quota.least, self.least),
                ("max", self.quota.most, self.most),
            )
            if was != now
        ]
        return f"{self.quota}: {', '.join(said)}"


class Impossible(ValueError):
    """No panel meets these quotas. `changes`: the smallest that would do; none where people are too few (`most`)."""

    def __init__(self, changes: list[Change], most: int, size: int) -> None:
        self.changes, self.most, self.size = changes, most, size
        said = "; ".join(map(str, changes))
        few = f"{size} seats, but the people of this pool can fill {most}, one of each flat"
        super().__init__(f"the quotas cannot be met; the smallest change: {said}" if changes else few)


class Space:
    """The panels of a field. `people`: how many there are of each kind."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.people: Numbers = np.array([len(kind.people) for kind in field.kinds], dtype=float)
        self.quotas: Numbers = np.array(
            [[float(kind.features[one.feature] == one.value) for kind in field.kinds] for one in field.quotas]
        ).reshape(len(field.quotas), len(field.kinds))
        self.least: Numbers = np.array([one.least for one in field.quotas], dtype=float)
        self.most: Numbers = np.array([one.most for one in field.quotas], dtype=float)

    @cached_property
    def rows(self) -> tuple[Numbers, Numbers, Numbers]:
        """The panels as rows of a linear programme, lowest and highest sum of each."""
        flats, most = self._limited()
        size = np.ones((1, len(self.people)))
        return (
            np.vstack([self.quotas, size, flats]),
            np.concatenate([self.least, [self.field.size], np.zeros(len(most))]),
            np.concatenate([self.most, [self.field.size], most]),
        )

    def best(self, weights: Numbers) -> Numbers:
        """The panel with the largest sum of weights. Raises Impossible where there is no panel.

        Mostly the best point of the linear programme is whole already, and found in a quarter of the time.
        """
        found = self._solved(-weights, whole=False)
        if found is not None and np.abs(found - found.round()).max() < NEAR:
            return found.round()
        found = self._solved(-weights, whole=True)
        if found is None:
            raise self.impossible()
        return found.round()

    def impossible(self) -> Impossible:
        """Why there is no panel, with the least number of seats by which quotas would have to give way."""
        field, kinds, quotas = self.field, len(self.people), len(self.field.quotas)
        if field.most < field.size:
            return Impossible([], field.most, field.size)
        matrix, low, high = self.rows
        give = np.zeros((len(low), 2 * quotas))
        give[:quotas] = np.hstack([np.eye(quotas), -np.eye(quotas)])
        found = _solved(
            np.concatenate([np.zeros(kinds), np.ones(2 * quotas)]),
            (np.hstack([matrix, give]), low, high),
            np.concatenate([self.people, np.full(2 * quotas, np.inf)]),
            whole=True,
        )
        down, up = found.x[kinds:].round().astype(int).reshape(2, quotas).tolist()
        changes = [
            Change(quota, quota.least - less, quota.most + more)
            for quota, less, more in zip(field.quotas, down, up, strict=True)
            if less or more
        ]
        return Impossible(changes, field.most, field.size)

    def _limited(self) -> tuple[Numbers, Numbers]:
        """Rows for the flats that several kinds share: one seat a flat. Who lives alone is limited by the number."""
        shared = [(kinds, flats) for kinds, flats in self.field.homes if flats < self._in(kinds)]
        rows = np.zeros((len(shared), len(self.people)))
        for row, (kinds, _flats) in enumerate(shared):
            rows[row, list(kinds)] = 1
        return rows, np.array([flats for _kinds, flats in shared], dtype=float)

    def _in(self, kinds: tuple[int, ...]) -> float:
        return float(self.people[list(kinds)].sum())

    def _solved(self, cost: Numbers, *, whole: bool) -> Numbers | None:
        found = _solved(cost, self.rows, self.people, whole=whole)
        return None if found.x is None else found.x


def _solved(cost: Numbers, rows: tuple[Numbers, Numbers, Numbers], most: Numbers, *, whole: bool) -> Any:
    """The least cost with the sums of the rows between their lowest and highest, of each unknown at most so many."""
    # Only a draw needs it: no page and no start waits for it.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    matrix, low, high = rows
    return milp(
        cost,
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(0, most),
        integrality=int(whole),
    )
