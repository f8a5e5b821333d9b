"""The rules of hearings as pure functions: quorum, seats, groups, what an opinion must not leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from portal.meetings.models import ItemKind, Stance, Verdict

Fraction = Sequence[int]

# Whoever disagreed, wholly or in part, finds the reason in the opinion (domain 2.2).
VOICES: dict[Stance, frozenset[ItemKind]] = {
    Stance.CONDITIONAL: frozenset({ItemKind.CONDITION}),
    Stance.AGAINST: frozenset({ItemKind.AGAINST, ItemKind.MINORITY}),
}
DECLINES = frozenset({Verdict.PARTLY, Verdict.NOT})


def has_quorum(attended: int, panel: int, need: Fraction) -> bool:
    """Whether enough of a panel came: at least the share `need`, the number itself included. No panel: no."""
    return panel > 0 and attended * need[1] >= need[0] * panel


def quorum_of(panel: int, need: Fraction) -> int:
    """The smallest number of delegates that makes the quorum."""
    return max(1, -(-need[0] * panel // need[1]))


def free_seat(taken: Collection[int], seats: int) -> int | None:
    """The lowest seat number from 1 that nobody has; None when all `seats` are taken."""
    return next((seat for seat in range(1, seats + 1) if seat not in taken), None)


def unheard(groups: Iterable[str], members: Iterable[str]) -> list[str]:
    """The affected groups for which nobody speaks, in the order given."""
    spoken_for = set(members)
    return [group for group in groups if group not in spoken_for]


def tally(stances: Iterable[str]) -> dict[Stance, int]:
    """How many delegates were for, for with conditions, and against; every stance is named, zero too."""
    counted = Counter(stances)
    return {stance: counted[stance] for stance in Stance}


def missing_voices(counts: dict[Stance, int], kinds: Collection[str]) -> list[Stance]:
    """The stances somebody took which no item of the opinion speaks for."""
    return [stance for stance, voices in VOICES.items() if counts[stance] and voices.isdisjoint(kinds)]
