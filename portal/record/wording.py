"""What actions and subjects are called in the record. Each app registers its own words (module `wording`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from portal.kit.wording import day, deadline

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(DAY.pattern + r"T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
WORDING: dict[str, str | Promise] = {}


@dataclass(frozen=True)
class Subject:
    """A kind of thing entries are about: what several are called, and the URL name that takes a number."""

    label: str | Promise
    page: str = ""


SUBJECTS: dict[str, Subject] = {}


class _Filling(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def register(wording: Mapping[str, str | Promise]) -> None:
    """Add an app's actions, such as {"topic.proposed": _("Topic proposed")}; data fills %(named)s parts.

    Raises ValueError if one is registered twice with another text.
    """
    for action, text in wording.items():
        if WORDING.setdefault(action, text) is not text and str(WORDING[action]) != str(text):
            raise ValueError(f"{action} is registered twice")


def register_subjects(subjects: Mapping[str, Subject]) -> None:
    """Add the kinds of things an app writes about: a model's name, or an action's part before the dot."""
    SUBJECTS.update(subjects)


def word(action: str) -> str:
    """The reader's words for an action, with the bare action where nobody registered one."""
    return str(WORDING.get(action, action))


def words(action: str, data: Mapping[str, Any]) -> str:
    """The words for an action with the entry's data in their places; what is kept as an ISO day is read as a day."""
    return fill(word(action), {name: said(value) for name, value in data.items()})


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values into the %(named)s places of a text. Never raises: what is missing becomes an ellipsis."""
    if "%(" not in text:
        return text
    try:
        return text % _Filling(values)
    except (TypeError, ValueError):
        return text


def said(value: Any) -> Any:
    """A value as people read it: days and moments are told by their shape, whatever they are called.

    What is kept cannot be changed, so names cannot be relied upon. A moment that ends a day is 24:00 of that day.
    """
    if not isinstance(value, str):
        return value
    try:
        if DAY.fullmatch(value):
            return day(date.fromisoformat(value))
        return deadline(datetime.fromisoformat(value)) if MOMENT.fullmatch(value) else value
    except ValueError:
        return value


def subject_label(kind: str) -> str:
    """What things of a kind are called, with the bare kind where nobody registered it."""
    return str(SUBJECTS[kind].label) if kind in SUBJECTS else kind


def subject_url(subject: str) -> str:
    """The page of a subject (`topic:12`), or nothing where it has none."""
    kind, _, number = subject.partition(":")
    if kind not in SUBJECTS or not SUBJECTS[kind].page:
        return ""
    try:
        return reverse(SUBJECTS[kind].page, args=[number])
    except NoReverseMatch:
        return ""
