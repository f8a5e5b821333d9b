"""A questionnaire as plain data, the shape that editions keep, files carry and fingerprints are taken of.

    {"format": "portal-survey-definition/1", "sections": [{"title", "intro", "questions": [
        {"key", "kind", "text", "help", "required", "condition", "background", "shuffled", "least", "most", "low",
         "high", "measure", "group", "common", "options": [{"key", "text", "help", "exclusive"}],
         "rows": [{"key", "text", "help"}]}]}]}

Order is the order of the lists. The three options of a need are written like any other, so that whoever reads needs
no second table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from portal.surveys.definition import Definition
from portal.surveys.models import DEMAND_CHOICES, KINDS, DemandItem, Option, Question

FORMAT = "portal-survey-definition/1"
PLAIN: dict[str, Any] = {
    "text": "",
    "help": "",
    "required": False,
    "condition": None,
    "background": "",
    "shuffled": False,
    "least": None,
    "most": None,
    "low": "",
    "high": "",
    "measure": "",
    "group": "",
    "common": False,
}
Data = dict[str, Any]


def as_data(definition: Definition) -> Data:
    """The questions of a definition that was read."""
    sections = [
        {
            "title": section.title,
            "intro": section.intro,
            "questions": [_question(question) for question in definition.of_section(section)],
        }
        for section in definition.sections
    ]
    return {"format": FORMAT, "sections": sections}


def from_json(data: Mapping[str, Any]) -> Data:
    """A questionnaire with everything said, from one that leaves out what is plain. Unknown words are dropped."""
    sections = [
        {
            "title": str(section.get("title", "")),
            "intro": str(section.get("intro", "")),
            "questions": [full(question) for question in section.get("questions", [])],
        }
        for section in data.get("sections", [])
    ]
    return {"format": FORMAT, "sections": sections}


def full(question: Mapping[str, Any]) -> Data:
    """One question with everything said."""
    kind = question.get("kind", "")
    said = {name: question.get(name, plain) for name, plain in PLAIN.items()}
    options = needed() if kind == DemandItem.kind else question.get("options", [])
    return {
        "key": str(question.get("key", "")),
        "kind": kind,
        **said,
        "options": [_said(option, exclusive=True) for option in options],
        "rows": [_said(row) for row in question.get("rows", [])],
    }


def needed() -> list[Data]:
    """The three options of a need, in the language of the portal whoever writes."""
    with translation.override(settings.LANGUAGE_CODE):
        return [{"key": key, "text": str(text)} for key, text in DEMAND_CHOICES]


def questions_in(data: Mapping[str, Any]) -> Iterator[Data]:
    """The questions of a questionnaire in the order they are asked."""
    for section in data["sections"]:
        yield from section["questions"]


def canonical(data: Mapping[str, Any]) -> bytes:
    """The same questionnaire always as the same bytes."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal; its first eight characters are printed on paper."""
    return hashlib.sha256(canonical(data)).hexdigest()


def model_of(question: Mapping[str, Any]) -> Question:
    """A question of the data as a row that is not saved; KeyError for an unknown kind."""
    return KINDS[question["kind"]](key=question["key"], **{name: question[name] for name in PLAIN})


def _question(question: Question) -> Data:
    return {
        "key": question.key,
        "kind": question.kind,
        **{name: getattr(question, name) for name in PLAIN},
        "options": [_option(option, exclusive=True) for option in question.choices()],
        "rows": [_option(row) for row in question.choices(rows=True)],
    }


def _option(option: Option, *, exclusive: bool = False) -> Data:
    return _said(
        {name: getattr(option, name) for name in ("key", "text", "help", "exclusive")}, exclusive=exclusive
    )


def _said(option: Mapping[str, Any], *, exclusive: bool = False) -> Data:
    said = {
        "key": str(option.get("key", "")),
        "text": str(option.get("text", "")),
        "help": str(option.get("help", "")),
    }
    return said | ({"exclusive": bool(option.get("exclusive", False))} if exclusive else {})
