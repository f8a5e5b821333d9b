"""A questionnaire as those who answer see it, drawn by the very templates of answering; nothing is sent from it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from portal.surveys.answering.pages import Asked
from portal.surveys.definition import Definition
from portal.surveys.models import Question, Response

# Choices in another order for everybody come in one order here, so that a preview does not jump.
NOBODY = UUID(int=0)


def asked_of(definition: Definition, questions: Iterable[Question]) -> list[Asked]:
    """Questions as they would be asked of somebody who has answered nothing yet."""
    nobody = Response(id=NOBODY, survey=definition.survey)
    return [Asked(definition, question, nobody) for question in questions]
