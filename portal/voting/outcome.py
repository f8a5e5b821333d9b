"""What a vote came to: a pure function of a rule and of totals, in whole numbers only.

A rule has the shape it has in a published result (docs/voting.md). Shares are compared crosswise:
exactly two thirds is exactly two thirds. The recount program counts on its own, without this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PASSED, FAILED, NO_QUORUM = "passed", "failed", "no_quorum"
HEADS, AREA = "heads", "area"
INVALID = "invalid"
NONE, TAKES_PART, FOLLOWS = "none", "counts_as_participating", "follows_majority"
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Tally:
    """Heads, and the area they hold in hundredths of a square metre."""

    heads: int = 0
    area: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.heads + other.heads, self.area + other.area)

    def of(self, measure: str) -> int:
        """One of the two numbers; KeyError for anything else."""
        return {HEADS: self.heads, AREA: self.area}[measure]


@dataclass(frozen=True)
class Totals:
    """What the outcome is made of: the whole roll, the ballots by option, the silent who were served."""

    roll: Tally
    cast: Mapping[str, Tally]
    agree: str = "for"
    silent: Tally = Tally()

    @property
    def voted(self) -> Tally:
        """All ballots together; abstentions took part."""
        return sum(self.cast.values(), Tally())


@dataclass(frozen=True)
class Measure:
    """One line that has to be reached: a share, and the fraction it is held against."""

    step: str
    measure: str
    numerator: int
    denominator: int
    need: tuple[int, int]
    inclusive: bool

    @property
    def reached(self) -> bool:
        """Whether the share reaches the line. A share of nothing reaches none."""
        if self.denominator <= 0:
            return False
        have, want = self.numerator * self.need[1], self.need[0] * self.denominator
        return have >= want if self.inclusive else have > want


@dataclass(frozen=True)
class Verdict:
    """passed, failed or no_quorum, and each measure it follows from: participation first, then approval."""

    result: str
    measures: tuple[Measure, ...]


def outcome(rule: Rule, totals: Totals) -> Verdict:
    """The outcome of a vote. Participation is a share of the roll, approval a share of those who took part.

    All measures must hold; where participation does not, approval is not asked. Raises ValueError for a rule
    of silence that is not known, KeyError for an unknown measure.
    """
    took_part, agreed = _with_silence(rule["silence"], totals)
    measures = (
        *(compare("participation", need, took_part, totals.roll) for need in rule["participation"]),
        *(compare("approval", need, agreed, took_part) for need in rule["approval"]),
    )
    short = {measure.step for measure in measures if not measure.reached}
    result = NO_QUORUM if "participation" in short else FAILED if short else PASSED
    return Verdict(result, measures)


def without_silence(rule: Rule, totals: Totals) -> Verdict:
    """The outcome had nobody's silence been counted, which a report of such a vote shows beside the other."""
    return outcome({**rule, "silence": NONE}, totals)


def _with_silence(silence: str, totals: Totals) -> tuple[Tally, Tally]:
    voted, agreed = totals.voted, totals.cast.get(totals.agree, Tally())
    if silence == NONE:
        return voted, agreed
    if silence == TAKES_PART:
        return voted + totals.silent, agreed
    if silence != FOLLOWS:
        raise ValueError(f"unknown rule of silence: {silence}")
    leader = _leader(totals.cast)
    if leader is None:
        return voted, agreed
    return voted + totals.silent, agreed + totals.silent if leader == totals.agree else agreed


def _leader(cast: Mapping[str, Tally]) -> str | None:
    """The option with most heads; none where two share the lead. What cannot be read leads nobody."""
    readable = {option: tally.heads for option, tally in cast.items() if option != INVALID}
    most = max(readable.values(), default=0)
    leaders = [option for option, heads in readable.items() if heads == most]
    return leaders[0] if len(leaders) == 1 else None


def compare(step: str, need: Mapping[str, Any], part: Tally, whole: Tally) -> Measure:
    """A part of a whole against the line that a rule draws. KeyError for an unknown measure."""
    inclusive = "at_least" in need
    numerator, denominator = need["at_least"] if inclusive else need["more_than"]
    name = need["measure"]
    return Measure(step, name, part.of(name), whole.of(name), (numerator, denominator), inclusive)
