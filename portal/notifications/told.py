"""How many accounts an act told, so that what is said after it claims no more than was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass
class Told:
    """Accounts that got news at once, and about how many get it from the periodic work."""

    accounts: set[int] = field(default_factory=set)
    later: int = 0

    def after(self, said: str, by: int) -> str:
        """What was done, and how many were told of it."""
        heard = self.said(by)
        return _("%(done)s %(told)s") % {"done": said, "told": heard} if heard else said

    def said(self, by: int) -> str:
        """In words, without whoever did it (the key of the account `by`); nothing where nobody was told."""
        if self.later:
            return _("%(n)s people are told within minutes.") % {"n": self.later}
        if number := len(self.accounts - {by}):
            return ngettext("%(n)s person was told.", "%(n)s people were told.", number) % {"n": number}
        return ""


_HEARD: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def listening() -> Iterator[Told]:
    """Count whom the services that run inside tell."""
    told = Told()
    before = _HEARD.set(told)
    try:
        yield told
    finally:
        _HEARD.reset(before)


def is_heard() -> bool:
    """Whether somebody counts."""
    return _HEARD.get() is not None


def note(accounts: Iterable[int] = (), later: int = 0) -> None:
    """Note that these accounts are told now, or that many later. Idle where nobody counts."""
    if told := _HEARD.get():
        told.accounts.update(accounts)
        told.later = max(told.later, later)
