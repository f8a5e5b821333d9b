"""The code book of an export: a Frictionless Table Schema, and the same as rows for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from portal.surveys.exchange.columns import UNANSWERED, WAVE, WEIGHT, WHOLE_NUMBERS, Column, Layout
from portal.surveys.models import Survey

HEAD = ("column", "question", "kind", "wave", "title", "value", "label")
TEXTS_HEAD = ("question", "group", "text")


def schema(layout: Layout) -> dict[str, Any]:
    """A Table Schema: each column with its type, what its values mean and how each wave worded it."""
    front = [
        *([{"name": WAVE, "type": "string", "title": _("Survey")}] if layout.waves else []),
        {"name": WEIGHT, "type": "number", "title": _("Weight to all who live here")},
    ]
    return {
        "fields": [*front, *(_field(column) for column in layout.columns)],
        "missingValues": ["", UNANSWERED],
    }


def package(survey: Survey, layout: Layout) -> dict[str, Any]:
    """A Data Package that describes the tables of an archive."""
    texts = [{"name": name, "type": "string"} for name in TEXTS_HEAD]
    return {
        "name": f"survey-{survey.pk}",
        "title": survey.title,
        "resources": [
            {"name": "answers", "path": "answers.csv", "encoding": "utf-8", "schema": schema(layout)},
            {"name": "texts", "path": "texts.csv", "encoding": "utf-8", "schema": {"fields": texts}},
        ],
    }


def rows(layout: Layout) -> Iterator[list[str]]:
    """The heading; for each column a row for each wording, then for each value."""
    yield list(HEAD)
    for column in layout.columns:
        said = [column.name, column.question, column.kind]
        titles = column.titles or {"": _("no longer asked")}
        yield from ([*said, wave, title, "", ""] for wave, title in titles.items())
        yield from ([*said, "", "", value, label] for value, label in column.labels.items())


def _field(column: Column) -> dict[str, Any]:
    titles = list(column.titles.values())
    said: dict[str, Any] = {
        "name": column.name,
        "type": "integer" if column.kind in WHOLE_NUMBERS else "string",
        "title": titles[0] if titles else column.name,
        "kind": column.kind,
        "titles": column.titles,
    }
    if column.labels:
        said["constraints"] = {"enum": list(column.labels)}
        said["categories"] = [{"value": value, "label": label} for value, label in column.labels.items()]
    return said
