"""Questionnaires that are shipped, ready to be laid out."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from portal.community.models import User
from portal.surveys.building.data import Data, from_json
from portal.surveys.building.laying import lay
from portal.surveys.models import Did, Survey

FOLDER = Path(__file__).parent / "questionnaires"
NAMES = {"demand-2026": "demand.toml"}


def lay_out(survey: Survey, name: str = "demand-2026", by: User | None = None) -> Survey:
    """Lay a shipped questionnaire out. KeyError: no such; NotPossible: the survey's questions stand."""
    return lay(survey, questionnaire(name), by, Did.READ_IN, str(_read(name)["title"]))


def questionnaire(name: str) -> Data:
    """A shipped questionnaire as data; KeyError: there is no such."""
    return from_json(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / NAMES[name]).read_text(encoding="utf-8"))


def titles() -> list[tuple[str, str]]:
    """Name and title of each."""
    return [(name, str(_read(name)["title"])) for name in NAMES]
