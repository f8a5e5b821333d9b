"""Questions to choose from: a bank that is shipped, and what this neighbourhood asked before."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portal.surveys.building.copying import opened_before
from portal.surveys.building.data import Data, as_data, full, questions_in
from portal.surveys.definition import definition_of
from portal.surveys.models import KINDS, Question, Survey

FILE = Path(__file__).parent / "bank.toml"
MOST_SURVEYS = 4


@dataclass(frozen=True)
class Offered:
    """A question to choose: its name in the form."""

    name: str
    question: Data

    @property
    def words(self) -> str:
        """Its text and kind."""
        kind = KINDS[self.question["kind"]].label
        return f"{self.question['text']}（{kind}）"


@dataclass(frozen=True)
class Group:
    """Questions under one heading."""

    title: str
    questions: list[Offered]


def offered(survey: Survey) -> list[Group]:
    """All that is not asked yet: first what was asked here before, then the bank. A key is offered once."""
    here = set(Question.objects.non_polymorphic().filter(survey=survey).values_list("key", flat=True))
    groups = []
    for title, questions in [*_earlier(survey), *_shipped()]:
        fresh = [Offered(question["key"], question) for question in questions if question["key"] not in here]
        here |= {one.name for one in fresh}
        groups += [Group(title, fresh)] if fresh else []
    return groups


def as_choices(groups: list[Group]) -> list[tuple[str, Any]]:
    """As a form offers them."""
    return [(group.title, [(one.name, one.words) for one in group.questions]) for group in groups]


def _earlier(survey: Survey) -> list[tuple[str, list[Data]]]:
    return [
        (
            _("Asked here before: %(title)s") % {"title": one.title},
            list(questions_in(as_data(definition_of(one)))),
        )
        for one in opened_before(survey)[:MOST_SURVEYS]
    ]


@cache
def _shipped() -> list[tuple[str, list[Data]]]:
    groups = tomllib.loads(FILE.read_text(encoding="utf-8"))["groups"]
    return [(group["title"], [full(question) for question in group["questions"]]) for group in groups]
