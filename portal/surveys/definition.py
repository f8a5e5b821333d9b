"""The questions of a survey as everybody reads them: in order, with sections and options, in three queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.surveys import conditions
from portal.surveys.models import Question, Section, Survey


@dataclass(frozen=True)
class Definition:
    """A survey's questions in the order they are asked, and its sections."""

    survey: Survey
    sections: list[Section]
    questions: list[Question]

    def get(self, key: str) -> Question | None:
        """The question with a key."""
        return next((question for question in self.questions if question.key == key), None)

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """The questions that are shown, by key in order, with their value or None (conditions.shown)."""
        return conditions.shown(self.questions, values)

    def kept(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is kept at handing in: the values of the questions that are shown and answered."""
        return {key: value for key, value in self.shown(values).items() if value is not None}

    def of_section(self, section: Section) -> list[Question]:
        """The questions of a section in order."""
        return [question for question in self.questions if question.section_id == section.pk]


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
