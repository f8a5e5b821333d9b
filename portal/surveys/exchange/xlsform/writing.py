"""A survey's questions as an XLSForm workbook, as Kobo and ODK open it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from portal.surveys.definition import PIPE, Definition
from portal.surveys.exchange.xlsform.expressions import written, xml_name
from portal.surveys.models import Question

SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "parameters")
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version", "default_language")
NEEDS = "needed_or_not"
# What stands in which column of a row of the sheet `survey`.
Cells = dict[str, str]


def workbook(definition: Definition) -> bytes:
    """The XLSX file of a survey's questions: sheets survey, choices, settings."""
    book = Workbook(write_only=True)
    _sheet(book, "survey", SURVEY, rows(definition))
    _sheet(book, "choices", CHOICES, choices(definition))
    _sheet(book, "settings", SETTINGS, [_settings(definition)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows(definition: Definition) -> Iterator[Cells]:
    """The rows of the sheet `survey`: each section a group, its introduction a note."""
    for section in definition.sections:
        name = f"section_{section.number}"
        yield {"type": "begin_group", "name": name, "label": section.title}
        if section.intro:
            yield {"type": "note", "name": f"{name}_intro", "label": section.intro}
        for question in definition.of_section(section):
            yield from _of_question(question)
        yield {"type": "end_group"}


def choices(definition: Definition) -> Iterator[Cells]:
    """The rows of the sheet `choices`: a list for each question, and one that all needs share."""
    shared = False
    for question in definition.questions:
        if question.kind == "demand" and shared:
            continue
        shared = shared or question.kind == "demand"
        for option in question.choices():
            yield {"list_name": _list(question), "name": option.key, "label": option.text}


def _of_question(question: Question) -> Iterator[Cells]:
    shared = {
        "label": _piped(question.text),
        "hint": _piped(question.help),
        "required": "yes" if question.required else "",
        "relevant": written(question.condition) if question.condition else "",
    }
    name = xml_name(question.key)
    if question.kind == "matrix":
        yield {**shared, "type": "begin_group", "name": name, "required": "", "appearance": "table-list"}
        for row in question.choices(rows=True):
            yield {
                "type": f"select_one {_list(question)}",
                "name": f"{name}__{row.key}",
                "label": row.text,
                "required": shared["required"],
            }
        yield {"type": "end_group"}
        return
    yield {**shared, "name": name, **_kind(question)}


def _kind(question: Question) -> Cells:
    chosen = {
        "single": f"select_one {_list(question)}",
        "demand": f"select_one {_list(question)}",
        "multiple": f"select_multiple {_list(question)}",
        "ranking": f"rank {_list(question)}",
        "number": "integer",
        "date": "date",
        "scale": "range",
    }.get(question.kind, "text")
    return {
        "type": chosen,
        "constraint": " and ".join(_limits(question)),
        "parameters": _parameters(question),
        "appearance": "multiline" if question.kind == "long_text" else "",
    }


def _limits(question: Question) -> Iterator[str]:
    counted = "count-selected(.)" if question.kind == "multiple" else "."
    if question.kind in ("multiple", "number"):
        if question.least is not None:
            yield f"{counted} >= {question.least}"
        if question.most is not None:
            yield f"{counted} <= {question.most}"
    for option in question.choices():
        if option.exclusive:
            yield f"not(selected(., '{option.key}') and count-selected(.) > 1)"


def _parameters(question: Question) -> str:
    if question.kind == "scale":
        return f"start={question.least or 1} end={question.most or 5} step=1"
    return "randomize=true" if question.shuffled and question.has_options else ""


def _list(question: Question) -> str:
    return NEEDS if question.kind == "demand" else xml_name(question.key)


def _piped(text: str) -> str:
    return PIPE.sub(lambda hit: f"${{{xml_name(hit.group(1))}}}", text)


def _settings(definition: Definition) -> Cells:
    survey = definition.survey
    return {
        "form_title": survey.title,
        "form_id": f"survey_{survey.pk}",
        "version": survey.fingerprint[:8] or str(survey.edition),
        "default_language": "default",
    }


def _sheet(book: Any, name: str, columns: tuple[str, ...], cells: Any) -> None:
    sheet = book.create_sheet(name)
    sheet.append(columns)
    for each in cells:
        sheet.append([_text(sheet, each.get(column, "")) for column in columns])


def _text(sheet: Any, text: str) -> Any:
    """A cell that is text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, text or None)
    cell.data_type = "s" if text else "n"
    return cell
