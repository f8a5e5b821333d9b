"""Which panels to draw among, how often each, so that the smallest chance is as large as it can be, then the next.

Leximin over kinds of people (Flanigan et al., Nature 596, 2021), by columns: panels are added while one would raise
the smallest chance. First the same is asked of quotas without whole seats, which is quick; panels near its answer
make that the search for more is short. What is found is the best within a thousandth, finer than tickets can say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from portal.meetings.lots.space import NEAR, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

# By how much of itself a chance may be missed.
CLOSE = 1e-3
# A dual price above it: this kind cannot have more.
BINDS = 1e-9
# How many panels are looked for, at first by the kinds and altogether.
FIRST, MOST = 1.25, 1200


def leximin(space: Space) -> tuple[Numbers, Numbers]:
    """Panels (a row each, seats by kind) and the share of each. Raises Impossible where there is no panel."""
    panels = _near(space, _wished(space))
    floor: Numbers = np.full(len(space.people), np.nan)
    shares: Numbers = np.zeros(0)
    while (raised := _raised(space, panels, floor)) is not None:
        level, prices, shares = raised
        better = _better(space, panels, prices, level)
        if better is not None and len(panels) < MOST:
            panels = np.vstack([panels, better])
        elif not _settle(floor, prices, level * (1 - CLOSE / 10)):
            break
    return panels, np.clip(np.pad(shares, (0, len(panels) - len(shares))), 0, None)


def _wished(space: Space) -> Numbers:
    """Seats by kind as if they could be divided: the leximin of the quotas themselves."""
    matrix, low, high = space.rows
    people, kinds = space.people, len(space.people)
    floor: Numbers = np.full(kinds, np.nan)
    seats: Numbers | None = None
    while np.isnan(floor).any():
        free = np.isnan(floor)
        above = np.hstack([-np.eye(kinds), (people * free)[:, None]])
        level = _programme(
            np.vstack([above, _with(matrix, 0.0), _with(-matrix, 0.0)]),
            np.concatenate([np.where(free, 0, -np.nan_to_num(floor) * people), high, -low]),
            np.concatenate([people, [np.inf]]),
        )
        if level is None:
            break
        seats, prices = level.x[:-1], -level.ineqlin.marginals[:kinds]
        if not _settle(floor, prices, level.x[-1] * (1 - NEAR)):
            break
    if seats is None:
        raise space.impossible()
    return seats


def _settle(floor: Numbers, prices: Numbers, level: float) -> bool:
    """Keep the level for those who cannot have more; whether there were any, and somebody is left."""
    settled = np.isnan(floor) & (prices > BINDS)
    floor[settled] = level
    return bool(settled.any() and np.isnan(floor).any())


def _near(space: Space, wished: Numbers) -> Numbers:
    """Panels that together come as near to what is wished as whole seats do: each makes up for those before."""
    panels: list[Numbers] = []
    owed = np.zeros(len(wished))
    for _turn in range(min(int(FIRST * len(wished)) + 8, MOST)):
        owed = owed + wished
        panels.append(space.best(owed / space.people))
        owed = owed - panels[-1]
    return np.unique(np.array(panels), axis=0)


def _raised(space: Space, panels: Numbers, floor: Numbers) -> tuple[float, Numbers, Numbers] | None:
    """The largest smallest chance of those not settled, the price of each kind, and the share of each panel.

    None where the solver finds that what was settled leaves nothing: then the shares before hold.
    """
    free = np.isnan(floor)
    found = _programme(
        np.hstack([-(panels / space.people).T, free.astype(float)[:, None]]),
        np.where(free, 0, -np.nan_to_num(floor)),
        np.concatenate([np.ones(len(panels)), [np.inf]]),
        whole=np.concatenate([np.ones(len(panels)), [0.0]]),
    )
    if found is None:
        return None
    return float(found.x[-1]), -found.ineqlin.marginals, found.x[:-1]


def _better(space: Space, panels: Numbers, prices: Numbers, level: float) -> Numbers | None:
    """A panel that would raise the level at these prices by more than is close; None: there is none."""
    weights = prices / space.people
    new = space.best(weights)
    gain = float(weights @ new - (panels @ weights).max())
    return new if gain > CLOSE * level + NEAR else None


def _programme(matrix: Numbers, high: Numbers, most: Numbers, whole: Numbers | None = None) -> Any:
    """Raise the last unknown; None where nothing fits. `whole`: unknowns that sum up to 1."""
    goal = np.zeros(matrix.shape[1])
    goal[-1] = -1
    equal = {} if whole is None else {"A_eq": whole[None, :], "b_eq": [1.0]}
    bounds = np.stack([np.zeros(len(most)), most], axis=1)
    # Only a draw needs it: no page and no start waits for it.
    from scipy.optimize import linprog  # noqa: PLC0415

    found = linprog(goal, A_ub=matrix, b_ub=high, bounds=bounds, method="highs-ds", **equal)
    return found if found.status == 0 else None


def _with(matrix: Numbers, value: float) -> Numbers:
    """One more column of a value."""
    return np.hstack([matrix, np.full((len(matrix), 1), value)])
