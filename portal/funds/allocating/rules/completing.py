"""What becomes of money that equal shares leaves over: everybody's share is raised, step by step."""

from __future__ import annotations

from fractions import Fraction

from portal.funds.allocating.elections import Progress
from portal.funds.allocating.rules.fields import Field
from portal.funds.allocating.rules.shares import Bought, equal_shares


def raised(field: Field, progress: Progress | None = None) -> tuple[list[Bought], Fraction]:
    """What is bought with the highest share before the pot is overspent, and that share.

    The step is max(1, ⌊a hundredth of the first share⌋) of the election's unit. It ends where nothing more fits, or
    one step before overspending. At the latest it ends where a share buys the dearest project alone.
    """
    step = _step(field)
    bought, at, leap = equal_shares(field, field.share), 0, 1
    while _more_fits(field, bought):
        _tell(field, bought, progress)
        further = equal_shares(field, field.share + (at + leap) * step)
        if _same(bought, further):
            at, leap = at + leap, leap * 2
        elif leap > 1:
            leap = max(1, leap // 2)
        elif _cost(field, further) > field.budget:
            break
        else:
            bought, at = further, at + 1
    return bought, field.share + at * step


def overspent(field: Field, share: Fraction) -> tuple[Fraction, list[Bought]] | None:
    """The share one step above the last one and what it would buy, where that is more than the pot.

    None where it would not be more than the pot.
    """
    further = equal_shares(field, share + _step(field))
    return (share + _step(field), further) if _cost(field, further) > field.budget else None


def _step(field: Field) -> int:
    return field.unit * max(1, int(field.share / (100 * field.unit)))


def _same(one: list[Bought], other: list[Bought]) -> bool:
    """Whether two shares buy the same at the same prices, and nobody had to give all they had.

    Then every share between them does: who pays never runs short, and what is passed over with the higher share is
    passed over with a lower one.
    """
    return one == other and all(bought.evenly for bought in one)


def _cost(field: Field, bought: list[Bought]) -> int:
    return sum(field.costs[one.project] for one in bought)


def _more_fits(field: Field, bought: list[Bought]) -> bool:
    """Whether the pot has enough left for one more that is in the running."""
    left, taken = field.budget - _cost(field, bought), {one.project for one in bought}
    open_ones = (one for one in field.running - taken if not field.rivals[one] & taken)
    return any(field.costs[one] <= left for one in open_ones)


def _tell(field: Field, bought: list[Bought], progress: Progress | None) -> None:
    """How much of the pot is spent is how far it is."""
    if progress is not None:
        progress(_cost(field, bought) // field.unit, field.budget // field.unit)
