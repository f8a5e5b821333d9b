"""Rules and totals for tests that need no database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from portal.voting.outcome import Tally, Totals

SHIPPED = Path(__file__).parents[2] / "portal/community/rules.toml"


def shipped(key: str) -> dict[str, Any]:
    """The value of a rule as it ships."""
    return dict(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))[key][-1]["value"])


ORDINARY = shipped("owners.ordinary")
SPECIAL = shipped("owners.special")
ASSEMBLY = shipped("residents.assembly")
SOUNDING = shipped("residents.sounding")


def totals(
    roll: tuple[int, int],
    agree: tuple[int, int] = (0, 0),
    against: tuple[int, int] = (0, 0),
    abstain: tuple[int, int] = (0, 0),
    silent: tuple[int, int] = (0, 0),
) -> Totals:
    """Totals from pairs of heads and area."""
    cast = {"for": Tally(*agree), "against": Tally(*against), "abstain": Tally(*abstain)}
    return Totals(roll=Tally(*roll), cast=cast, silent=Tally(*silent))
