"""How a choice is written down: one short line of text, the same for the same choice, whatever is asked for.

| question | written | means |
| motion, one of several | `for`, `o2` | this one |
| several of many, election | `o1,o3` | these, in the options' order |
| ranked | `o2>o1` | this before that |
| score | `o1=3,o2=0` | points, in the options' order |

The empty line is an abstention; `invalid` took part and said nothing that can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.kit.errors import NotPossible
from portal.voting.models.choices import INVALID, Method
from portal.voting.models.votes import Vote

Chosen = str | list[str] | dict[str, int]
SEVERAL = frozenset({Method.APPROVAL, Method.ELECTION})


def normal(vote: Vote, written: str) -> str:
    """A choice as it is kept, if this vote allows it.

    Raises NotPossible for an unknown option, one named twice, more than `choose` options, points out of range.
    """
    try:
        chosen = read(vote.method, written)
    except ValueError as error:
        raise NotPossible(_("Please choose one of the options.")) from error
    _check(vote, chosen)
    return write(vote.method, vote.options, chosen)


def read(method: Method, written: str) -> Chosen:
    """The choice a line stands for, as it is published. Raises ValueError for a line that says nothing."""
    if written == INVALID or method in {Method.MOTION, Method.CHOICE}:
        return written
    if method == Method.RANKED:
        return written.split(">") if written else []
    if method == Method.SCORE:
        pairs = [pair.partition("=") for pair in written.split(",") if pair]
        if len({option for option, *_points in pairs}) != len(pairs):
            raise ValueError("points given twice")
        return {option: int(points) for option, _equals, points in pairs}
    return written.split(",") if written else []


def write(method: Method, options: Sequence[str], chosen: Chosen) -> str:
    """The line of a choice; the order of a ranking is kept, all others follow the options' order."""
    if isinstance(chosen, str):
        return chosen
    if isinstance(chosen, dict):
        return ",".join(f"{option}={chosen[option]}" for option in options if option in chosen)
    if method == Method.RANKED:
        return ">".join(chosen)
    return ",".join(option for option in options if option in chosen)


def words(vote: Vote, written: str) -> str:
    """A choice as its voter reads it."""
    if written == INVALID:
        return vote.label_of(INVALID)
    chosen = read(vote.method, written)
    if not chosen:
        return _("Abstain")
    if isinstance(chosen, str):
        return vote.label_of(chosen)
    if isinstance(chosen, dict):
        return _(", ").join(f"{vote.label_of(option)} {points}" for option, points in chosen.items())
    between = " → " if vote.method == Method.RANKED else _(", ")
    return between.join(vote.label_of(option) for option in chosen)


def no_maximum(vote: Vote) -> bool:
    """Whether a voter may mark all of the options."""
    return vote.method in SEVERAL and int(vote.rule["choose"]) >= len(vote.options)


def _check(vote: Vote, chosen: Chosen) -> None:
    named = [chosen] if isinstance(chosen, str) else list(chosen)
    if vote.method == Method.CHOICE and chosen == "":
        named = []
    if not set(named) <= set(vote.options) or (vote.method == Method.MOTION and not named):
        raise NotPossible(_("Please choose one of the options."))
    if len(set(named)) != len(named):
        raise NotPossible(_("Please name each option once."))
    _check_amount(vote.rule, vote.method, named, chosen)


def _check_amount(rule: dict[str, Any], method: Method, named: list[str], chosen: Chosen) -> None:
    most = rule.get("choose", len(named))
    if method in SEVERAL and len(named) > most:
        raise NotPossible(_("Please choose at most %(number)d.") % {"number": most})
    if isinstance(chosen, dict) and not all(0 <= points <= rule["points"] for points in chosen.values()):
        raise NotPossible(_("Please give from 0 to %(points)d points.") % {"points": rule["points"]})
