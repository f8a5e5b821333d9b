"""The arithmetic of the opinion map: two directions in which views differ most, and groups of people who stand close.

After Small et al. 2021 (“Polis: scaling deliberation by mapping high dimensional opinion spaces”). Pure functions of
arrays; the same numbers in give the same numbers out: the starts of the groups are drawn from a fixed seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

DIRECTIONS = 2
ROUNDS = 100
# Starts of the groups: as many as it takes that the best one is found again.
STARTS = 40
# Among more people the starts are tried with every n-th of them, so that at most so many are.
TRIED = 2000
SEED = 20260101
# Above so many people the silhouette is that of a sample: every n-th of them.
SAMPLE = 4000
# How many distances are held at once.
SLICE = 500
# Floating point of different machines agrees so far; what is closer is taken as equal.
DECIMALS = 9


@dataclass(frozen=True)
class Plane:
    """The plane views are drawn on: the mean of each statement, and the two directions in which people differ most.

    `directions` has a row a direction and a column a statement, each of length 1 (0 where nobody differs), its largest
    part positive.
    """

    means: Numbers
    directions: Numbers


@dataclass(frozen=True)
class Grouping:
    """Which group each person belongs to (the largest is 0), where each has its middle, how well they stand apart."""

    of: Places
    middles: Numbers
    silhouette: float


def plane(votes: Numbers) -> Plane:
    """The plane of people × statements; NaN where somebody did not react, which counts as the statement's mean."""
    centred, means = _centred(votes)
    statements = votes.shape[1]
    directions = np.zeros((DIRECTIONS, statements))
    if statements:
        largest = (max(statements - DIRECTIONS, 0), statements - 1)
        _sizes, vectors = eigh(centred.T @ centred, subset_by_index=largest)
        directions[: vectors.shape[1]] = vectors[:, ::-1].T
    return Plane(means, directions * _turns(directions))


def placed(votes: Numbers, on: Plane, removed: int = 0) -> Numbers:
    """Where people stand on a plane; who reacted to few statements is moved out as if they had reacted to all.

    `removed`: statements taken out, which count as seen and passed by all: they keep those from flying off who
    reacted to very few.
    """
    seen = ~np.isnan(votes)
    centred = np.where(seen, votes - on.means, 0.0)
    stretch = np.sqrt((votes.shape[1] + removed) / np.maximum(seen.sum(axis=1) + removed, 1))
    return (centred @ on.directions.T * stretch[:, None]).round(DECIMALS)


def grouped(points: Numbers, most: int) -> tuple[Grouping, dict[int, float]]:
    """The number of groups from 2 to `most` that stand apart best, and the silhouette of each number."""
    found = [_best(points, k) for k in range(2, most + 1)]
    apart = silhouettes(points, [of for of, _middles, _off in found])
    tried = [Grouping(of, middles, how) for (of, middles, _off), how in zip(found, apart, strict=True)]
    best = max(tried, key=lambda one: (one.silhouette, -len(one.middles)))
    return _by_size(best), {len(one.middles): one.silhouette for one in tried}


def silhouettes(points: Numbers, groupings: list[Places]) -> list[float]:
    """How well groups stand apart, from -1 to 1: each person's distance to the next group beside that to the own.

    Of several groupings of the same people (Rousseeuw 1987). Who is alone in a group has 0.
    """
    step = -(-len(points) // SAMPLE)
    points, groupings = points[::step], [of[::step] for of in groupings]
    members = [np.eye(int(of.max()) + 1)[of] for of in groupings]
    sums = [0.0 for _ in groupings]
    for at in range(0, len(points), SLICE):
        here = slice(at, at + SLICE)
        distances = np.sqrt(_squares(points[here], points))
        for number, (of, member) in enumerate(zip(groupings, members, strict=True)):
            sums[number] += float(_apart(of[here], distances @ member, member.sum(axis=0)).sum())
    return [round(one / len(points), DECIMALS) for one in sums]


def _by_size(found: Grouping) -> Grouping:
    """The same groups, the largest first."""
    sizes = np.bincount(found.of, minlength=len(found.middles))
    order = np.lexsort((found.middles[:, 1], found.middles[:, 0], -sizes))
    return Grouping(np.argsort(order)[found.of], found.middles[order], found.silhouette)


def _best(points: Numbers, k: int) -> tuple[Places, Numbers, float]:
    """k groups of people who stand close: the start that ends best, then moved on among all people."""
    draw = np.random.default_rng(SEED)
    some = points[:: -(-len(points) // TRIED)]
    found = min((_settled(some, _start(some, k, draw)) for _ in range(STARTS)), key=lambda one: one[2])
    return found if len(some) == len(points) else _settled(points, found[1])


def _centred(votes: Numbers) -> tuple[Numbers, Numbers]:
    seen = ~np.isnan(votes)
    means = np.where(seen, votes, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.where(seen, votes - means, 0.0), means


def _turns(directions: Numbers) -> Numbers:
    """-1 where a direction points the other way round than it is written: its largest part is to be positive."""
    if not directions.size:
        return np.ones((len(directions), 1))
    largest = directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)]
    return np.where(largest < 0, -1.0, 1.0)[:, None]


def _start(points: Numbers, k: int, draw: np.random.Generator) -> Numbers:
    """Middles to begin with, far from each other as a rule (k-means++)."""
    middles = points[[int(draw.random() * len(points))]]
    while len(middles) < k:
        far = _squares(points, middles).min(axis=1).cumsum()
        at = int(np.searchsorted(far, draw.random() * far[-1], side="right"))
        middles = np.vstack([middles, points[min(at, len(points) - 1)]])
    return middles


def _settled(points: Numbers, middles: Numbers) -> tuple[Places, Numbers, float]:
    """Groups and middles moved until nobody changes the group; and how far people stand from their middles."""
    of = np.full(len(points), -1)
    for _round in range(ROUNDS):
        squares = _squares(points, middles)
        nearest = squares.argmin(axis=1)
        if (nearest == of).all():
            break
        of = nearest
        middles = _middles(points, of, middles)
    return of, middles, float(_squares(points, middles)[np.arange(len(points)), of].sum())


def _middles(points: Numbers, of: Places, before: Numbers) -> Numbers:
    """The mean of each group; an empty one stays where it was."""
    sizes = np.bincount(of, minlength=len(before))
    sums = np.stack([np.bincount(of, points[:, axis], len(before)) for axis in range(DIRECTIONS)], axis=1)
    return np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], before)


def _squares(points: Numbers, others: Numbers) -> Numbers:
    """The squared distances of each to each."""
    across = points[:, :1] - others[:, 0]
    across *= across
    up = points[:, 1:] - others[:, 1]
    up *= up
    across += up
    return across


def _apart(of: Places, sums: Numbers, sizes: Numbers) -> Numbers:
    """The silhouettes of some people: their groups, the sums of their distances to each group, and its size."""
    rows = np.arange(len(of))
    own = sums[rows, of] / np.maximum(sizes[of] - 1, 1)
    others = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    others[rows, of] = np.inf
    nearest = np.where(np.isinf(others.min(axis=1)), own, others.min(axis=1))
    width = np.maximum(np.maximum(own, nearest), 1e-12)
    return np.where(sizes[of] > 1, (nearest - own) / width, 0.0)
