"""The index of answers that is counted: made from what a response keeps, whenever that changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

from django.db import connection

from portal.surveys.definition import Definition
from portal.surveys.models import Answer, OpenAnswer, Question, Response, Tally

# Kinds whose one value stands in the row that says the question was shown.
SINGLE = frozenset({"single", "demand", "scale", "number", "date"})


def rows_of(response: Response, definition: Definition) -> Iterator[Answer]:
    """The rows of the index of one response, unsaved: for each question that was shown one with `base`."""
    for key, value in definition.shown(response.values).items():
        question = definition.get(key)
        if question is None:
            continue
        tallies = [] if value is None else list(question.tallies(value))
        if question.kind in SINGLE:
            tally = tallies[0] if tallies else Tally()
            yield _row(response, definition, question, tally, base=True)
        else:
            yield _row(response, definition, question, Tally(), base=True)
            yield from (_row(response, definition, question, tally) for tally in tallies)


def index(response: Response, definition: Definition) -> None:
    """Make the index of a response anew, and lay its open answers out; inside the caller's transaction."""
    response.answers.all().delete()
    Answer.objects.bulk_create(rows_of(response, definition), batch_size=100)
    texts = {
        question.pk: response.values.get(question.key)
        for question in definition.questions
        if question.is_open
    }
    written = {pk: text for pk, text in texts.items() if text}
    response.open_answers.exclude(question__in=written).delete()
    for pk, text in written.items():
        new = {"survey_id": response.survey_id, "text": text}
        OpenAnswer.objects.update_or_create(
            response=response, question_id=pk, defaults=new, create_defaults={**new, "pk": drawn_key()}
        )


def write(rows: Iterable[Answer]) -> None:
    """Write the rows of many responses in one plain statement: many times as fast as objects one by one."""
    names = [field.attname for field in Answer._meta.concrete_fields]
    columns = ", ".join(str(field.column) for field in Answer._meta.concrete_fields)
    prepared = Response._meta.pk.get_db_prep_value
    values = [
        [
            prepared(row.response_id, connection) if name == "response_id" else getattr(row, name)
            for name in names
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(names))
        sql = f"INSERT INTO {Answer._meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of the model
        cursor.executemany(sql, values)


def drawn_key() -> int:
    """A key drawn at random: in the order of running numbers anybody could read who handed in before whom."""
    return secrets.randbits(62)


def drop(response: Response) -> None:
    """Take a response out of everything that is counted; what it keeps stays."""
    response.answers.all().delete()


def _row(
    response: Response, definition: Definition, question: Question, tally: Tally, *, base: bool = False
) -> Answer:
    # By keys alone: of a whole survey there are tens of thousands.
    return Answer(
        pk=drawn_key(),
        survey_id=response.survey_id,
        response_id=response.pk,
        question_id=question.pk,
        base=base,
        row_id=definition.option(question, tally.row, rows=True),
        option_id=definition.option(question, tally.option),
        number=tally.number,
    )
