"""Weights that let answers stand for who lives here: raking by two backgrounds. Pure arithmetic, no database.

Deming and Stephan 1940: the weights are fitted to the one margin, then to the other, until both hold. Effective size
after Kish 1965: (sum of weights)² ÷ sum of squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = 0.3, 3.0
ROUNDS = 200
# How far a margin may be off, in shares of the whole.
CLOSE = 1e-6
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Raked:
    """A weight for each class (rows × columns), mean 1 over the answers. `close`: whether both margins are held.

    They may not be where weights were capped; `off`: by how much the margins are off at most, in shares.
    """

    weights: Numbers
    close: bool
    off: float
    effective: float


def rake(counts: Sequence[Sequence[int]], rows: Sequence[float], columns: Sequence[float]) -> Raked:
    """Weight answers `counts` in classes so that their shares become those of `rows` and of `columns`.

    Weights stay from 0.3 to 3 times the average. ValueError: a row or column that is wanted has no answer.
    """
    held = np.asarray(counts, dtype=float)
    wanted = [np.asarray(margin, dtype=float) / sum(margin) for margin in (rows, columns)]
    for axis, margin in ((1, wanted[0]), (0, wanted[1])):
        if np.any((held.sum(axis=axis) == 0) & (margin > 0)):
            raise ValueError("a group that lives here gave no answer")
    weights, off = np.ones_like(held), np.inf
    for _round in range(ROUNDS):
        weights = _capped(_fitted(weights, held, wanted), held)
        before, off = off, _off(weights * held, wanted)
        if off < CLOSE or abs(before - off) < CLOSE * CLOSE:
            break
    total = float((weights * held).sum())
    return Raked(weights, off < CLOSE, off, total**2 / float((weights**2 * held).sum()))


def effective(weights: Sequence[tuple[int, int]]) -> int:
    """Kish's effective number of answers, of pairs of weight and how many have it."""
    squares = sum(weight * weight * times for weight, times in weights)
    total = sum(weight * times for weight, times in weights)
    return total * total // squares if squares else 0


def blurred(
    weights: Sequence[tuple[int, int]], part: int, weighed: int, percents: tuple[int, int], least: int
) -> bool:
    """Whether a weighted whole percent says no more than that any `least` people may be of one class or another.

    `weights` as above; `part`: how many gave the answer, `weighed`: the weight of all who answered. `percents`: from
    and to. Without this a weighted share beside the plain count would tell who gave it, where weights differ.
    """
    spread = max(weight for weight, _times in weights) - min(weight for weight, _times in weights)
    lowest, highest = (_filled(sorted(weights, reverse=top), part) for top in (False, True))
    start, end = percents[0] * weighed / 200, percents[1] * weighed / 200
    if start <= lowest and highest <= end:
        return True
    return min(end, highest) - max(start, lowest) >= least * spread


def _filled(weights: Sequence[tuple[int, int]], part: int) -> int:
    """The weight of `part` answers taken in the order given."""
    total = 0
    for weight, times in weights:
        taken = min(part, times)
        total, part = total + taken * weight, part - taken
    return total


def _fitted(weights: Numbers, held: Numbers, wanted: Sequence[Numbers]) -> Numbers:
    for axis, margin in ((1, wanted[0]), (0, wanted[1])):
        sums = (weights * held).sum(axis=axis, keepdims=True)
        target = np.expand_dims(margin, axis) * held.sum()
        weights = weights * np.divide(target, sums, out=np.ones_like(sums), where=sums > 0)
    return weights


def _capped(weights: Numbers, held: Numbers) -> Numbers:
    total = held.sum()
    for _round in range(20):
        weights = np.clip(weights, LOWEST, HIGHEST)
        mean = float((weights * held).sum()) / total
        if abs(mean - 1) < CLOSE:
            break
        weights = weights / mean
    return np.clip(weights, LOWEST, HIGHEST)


def _off(weighed: Numbers, wanted: Sequence[Numbers]) -> float:
    total = weighed.sum()
    return float(
        max(
            np.abs(weighed.sum(axis=1) / total - wanted[0]).max(),
            np.abs(weighed.sum(axis=0) / total - wanted[1]).max(),
        )
    )
