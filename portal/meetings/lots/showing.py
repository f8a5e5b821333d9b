"""A draw as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from portal.meetings.lots import people
from portal.meetings.lots.refusals import FEATURES, change_said, value_said, why_impossible
from portal.meetings.lots.space import Impossible
from portal.meetings.lots.tickets import dry_run
from portal.meetings.models import PanelDraw, Volunteered
from portal.meetings.states.lots import EARLY


@dataclass(frozen=True)
class Seats:
    """One quota, and how many of those who signed up it is about."""

    feature: str
    value: str
    least: int
    most: int
    people: int


@dataclass(frozen=True)
class Chance:
    """People who are alike: what they are, how many, their chance in percent with one decimal."""

    said: str
    people: int
    percent: str


@dataclass(frozen=True)
class Trial:
    """Whether a panel could be drawn from the list as it stands; `changes`: the smallest that would do."""

    possible: bool
    changes: list[str]
    refusal: str = ""


def seats(draw: PanelDraw) -> list[Seats]:
    """The quotas with the people there are for each; after the draw's end nobody is on the list."""
    volunteers = list(draw.volunteers.select_related("dwelling__building"))
    return [
        Seats(
            str(FEATURES[one.feature]),
            value_said(one.feature, one.value),
            one.least,
            one.most,
            sum(getattr(person, one.feature) == one.value for person in volunteers),
        )
        for one in people.quotas_of(draw)
    ]


def trial(draw: PanelDraw) -> Trial | None:
    """The dry run, as long as no ticket is made; None where nobody has signed up."""
    pool = people.pool_of(draw)
    if draw.state not in EARLY or not pool.people:
        return None
    try:
        changes = dry_run(pool, people.quotas_of(draw), draw.size)
    except Impossible as impossible:
        return Trial(False, [], why_impossible(impossible))
    return Trial(not changes, [change_said(one) for one in changes])


def chances(draw: PanelDraw) -> list[Chance]:
    """The published kinds and the chance of each of their people, the smallest first."""
    kinds = sorted(draw.published.get("kinds", []), key=lambda kind: Fraction(kind["chance"]))
    return [Chance(_said(kind["features"]), len(kind["people"]), percent(kind["chance"])) for kind in kinds]


def chance_of(draw: PanelDraw, mine: Volunteered | None) -> str:
    """The reader's own chance in percent; empty before it is published."""
    if mine is None:
        return ""
    kinds = draw.published.get("kinds", [])
    return next((percent(kind["chance"]) for kind in kinds if mine.code in kind["people"]), "")


def percent(chance: str) -> str:
    """A fraction such as 7/1435 as 0.5."""
    return f"{float(Fraction(chance) * 100):.1f}"


def _said(features: dict[str, Any]) -> str:
    said = [value_said(name, features[name]) for name in FEATURES if name in features]
    return " · ".join(said) or _("everybody")
