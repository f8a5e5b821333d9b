"""What a choice between options came to: a pure function of rule, options, ballots and roll, in whole numbers.

| question | what an option gets |
| one of several | who chose it |
| several of many, election | who marked it |
| points | the points it was given |
| ranked | round by round, the ballots on which it stands before all others that are still in |

Ranked: who has most is in at once where one is sought and more than half of the ballots that still name
somebody are theirs. Else the one with fewest drops out; of equals the one who had fewer in the round before,
and so on back; who was equal in every round drops out together. It ends where as many are left as are sought.

An option is chosen if it got anything at all, if it reaches every `approval` measure of those who took part
(of points: of all the points they could have given), and if not more than `seats` are before or beside it. Where
some are equal at the last place, none of them is chosen (`runoff`), or the fingerprint of an event that was
announced beforehand puts them in order (`lot`); never a number, never a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.voting import methods
from portal.voting.models.choices import Method
from portal.voting.outcome import (
    AREA,
    FAILED,
    HEADS,
    INVALID,
    NO_QUORUM,
    PASSED,
    Measure,
    Rule,
    Tally,
    compare,
)

# LOWER: none of those that are equal is chosen here; the app that called the vote takes the lower one.
RUNOFF, LOT, LOWER = "runoff", "lot", "lower"
Round = Mapping[str, Tally]
Strength = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class RelationStatus:
    """One option: what it got, and each measure it has to reach."""

    option: str
    got: Tally
    measures: tuple[Measure, ...]
    strength: Strength

    @property
    def eligible(self) -> bool:
        """Whether it may be chosen at all."""
        return self.got.heads > 0 and all(measure.reached for measure in self.measures)


@dataclass(frozen=True)
class Contest:
    """The outcome of a choice between options.

    `measures` are those of participation; `winners` stand in their order; `tied` are equal at the last place;
    `standings` has all options but the withdrawn, strongest first; `rounds` those of a ranking.
    """

    result: str
    measures: tuple[Measure, ...]
    winners: tuple[str, ...]
    tied: tuple[str, ...]
    standings: tuple[RelationStatus, ...]
    rounds: tuple[Round, ...] = ()


def contest(rule: Rule, options: Sequence[str], cast: Mapping[str, Tally], roll: Tally) -> Contest:
    """The outcome of what was cast: `cast` counts the ballots by their line (methods.py).

    `rule` may name options that were `withdrawn`, and the text of the `lot`. Raises ValueError for a line that
    cannot be read, KeyError for an unknown measure.
    """
    took_part = sum(cast.values(), Tally())
    measures = tuple(compare("participation", need, took_part, roll) for need in rule["participation"])
    running = [option for option in options if option not in rule.get("withdrawn", ())]
    rounds = _rounds(rule, running, cast)
    standings = _standings(rule, running, rounds, took_part)
    if not all(measure.reached for measure in measures):
        return Contest(NO_QUORUM, measures, (), (), standings, _shown(rule, rounds))
    winners, tied = _chosen(rule, [standing for standing in standings if standing.eligible])
    result = PASSED if winners else FAILED
    return Contest(result, measures, winners, tied, standings, _shown(rule, rounds))


def _shown(rule: Rule, rounds: list[Round]) -> tuple[Round, ...]:
    return tuple(rounds) if rule["method"] == Method.RANKED else ()


def given(rule: Rule, options: Sequence[str], cast: Mapping[str, Tally]) -> Round:
    """What each option was given at first sight: choices, marks, points, or first places; the withdrawn too."""
    return _rounds({**rule, "seats": len(options)}, options, cast)[0]


def _rounds(rule: Rule, running: Sequence[str], cast: Mapping[str, Tally]) -> list[Round]:
    """What each option got; of a ranking once a round, and only those still in."""
    method = Method(rule["method"])
    ballots = [(methods.read(method, line), tally) for line, tally in cast.items() if line != INVALID]
    if method is not Method.RANKED:
        return [_got(running, ballots)]
    rankings = [([o for o in ranking if o in running], tally) for ranking, tally in ballots]
    rounds = [_first(running, rankings)]
    while stay := _stay(rule, rounds):
        rounds.append(_first(stay, rankings))
    return rounds


def _got(running: Sequence[str], ballots: Sequence[tuple[methods.Chosen, Tally]]) -> Round:
    got = dict.fromkeys(running, Tally())
    for chosen, tally in ballots:
        marks = chosen if isinstance(chosen, dict) else dict.fromkeys(_named(chosen), 1)
        for option, times in marks.items():
            if option in got:
                got[option] += Tally(tally.heads * times, tally.area * times)
    return got


def _named(chosen: str | list[str]) -> list[str]:
    return [chosen] if isinstance(chosen, str) else chosen


def _first(stay: Sequence[str], rankings: Sequence[tuple[list[str], Tally]]) -> Round:
    got = dict.fromkeys(stay, Tally())
    for ranking, tally in rankings:
        option = next((option for option in ranking if option in got), None)
        if option is not None:
            got[option] += tally
    return got


def _stay(rule: Rule, rounds: list[Round]) -> list[str]:
    """Who is still in after the last round; nobody where it was the last one of all."""
    last, seats = rounds[-1], rule["seats"]
    heads = [tally.heads for tally in last.values()]
    if not heads or (seats == 1 and 2 * max(heads) > sum(heads)):
        return []
    strengths = {option: _strength(rule, option, rounds) for option in last}
    weakest = min(strengths.values())
    stay = [option for option in last if strengths[option] > weakest]
    return stay if len(stay) >= seats else []


def _strength(rule: Rule, option: str, rounds: Sequence[Round]) -> Strength:
    """By people, then by floor area where the rule counts it; this round first, then the ones before."""
    names = [HEADS, AREA] if _by_area(rule) else [HEADS]
    empty = Tally(-1, -1)
    return tuple(tuple(row.get(option, empty).of(name) for name in names) for row in reversed(rounds))


def _by_area(rule: Rule) -> bool:
    return any(need["measure"] == AREA for need in [*rule["participation"], *rule["approval"]])


def _standings(
    rule: Rule, running: Sequence[str], rounds: list[Round], took_part: Tally
) -> tuple[RelationStatus, ...]:
    points = rule["points"] if rule["method"] == Method.SCORE else 1
    whole = Tally(took_part.heads * points, took_part.area * points)
    found = []
    for option in running:
        got = rounds[-1].get(option, Tally())
        measures = tuple(compare("approval", need, got, whole) for need in rule["approval"])
        found.append(RelationStatus(option, got, measures, _strength(rule, option, rounds)))
    return tuple(sorted(found, key=lambda standing: standing.strength, reverse=True))


def _chosen(rule: Rule, eligible: list[RelationStatus]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is chosen, and who is equal at the last place."""
    seats = rule["seats"]
    names = tuple(standing.option for standing in eligible)
    if len(eligible) <= seats or eligible[seats - 1].strength > eligible[seats].strength:
        return names[:seats], ()
    line = eligible[seats].strength
    sure = tuple(standing.option for standing in eligible if standing.strength > line)
    tied = tuple(standing.option for standing in eligible if standing.strength == line)
    if rule.get("tie") != LOT or not rule.get("lot"):
        return sure, tied
    drawn = sorted(tied, key=lambda option: hashlib.sha256(f"{rule['lot']}|{option}".encode()).digest())
    return sure + tuple(drawn[: seats - len(sure)]), tied
