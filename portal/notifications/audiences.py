"""Whom news is for, in a few words: a rule by its name and what it is asked about, so that one row can keep it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.community.models import User

Rule = Callable[..., "QuerySet[User]"]
RULES: dict[str, Rule] = {}


@dataclass(frozen=True)
class Audience:
    """The accounts a rule finds. `about`: what it is called with, plain JSON; `size`: about how many they are."""

    rule: str
    about: tuple[Any, ...]
    size: int

    def accounts(self) -> QuerySet[User]:
        """Those it finds now. KeyError: no app has such a rule."""
        return RULES[self.rule](*self.about)


def audience(name: str) -> Callable[[Rule], Rule]:
    """Register a rule that finds accounts, under a name that is kept with what waits to be delivered."""

    def register(rule: Rule) -> Rule:
        RULES[name] = rule
        return rule

    return register
