"""The questions of a survey as everybody reads them: in order, with sections and options, in three queries."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from portal.record.fragments import kept
from portal.surveys import conditions
from portal.surveys.models import Option, Question, Section, Survey

PIPE = re.compile(r"\{\{\s*([-\w]+)\s*\}\}")
# Options that stay at the end whatever the order of the others: they are no answer among equals.
LAST = frozenset({"none", "other", "no_view", "unknown"})


@dataclass(frozen=True)
class Definition:
    """A survey's questions in the order they are asked, and its sections."""

    survey: Survey
    sections: list[Section]
    questions: list[Question]

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def _options(self) -> dict[tuple[int, bool, str], int]:
        return {
            (question.pk, option.is_row, option.key): option.pk
            for question in self.questions
            for option in question.options.all()
        }

    def get(self, key: str) -> Question | None:
        """The question with a key."""
        return self._by_key.get(key)

    def option(self, question: Question, key: str, *, rows: bool = False) -> int | None:
        """The primary key of an option (or row) of a question; None: there is none of this key."""
        return self._options.get((question.pk, rows, key))

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """The questions that are shown, by key in order, with their value or None (conditions.shown)."""
        return conditions.shown(self.questions, values)

    def kept(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is kept at handing in: the values of the questions that are shown and answered."""
        return {key: value for key, value in self.shown(values).items() if value is not None}

    def number_of(self, key: str) -> int:
        """The number a question bears on the page and on paper, from 1. ValueError: there is no such question."""
        return [question.key for question in self.questions].index(key) + 1

    def text_for(self, question: Question, values: dict[str, Any]) -> str:
        """A question's text, with the answers it repeats in words. Not marked safe: templates escape it."""
        return self._filled(question.text, question, values)

    def help_for(self, question: Question, values: dict[str, Any]) -> str:
        """Its help, in the same way."""
        return self._filled(question.help, question, values)

    def condition_of(self, question: Question) -> str:
        """When it is asked, in words; empty: always."""
        return conditions.in_words(question.condition, self.questions)

    def order_for(self, question: Question, seed: object, *, rows: bool = False) -> list[Option]:
        """Its options in the order of one respondent: always the same for one `seed`, last what stays last."""
        options = question.choices(rows=rows)
        if not question.shuffled:
            return options
        return sorted(options, key=lambda option: (stays_last(option), _lot(seed, question, option)))

    def _filled(self, text: str, question: Question, values: dict[str, Any]) -> str:
        if "{{" not in text:
            return text
        earlier = self.questions[: self.questions.index(question)]
        known = {one.key: one for one in earlier}
        shown = conditions.shown(earlier, values)

        def said(found: re.Match[str]) -> str:
            value = shown.get(found[1])
            return _("(not answered)") if value is None else known[found[1]].in_words(value)

        return PIPE.sub(said, text)

    def of_section(self, section: Section) -> list[Question]:
        """The questions of a section in order."""
        return [question for question in self.questions if question.section_id == section.pk]


def piped(text: str) -> list[str]:
    """The keys of the questions whose answers a text repeats."""
    return PIPE.findall(text)


def stays_last(option: Option) -> bool:
    """Whether an option is none among equals, such as "none of these"."""
    return option.exclusive or option.key in LAST


def _lot(seed: object, question: Question, option: Option) -> str:
    """Where an option falls for a seed; those that stay last keep their own order."""
    if stays_last(option):
        return f"{option.number:05}"
    return hashlib.sha256(f"{seed}:{question.key}:{option.key}".encode()).hexdigest()


def definition_of(survey: Survey) -> Definition:
    """Read a survey's questions. Sections and questions come in their order."""
    sections = list(survey.sections.all())
    questions = list(
        Question.objects.filter(survey=survey)
        .select_related("section")
        .prefetch_related("options")
        .order_by("section__number", "section_id", "number", "pk")
    )
    for question in questions:
        question.survey = survey
    return Definition(survey, sections, questions)


def questions_of(survey: Survey) -> Definition:
    """The questions of a survey; once they are frozen everybody shares what was read, so nobody may change it."""
    if survey.frozen_at is None:
        return definition_of(survey)
    name = f"survey.{survey.pk}.{survey.fingerprint[:16]}.{survey.frozen_at.timestamp()}"
    return kept(name, lambda: definition_of(survey))
