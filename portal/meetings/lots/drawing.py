"""The draw itself, and who comes next where somebody declines."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.meetings.lots.redraw import draw, ordered
from portal.meetings.lots.tickets import Tickets


@dataclass(frozen=True)
class Drawn:
    """A panel drawn: the number of the ticket, the codes, and for each seat who would be next (None: nobody)."""

    ticket: int
    panel: tuple[str, ...]
    next: tuple[str | None, ...]


def drawn(tickets: Tickets, seed: str) -> Drawn:
    """Draw with a seed. The same tickets and seed give the same panel anywhere."""
    ticket, panel = draw(tickets, seed)
    reserves: list[str | None] = []
    for code in panel:
        used = {one for one in reserves if one}
        reserves.append(next_of(tickets, seed, code, sitting=set(panel) | used, passed=used))
    return Drawn(ticket, tuple(panel), tuple(reserves))


def next_of(
    tickets: Tickets, seed: str, code: str, *, sitting: Collection[str], passed: Collection[str] = ()
) -> str | None:
    """Who takes the seat of `code`: the next with equal features, in the order of the seed; None: nobody is left.

    `sitting` hold seats, `passed` declined or cannot come. Nobody takes a seat from whose flat another one sits.
    """
    others = set(sitting) - {code}
    barred = {mate for home in tickets["together"] if others & set(home) for mate in home}
    barred |= others | {code, *passed}
    return next((one for one in ordered(seed, alike(tickets, code)) if one not in barred), None)


def alike(tickets: Tickets, code: str) -> list[str]:
    """All with the features of `code`, whoever they share a flat with. Raises KeyError for no such code."""
    features = features_of(tickets, code)
    return [one for kind in tickets["kinds"] if kind["features"] == features for one in kind["people"]]


def features_of(tickets: Tickets, code: str) -> dict[str, str]:
    """The features of one of the pool. Raises KeyError for no such code."""
    for kind in tickets["kinds"]:
        if code in kind["people"]:
            features: dict[str, str] = kind["features"]
            return features
    raise KeyError(code)
