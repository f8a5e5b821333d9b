"""The value of a rule: in words, as the fields of a form, and checked against the shape of the one that ships."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from portal.administration.rule_words import COUNTING, PARTS, UNITS, WORDS, Words
from portal.community.models import LegalStatus
from portal.kit.errors import NotPossible
from portal.kit.wording import bracketed, fraction
from portal.voting.models import Duplicates, HallRoll

FRACTION = re.compile(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*")
NUMBERS = re.compile(r"[\s,，、]+")
THRESHOLDS = ("at_least", "more_than")
# Rules that are one fraction as a whole.
FRACTIONS = frozenset({"hearing.quorum", "review.quorum", "assembly.asked_by_share"})
CHOICES: dict[str, type[TextChoices]] = {"voting.duplicates": Duplicates, "hall.roll": HallRoll}


@dataclass(frozen=True)
class Leaf:
    """One number, fraction, list or choice inside a value: the way to it, its name for people, kind and bounds."""

    way: tuple[str | int, ...]
    label: str
    kind: str
    value: Any
    least: int = 0
    most: int = 0
    key: str = ""

    @property
    def name(self) -> str:
        """What its field is called."""
        return "value_" + "_".join(map(str, self.way)) if self.way else "value"

    @property
    def typed(self) -> Any:
        """How it stands in a field."""
        if self.kind == "fraction":
            return f"{self.value[0]}/{self.value[1]}"
        return "、".join(map(str, self.value)) if self.kind == "list" else self.value

    def read(self, typed: Any) -> Any:
        """What was typed, as it is kept. Raises NotPossible with what is the matter."""
        return _READ[self.kind](self, typed)


def leaves(key: str, value: Any) -> list[Leaf]:
    """What of a value can be set; nothing where it holds no number."""
    words = WORDS[key]
    return [_leaf(key, words, way, part) for way, part in _walk(key, value)]


def put_in(value: Any, parts: dict[tuple[str | int, ...], Any]) -> Any:
    """A value with other numbers in their places; all else stays as it ships."""
    made = copy.deepcopy(value)
    for way, part in parts.items():
        if not way:
            return part
        holder = made
        for step in way[:-1]:
            holder = holder[step]
        holder[way[-1]] = part
    return made


def check(key: str, shipped: Any, value: Any) -> None:
    """Refuse a value of another shape than the shipped one, or out of bounds: NotPossible."""
    known = {leaf.way: leaf for leaf in leaves(key, shipped)}
    parts = {leaf.way: leaf.value for leaf in leaves(key, value)} if _alike(shipped, value) else {}
    if known.keys() != parts.keys() or put_in(shipped, parts) != value:
        raise NotPossible(_("This value has another shape than the rule."))
    for way, part in parts.items():
        if known[way].read(_typed(known[way], part)) != part:
            raise NotPossible(_("This value has another shape than the rule."))
    if key in {"hearing.notice_days", "review.notice_days"} and value["minimum"] > value["default"]:
        raise NotPossible(_("The least number of days must not be more than the usual one."))
    if key == "duty.level_working_days" and (len(value) != len(shipped) or value[0] != 0):
        said = _("There are %(n)d levels; the first one begins on the day itself, with 0.")
        raise NotPossible(said % {"n": len(shipped)})


def fixed(key: str, status: str, value: Any) -> str:
    """Why no place can have its own value of a rule; empty where it can."""
    if status == LegalStatus.LAW:
        return _("It is law. What the law allows to be set otherwise comes with a new version of the portal.")
    return str(WORDS[key].fixed or ("" if leaves(key, value) else COUNTING))


def said(key: str, value: Any) -> str:
    """A value in the reader's words."""
    words = WORDS.get(key)
    if words is None:
        return str(value)
    if isinstance(value, dict) and "approval" in value:
        return _counting(value)
    return "；".join(
        _said(leaf, words, alone=len(value) == 1 if isinstance(value, dict) else True)
        for leaf in _all(key, words, value)
    )


def _all(key: str, words: Words, value: Any) -> list[Leaf]:
    return [_leaf(key, words, way, part) for way, part in _walk(key, value)]


def _said(leaf: Leaf, words: Words, *, alone: bool) -> str:
    if leaf.kind == "fraction":
        shown = fraction(leaf.value, inclusive=True)
    elif leaf.kind == "choice":
        shown = str(dict(CHOICES[leaf.key].choices)[leaf.value])
    elif leaf.kind == "list":
        shown = f"{'、'.join(map(str, leaf.value[:-1]))}、{_counted(words.unit, leaf.value[-1])}"
    else:
        part = PARTS.get(str(leaf.way[-1])) if leaf.way else None
        shown = _counted(part[1] if part else words.unit, leaf.value)
    return shown if alone or not leaf.way else f"{leaf.label}：{shown}"


def _counted(unit: str, number: int) -> str:
    return str(UNITS[unit] % {"n": number}) if unit else str(number)


def _counting(value: dict[str, Any]) -> str:
    """How many have to take part and to agree."""
    parts = []
    for name, text in (("participation", _("%(share)s take part")), ("approval", _("%(share)s agree"))):
        shares = [f"{_measure(need)}{_share(need)}" for need in value[name]]
        if shares:
            parts.append(text % {"share": _(" and ").join(shares)})
    return "；".join(parts) or _("the most votes")


def _measure(need: dict[str, Any]) -> str:
    return _("by floor area ") if need["measure"] == "area" else _("by heads ")


def _share(need: dict[str, Any]) -> str:
    name = next(name for name in THRESHOLDS if name in need)
    return fraction(need[name], inclusive=name == "at_least")


def _walk(
    key: str, value: Any, way: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every part of a value that is a number, a fraction, a list of numbers or a choice."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _walk(key, part, (*way, name))
    elif isinstance(value, list) and all(isinstance(part, dict) for part in value):
        for at, part in enumerate(value):
            yield from _walk(key, part, (*way, at))
    elif isinstance(value, int | list) or key in CHOICES:
        yield way, value


def _leaf(key: str, words: Words, way: tuple[str | int, ...], value: Any) -> Leaf:
    name = way[-1] if way else ""
    label = str(PARTS[str(name)][0]) if name in PARTS else _threshold(way) if name in THRESHOLDS else ""
    return Leaf(way, label or str(words.label), _kind(key, name, value), value, words.least, words.most, key)


def _kind(key: str, name: str | int, value: Any) -> str:
    if key in CHOICES:
        return "choice"
    if isinstance(value, int):
        return "number"
    return "fraction" if name in {*THRESHOLDS, "share"} or key in FRACTIONS else "list"


def _threshold(way: tuple[str | int, ...]) -> str:
    asked = _("Share that has to take part") if way[0] == "participation" else _("Share that has to agree")
    inclusive = _("at the least") if way[-1] == "at_least" else _("more than")
    return bracketed(asked, inclusive)


def _alike(shipped: Any, value: Any) -> bool:
    return type(shipped) is type(value)


def _typed(leaf: Leaf, part: Any) -> Any:
    try:
        return Leaf(leaf.way, leaf.label, leaf.kind, part).typed
    except (TypeError, IndexError, KeyError):
        return ""


def _number(leaf: Leaf, typed: Any) -> int:
    if isinstance(typed, bool) or not isinstance(typed, int) or not leaf.least <= typed <= leaf.most:
        said = _("Please write a whole number from %(least)d to %(most)d.")
        raise NotPossible(said % {"least": leaf.least, "most": leaf.most})
    return typed


def _fraction(leaf: Leaf, typed: Any) -> list[int]:
    found = FRACTION.fullmatch(str(typed))
    over, under = (int(found[1]), int(found[2])) if found else (0, 0)
    whole = leaf.way[-1:] == ("more_than",)
    if not 0 < over <= under or (whole and over == under):
        raise NotPossible(_("Please write a fraction such as 2/3, of one at the most."))
    return [over, under]


def _list(leaf: Leaf, typed: Any) -> list[int]:
    parts = [part for part in NUMBERS.split(str(typed)) if part]
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) <= 4]
    if not numbers or len(numbers) < len(parts) or numbers != sorted(numbers) or numbers[-1] > leaf.most:
        raise NotPossible(_("Please write whole numbers from the smallest to the largest, such as 0, 2, 5."))
    return numbers


def _choice(leaf: Leaf, typed: Any) -> str:
    if typed not in CHOICES[leaf.key].values:
        raise NotPossible(_("Please choose one of these."))
    return str(typed)


_READ = {"number": _number, "fraction": _fraction, "list": _list, "choice": _choice}
