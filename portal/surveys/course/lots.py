"""A sample by lot that anybody can draw again: the order follows from the seed, the shares from the strata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256


def shares(strata: Mapping[str, int], size: int) -> dict[str, int]:
    """How many are drawn of each stratum: in proportion, rounded by the largest remainder (Hare, Niemeyer).

    Equal remainders go by the size of the stratum, then by its name. At most all are drawn.
    """
    total = sum(strata.values())
    size = min(size, total)
    if not total:
        return dict.fromkeys(strata, 0)
    drawn = {name: count * size // total for name, count in strata.items()}
    rest = sorted(strata, key=lambda name: (-(strata[name] * size % total), -strata[name], name))
    for name in rest[: size - sum(drawn.values())]:
        drawn[name] += 1
    return drawn


def lot(seed: str, key: str) -> str:
    """The lot of one key: whose is smaller is drawn earlier. SHA-256 of `seed:key`, in hexadecimal."""
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(keys: Mapping[str, Sequence[str]], size: int, seed: str) -> dict[str, list[str]]:
    """Of the keys of each stratum those that are drawn, in the order of their lots."""
    wanted = shares({name: len(each) for name, each in keys.items()}, size)
    return {
        name: sorted(each, key=lambda key: lot(seed, key))[: wanted.get(name, 0)]
        for name, each in keys.items()
    }
