"""All answers of a survey as a file, written row by row: it needs as much memory for 54,000 answers as for 500."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from random import SystemRandom
from subprocess import CalledProcessError, TimeoutExpired
from typing import IO, Any
from uuid import UUID

import openpyxl
from django.conf import settings
from django.db.models import F
from django.utils import translation

from portal.kit import clock
from portal.kit.apart import manage
from portal.kit.batches import BATCH, batches
from portal.kit.private import whole
from portal.kit.sheets import safe_cell
from portal.surveys.definition import definition_of
from portal.surveys.exchange import codebook
from portal.surveys.exchange.columns import Cell, layout
from portal.surveys.models import ExportFile, ExportForm, OpenAnswer, Response, Survey
from portal.surveys.states import OUT, ResponseState, SurveyState

# 54,000 answers to 40 questions take a minute; what takes longer than this hangs, and is tried so often.
LONGEST, TRIES = 900.0, 3
COMPARABLE = frozenset({SurveyState.CLEANED, SurveyState.ANALYSED, *OUT})
Row = list[Cell]


class Answers:
    """What goes into a file: the answers that count, of one survey or of it and the waves before, in an order by lot.

    No key, no moment and no way by which they came is in a row; texts stand apart from the answers they came with.
    """

    def __init__(self, survey: Survey, *, earlier: bool = False) -> None:
        surveys = [survey, *(waves_before(survey) if earlier else [])]
        self.survey = survey
        self._keys = [one.pk for one in surveys]
        counted = Response.objects.filter(survey__in=self._keys, state=ResponseState.HANDED_IN)
        self._order = list(counted.order_by().values_list("pk", flat=True))
        SystemRandom().shuffle(self._order)
        definitions = [definition_of(one) for one in surveys]
        self.layout = layout(definitions, (values for _s, _w, values in self._stored()), waves=earlier)

    def __len__(self) -> int:
        return len(self._order)

    def rows(self) -> Iterator[Row]:
        """The heading, then each answer with as many cells."""
        yield list(self.layout.header)
        for survey, weight, values in self._stored():
            yield self.layout.row(survey, weight, values)

    def texts(self) -> Iterator[Row]:
        """The heading, then what people wrote, as it was released for everybody: question, group, text."""
        yield list(codebook.TEXTS_HEAD)
        released = OpenAnswer.objects.filter(
            survey__in=self._keys, response__state=ResponseState.HANDED_IN
        ).exclude(shown="")
        order = list(released.order_by().values_list("pk", flat=True))
        SystemRandom().shuffle(order)
        for part in batches(order):
            read = released.filter(pk__in=part).order_by("question__key", "shown")
            yield from map(list, read.values_list("question__key", "group", "shown"))

    def _stored(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Survey, weight and values in the order by lot."""
        for part in batches(self._order):
            found: dict[UUID, tuple[int, int, dict[str, Any]]] = {
                pk: (survey, weight, values)
                for pk, survey, weight, values in Response.objects.filter(
                    pk__in=part, state=ResponseState.HANDED_IN
                ).values_list("pk", "survey_id", "weight", "values")
            }
            yield from (found[pk] for pk in part if pk in found)


def waves_before(survey: Survey) -> list[Survey]:
    """The waves that this one can be compared with, newest first."""
    family = Survey.objects.filter(family=survey.family, neighbourhood=survey.neighbourhood_id)
    known = family.filter(state__in=COMPARABLE, erased_at=None, created_at__lt=survey.created_at)
    return list(known.order_by("-created_at", "-pk"))


def counted(survey: Survey, *, earlier: bool) -> int:
    """How many rows a file has."""
    keys = [survey.pk, *(one.pk for one in (waves_before(survey) if earlier else []))]
    return Response.objects.filter(survey__in=keys, state=ResponseState.HANDED_IN).count()


def path_of(file: ExportFile) -> Path:
    """Where a file lies."""
    return Path(settings.DATA_DIR) / "survey-exports" / f"{file.pk}.{file.ending}"


def make(file: ExportFile) -> None:
    """Write a file, whole or not at all, and say now and then how far it is."""
    answers = Answers(file.survey, earlier=file.earlier)
    ExportFile.objects.filter(pk=file.pk).update(total=len(answers), done=0)
    with whole(path_of(file)) as made, translation.override(settings.LANGUAGE_CODE):
        WRITERS[ExportForm(file.form)](answers, _counted(answers.rows(), file), made)
    ExportFile.objects.filter(pk=file.pk).update(made_at=clock.now(), done=F("total"))


def make_waiting() -> None:
    """Make what was asked for and is too long to be made at once, each in a process that ends with its memory."""
    for file in ExportFile.objects.filter(made_at=None, gone_at=None, failed__lt=TRIES).order_by(
        "asked_at", "pk"
    ):
        try:
            manage("make_survey_export", str(file.pk), longest=LONGEST, lean=True)
        except (CalledProcessError, TimeoutExpired):
            ExportFile.objects.filter(pk=file.pk, made_at=None).update(failed=F("failed") + 1)


def _counted(rows: Iterable[Row], file: ExportFile) -> Iterator[Row]:
    """The same rows; every five hundred the file's page learns how far it is."""
    for place, row in enumerate(rows):
        if place and place % BATCH == 0:
            ExportFile.objects.filter(pk=file.pk).update(done=place)
        yield row


def _safe(row: Iterable[Cell]) -> Row:
    return [safe_cell(cell) if isinstance(cell, str) else cell for cell in row]


def _as_archive(answers: Answers, rows: Iterator[Row], out: IO[bytes]) -> None:
    """Answers, texts and code book as CSV in UTF-8 with a mark, and the description for programs."""
    tables: dict[str, Iterable[Iterable[Cell]]] = {
        "answers.csv": rows,
        "texts.csv": answers.texts(),
        "codebook.csv": codebook.rows(answers.layout),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            with archive.open(name, "w", force_zip64=True) as part:
                text = io.TextIOWrapper(part, "utf-8-sig", newline="")
                csv.writer(text).writerows(map(_safe, table))
                text.flush()
                text.detach()
        said = codebook.package(answers.survey, answers.layout)
        archive.writestr("datapackage.json", json.dumps(said, ensure_ascii=False, indent=1))


def _as_workbook(answers: Answers, rows: Iterator[Row], out: IO[bytes]) -> None:
    """Three sheets, written while they are read."""
    book = openpyxl.Workbook(write_only=True)
    sheets: dict[str, Iterable[Iterable[Cell]]] = {
        "answers": rows,
        "texts": answers.texts(),
        "codebook": codebook.rows(answers.layout),
    }
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(_safe(row))
    book.save(out)


def _as_json(answers: Answers, rows: Iterator[Row], out: IO[bytes]) -> None:
    """The schema, the answers as lists in the order of its fields, the texts; a line each."""
    header = next(rows)
    front = {"schema": codebook.schema(answers.layout), "header": header}
    out.write(f'{json.dumps(front, ensure_ascii=False)[:-1]},\n"answers": ['.encode())
    _lines(rows, out)
    out.write(b'],\n"texts": [')
    texts = answers.texts()
    next(texts)
    _lines(texts, out)
    out.write(b"]}\n")


def _lines(rows: Iterator[Row], out: IO[bytes]) -> None:
    first = next(rows, None)
    for place, row in enumerate(chain([first], rows) if first is not None else ()):
        out.write(f"{',' if place else ''}\n{json.dumps(row, ensure_ascii=False)}".encode())


WRITERS: dict[ExportForm, Callable[[Answers, Iterator[Row], IO[bytes]], None]] = {
    ExportForm.CSV: _as_archive,
    ExportForm.XLSX: _as_workbook,
    ExportForm.JSON: _as_json,
}
