"""Of how few nothing is told, in every room of surveys."""

from __future__ import annotations

from portal.community.models import Area
from portal.community.rules import rule_once


def least_cell(here: Area) -> int:
    """How many answers, people or notes each number stands for at least that everybody reads (`surveys.least_cell`)."""
    least: int = rule_once("surveys.least_cell", here)
    return least
