"""Many answers at once, as rows: what the services would write, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.kit import clock
from portal.surveys import indexing
from portal.surveys.definition import definition_of
from portal.surveys.models import Answer, Response, Survey
from portal.surveys.states import ResponseState


def answer_all(survey: Survey, values: Iterable[dict[str, Any]]) -> list[Response]:
    """Answers that count, without units, each with the values given."""
    definition = definition_of(survey)
    made = Response.objects.bulk_create(
        Response(
            survey=survey,
            state=ResponseState.HANDED_IN,
            values=definition.kept(each),
            started_at=None,
            handed_in_on=clock.today(),
        )
        for each in values
    )
    rows = (row for response in made for row in indexing.rows_of(response, definition))
    Answer.objects.bulk_create(rows, batch_size=500)
    return made
