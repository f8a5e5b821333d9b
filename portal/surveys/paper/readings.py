"""What two people type from paper: the codes printed beside the boxes, and the values that they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import ValidationError
from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.wording import day
from portal.surveys.models import Option, Question
from portal.surveys.models.kinds import LONGEST_LINE, LONGEST_TEXT, Ranking, Scale

BETWEEN = re.compile(r"[\s,、;./]+")
DAY = re.compile(r"(\d{4})-?(\d{1,2})-?(\d{1,2})")


@dataclass(frozen=True)
class Box:
    """One small field of the entry screen. `name` in the form; `row`: of a matrix, the row's key and text."""

    name: str
    question: Question
    row: Option | None = None


def boxes(question: Question) -> list[Box]:
    """The fields of a question: one, or one a row."""
    if question.has_rows:
        rows = question.choices(rows=True)
        return [Box(f"{question.key}__{row.key}", question, row) for row in rows]
    return [Box(question.key, question)]


def value_of(question: Question, typed: dict[str, str]) -> Any:
    """What JSON keeps of what was typed, by the names of the boxes; None where all was left empty.

    Raises ValidationError in words where it means nothing.
    """
    if question.has_rows:
        chosen = {box.row.key: _one(question, typed[box.name]) for box in boxes(question) if box.row}
        return {row: key for row, key in chosen.items() if key} or None
    text = typed[question.key].strip()
    return READ[question.kind](question, text) if text else None


def typed_of(question: Question, value: Any) -> dict[str, str]:
    """What would be typed for a value, by the names of the boxes."""
    if question.has_rows:
        codes = _codes(question)
        return {box.name: codes.get((value or {}).get(box.row.key), "") for box in boxes(question) if box.row}
    return {question.key: "" if value is None else _typed(question, value)}


def words_of(question: Question, value: Any) -> str:
    """A value as it is shown to whoever compares or hears it."""
    return _("left empty") if value is None else question.in_words(value)


def marks(question: Question) -> list[tuple[str, str]]:
    """The codes of a question with their texts, as they are printed: ("1", "yes")."""
    if isinstance(question, Scale):
        ends = {question.marks()[0]: question.low, question.marks()[-1]: question.high}
        return [(str(mark), ends.get(mark, "")) for mark in question.marks()]
    return [(str(place), option.text) for place, option in enumerate(question.choices(), 1)]


def how(question: Question) -> str:
    """What may be written into the box, for whoever types or fills in."""
    if question.kind == "multiple":
        return _limits(question.least, question.most, several=True)
    if isinstance(question, Ranking):
        return _("up to %(n)d, the most wanted first") % {"n": question.places}
    if question.kind == "number":
        return _limits(question.least, question.most)
    return ""


def plain(text: str) -> str:
    """Full-width digits and signs in their usual shape."""
    return unicodedata.normalize("NFKC", text).strip()


def _limits(least: int | None, most: int | None, *, several: bool = False) -> str:
    if least and most and least != most:
        words = _("from %(least)d to %(most)d")
    elif most:
        words = _("at most %(most)d")
    elif least:
        words = _("at least %(least)d")
    else:
        return _("as many as fit") if several else ""
    return words % {"least": least, "most": most}


def _codes(question: Question) -> dict[str | None, str]:
    return {option.key: str(place) for place, option in enumerate(question.choices(), 1)}


def _typed(question: Question, value: Any) -> str:
    if question.kind in ("single", "demand"):
        return _codes(question).get(value, "")
    if question.kind in ("multiple", "ranking"):
        return ",".join(_codes(question).get(key, "") for key in value)
    return str(value)


def _one(question: Question, text: str) -> str:
    """The key of the option whose code was typed; empty for nothing."""
    text = plain(text)
    if not text:
        return ""
    options = question.choices()
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:4]) <= len(options):
        raise ValidationError(_("The codes go from 1 to %(n)d.") % {"n": len(options)})
    return options[int(text) - 1].key


def _several(question: Question, text: str) -> Iterator[str]:
    parts = [part for part in BETWEEN.split(plain(text)) if part]
    keys = [_one(question, part) for part in parts]
    if len(set(keys)) < len(keys):
        raise ValidationError(_("A code stands there twice."))
    return iter(keys)


def _single(question: Question, text: str) -> Any:
    return _one(question, text) or None


def _multiple(question: Question, text: str) -> Any:
    keys = set(_several(question, text))
    if question.most and len(keys) > question.most:
        raise ValidationError(
            _("Only %(n)d may be chosen. Where more are ticked, type the first ones of them.")
            % {"n": question.most}
        )
    chosen = [option for option in question.choices() if option.key in keys]
    alone = any(option.exclusive for option in chosen)
    if chosen and not alone and question.least and len(chosen) < question.least:
        raise ValidationError(
            _("At least %(n)d have to be chosen. Where fewer are ticked, leave it empty.")
            % {"n": question.least}
        )
    if len(chosen) > 1 and alone:
        raise ValidationError(_("One of these rules the others out. Where both are ticked, leave it empty."))
    return [option.key for option in chosen] or None


def _ranking(question: Question, text: str) -> Any:
    keys = list(_several(question, text))
    if isinstance(question, Ranking) and len(keys) > question.places:
        raise ValidationError(_("There are %(n)d places only.") % {"n": question.places})
    return keys or None


def _number(question: Question, text: str) -> Any:
    least, most = question.least, question.most
    if isinstance(question, Scale):
        least, most = question.marks()[0], question.marks()[-1]
    text = plain(text)
    if not text.lstrip("-").isascii() or not text.lstrip("-").isdecimal() or len(text) > 9:
        raise ValidationError(_("Please type digits only."))
    number = int(text)
    if (least is not None and number < least) or (most is not None and number > most):
        raise ValidationError(
            _("It has to be %(limits)s. Else leave it empty.") % {"limits": _limits(least, most)}
        )
    return number


def _day(question: Question, text: str) -> Any:
    found = DAY.fullmatch(BETWEEN.sub("-", plain(text)))
    try:
        if found:
            return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        pass
    raise ValidationError(
        _("Please type a day as 20260930, not as %(today)s.") % {"today": day(clock.today())}
    )


def _text(question: Question, text: str) -> Any:
    room = LONGEST_LINE if question.kind == "short_text" else LONGEST_TEXT
    longest = min(question.most or room, room)
    if len(text) > longest:
        raise ValidationError(_("There is room for %(n)d characters.") % {"n": longest})
    return text


READ: dict[str, Callable[[Question, str], Any]] = {
    "single": _single,
    "demand": _single,
    "multiple": _multiple,
    "ranking": _ranking,
    "scale": _number,
    "number": _number,
    "date": _day,
    "short_text": _text,
    "long_text": _text,
}
