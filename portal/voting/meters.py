"""The bars of a vote: what was reached, and the line it must reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from portal.community.wording import area as square_metres
from portal.voting.models import Channel, Electorate, Vote
from portal.voting.outcome import AREA, HEADS, Measure, Tally
from portal.voting.sentences import verdict
from portal.voting.tally import totals


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
    """One option and who chose it."""

    label: str
    cast: Tally


@dataclass(frozen=True)
class Way:
    """One channel, and how many ballots for each option came by it, in the options' order."""

    label: str
    cells: list[Chosen]


def choices(vote: Vote) -> list[Chosen]:
    """Heads and area of each option of a counted vote; nothing before."""
    if vote.counted_at is None:
        return []
    cast = totals(vote).cast
    return [Chosen(vote.label_of(option), cast[option]) for option in vote.options]


def channels(vote: Vote) -> list[Way]:
    """The ballots of a counted vote by the channel they came by; nothing before."""
    known = vote.totals.get("channels", {}) if vote.counted_at else {}
    return [
        Way(
            str(Channel(channel).label),
            [Chosen(vote.label_of(option), Tally(heads.get(option, 0))) for option in vote.options],
        )
        for channel, heads in known.items()
    ]


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
    }
    return texts[measure.step, measure.measure]


def _value(measure: Measure) -> str:
    if measure.measure == AREA:
        return f"{square_metres(measure.numerator)} / {square_metres(measure.denominator)}"
    return f"{_comma(measure.numerator)} / {_comma(measure.denominator)}"


def _comma(number: int) -> str:
    return str(intcomma(number))
