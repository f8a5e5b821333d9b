"""What apps above know of a person: for the page staff read, and what ends with a death."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models

from portal.community.models import Area, Person, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Line:
    """One fact on a person's page: what, its days or state in words, and where it is read (empty: nowhere)."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Section:
    """Facts of one kind, under a heading."""

    title: StrOrPromise
    lines: list[Line] = field(default_factory=list)


Facts = Callable[[Person, Area, User], Section]
_FACTS: dict[str, Facts] = {}
# Tables whose rows of a person end with a death and come back where that is taken back.
_ENDING: list[type[models.Model]] = []


def register_facts(name: str, facts: Facts) -> None:
    """Let an app say on a person's page what it knows, for who reads it at the desk of a neighbourhood."""
    _FACTS[name] = facts


def register_ending(model: type[models.Model]) -> None:
    """Let rows of a table, which end with a death (portal.community.leaving), come back where it is taken back."""
    _ENDING.append(model)


def facts_of(person: Person, here: Area, reader: User) -> list[Section]:
    """What the apps know of a person, for this reader; only what there is."""
    found = [facts(person, here, reader) for facts in _FACTS.values()]
    return [section for section in found if section.lines]


def ending(person: Person) -> list[models.Model]:
    """The rows of a person that end with a death, as they are now."""
    return [row for model in _ENDING for row in model._base_manager.filter(person=person).order_by("pk")]
