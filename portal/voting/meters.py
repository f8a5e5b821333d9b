"""The bars of a vote: what was reached, and the line it must reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from portal.kit.wording import area as square_metres
from portal.voting import contests
from portal.voting.matters import is_counted_only
from portal.voting.models import INVALID, Channel, Electorate, Method, Vote
from portal.voting.outcome import AREA, HEADS, Measure, Tally
from portal.voting.sentences import verdict
from portal.voting.tally import contest_of, totals


@dataclass(frozen=True)
class Meter:
    """One bar, as components/_meter.html draws it. `need` is None where nothing has to be reached."""

    label: str
    numerator: int
    denominator: int
    need: tuple[int, int] | None
    inclusive: bool
    reached: bool | None
    value: str


def meters(vote: Vote) -> list[Meter]:
    """The bars of a counted vote, one a measure, participation first. None before it is counted."""
    if vote.counted_at is None:
        return []
    return [_meter(vote, measure) for measure in verdict(vote).measures]


def running(vote: Vote, voted: Tally) -> list[Meter]:
    """The bars of turnout while a vote is open: how many took part, never how they chose."""
    asked = {need["measure"]: need for need in vote.rule["participation"]}
    roll = Tally(vote.heads, vote.area)
    names = [HEADS, AREA] if vote.by_area else [HEADS]
    return [_meter(vote, _turnout(name, asked.get(name), voted, roll)) for name in names]


@dataclass(frozen=True)
class Chosen:
    """One option and what it got."""

    label: str
    cast: Tally


@dataclass(frozen=True)
class Way:
    """One channel, how many ballots came by it, and what each option got by it, in the options' order."""

    label: str
    count: int
    cells: list[Chosen]


@dataclass(frozen=True)
class Stand:
    """One option of a choice: its place, its bars, whether it is chosen or equal at the last place."""

    label: str
    chosen: bool
    tied: bool
    bars: list[Meter]


@dataclass(frozen=True)
class Drop:
    """One round of a ranking: the ballots of each option in the options' order; None for who is out."""

    number: int
    cells: list[tuple[str, int | None]]


def choices(vote: Vote) -> list[Chosen]:
    """What each option of a counted vote got, who abstained, and what could not be read; nothing before."""
    return [] if vote.counted_at is None else _columns(vote, totals(vote).cast)


def channels(vote: Vote) -> list[Way]:
    """The same by the channel the ballots came by; nothing before, nor where it was not kept."""
    known = vote.totals.get("channels", {}) if vote.counted_at else {}
    return [_way(vote, channel, heads) for channel, heads in known.items()]


def _way(vote: Vote, channel: str, heads: Mapping[str, int]) -> Way:
    cells = _columns(vote, {line: Tally(number) for line, number in heads.items()})
    return Way(str(Channel(channel).label), sum(heads.values()), cells)


def _columns(vote: Vote, cast: Mapping[str, Tally]) -> list[Chosen]:
    motion = vote.method is Method.MOTION
    given = cast if motion else contests.given(vote.rule, vote.options, cast)
    found = [Chosen(vote.label_of(option), given.get(option, Tally())) for option in vote.options]
    aside = (
        {INVALID: vote.label_of(INVALID)} if motion else {"": _("Abstain"), INVALID: vote.label_of(INVALID)}
    )
    kept = vote.totals["cast"]
    return found + [Chosen(label, cast.get(line, Tally())) for line, label in aside.items() if line in kept]


def standings(vote: Vote) -> list[Stand]:
    """The options of a counted choice, strongest first, each with the line it had to reach; of a motion none."""
    if vote.counted_at is None or vote.method is Method.MOTION:
        return []
    found = contest_of(vote)
    whole = totals(vote).voted.heads * vote.rule.get("points", 1)
    return [
        Stand(
            vote.label_of(each.option),
            each.option in found.winners and not is_counted_only(vote.matter),
            each.option in found.tied and each.option not in found.winners,
            [_meter(vote, measure) for measure in each.measures or (_got(each, whole),)],
        )
        for each in found.standings
    ]


def rounds(vote: Vote) -> list[Drop]:
    """The rounds of a counted ranking; of other votes none."""
    if vote.counted_at is None or vote.method is not Method.RANKED:
        return []
    return [
        Drop(number, [(vote.label_of(o), row[o].heads if o in row else None) for o in vote.options])
        for number, row in enumerate(contest_of(vote).rounds, 1)
    ]


def _got(each: contests.RelationStatus, whole: int) -> Measure:
    return Measure("got", HEADS, each.got.heads, whole, (0, 0), True)


def _turnout(name: str, need: Mapping[str, Any] | None, voted: Tally, roll: Tally) -> Measure:
    inclusive = need is None or "at_least" in need
    share = (0, 0) if need is None else need["at_least"] if inclusive else need["more_than"]
    return Measure("participation", name, voted.of(name), roll.of(name), (share[0], share[1]), inclusive)


def _meter(vote: Vote, measure: Measure) -> Meter:
    known = measure.need[1] > 0
    return Meter(
        label=_label(vote, measure),
        numerator=measure.numerator,
        denominator=measure.denominator,
        need=measure.need if known else None,
        inclusive=measure.inclusive,
        reached=measure.reached if known else None,
        value=_value(measure),
    )


def _label(vote: Vote, measure: Measure) -> str:
    owners = vote.electorate == Electorate.OWNERS
    texts = {
        ("participation", HEADS): _("Took part, owners") if owners else _("Took part, people"),
        ("participation", AREA): _("Took part, floor area"),
        ("approval", HEADS): _("Agreed, owners") if owners else _("Agreed, people"),
        ("approval", AREA): _("Agreed, floor area"),
        ("got", HEADS): _("Points") if vote.method is Method.SCORE else _("Ballots"),
    }
    return texts[measure.step, measure.measure]


def _value(measure: Measure) -> str:
    if measure.measure == AREA:
        return f"{square_metres(measure.numerator)} / {square_metres(measure.denominator)}"
    return f"{_comma(measure.numerator)} / {_comma(measure.denominator)}"


def _comma(number: int) -> str:
    return str(intcomma(number))
