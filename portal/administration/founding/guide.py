"""The questions of `manage.py found`: each answer is looked at at once, and nothing is made before the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from portal.administration.founding.columns import COLUMNS, Column
from portal.administration.founding.plans import Plan, plan
from portal.administration.founding.rows import Row
from portal.community.models import Area, Kind

BACK = frozenset({"<", "＜"})
LEFT_OUT = frozenset({"-", "－"})
YES = frozenset({"y", "yes", "是", "好", "对"})
NO = frozenset({"n", "no", "否", "不"})
# What is asked of a person only where a name was given.
OF_A_PERSON = ("director", "officer", "operator")
# From here on an answer is compared with what is there.
COMPARED = frozenset({"slug", "buildings", "director_phone", "officer_phone", "operator_phone"})


class Stopped(Exception):
    """Whoever answers has had enough."""


class Guide:
    """Asks for one neighbourhood. `ask` shows a text and returns what was typed; EOFError or Ctrl+C end it."""

    def __init__(self, ask: Callable[[str], str], say: Callable[[str], object]) -> None:
        self._ask, self._say = ask, say
        self._given: dict[str, Any] = {}

    def ask(self) -> None:
        """All the questions, until each has an answer that can stand. Raises Stopped."""
        self._say(_("One neighbourhood. Enter takes what stands in [brackets], - leaves the answer out."))
        self._say(_("< goes back to the question before, Ctrl+C ends; nothing is made before you say yes."))
        at = 0
        while at < len(COLUMNS):
            column = COLUMNS[at]
            if not self._is_asked(column):
                self._given.pop(column.key, None)
                at += 1
            elif self._answer(column):
                at += 1
            else:
                at = self._before(at)

    def plan(self) -> Plan:
        """What the answers come to, compared with what is there now."""
        return plan([Row(1, dict(self._given))])

    def confirm(self) -> None:
        """Ask until there is a yes; all the answers wait. Raises Stopped for a no."""
        while (said := self._read(_("Make this? (yes/no)")).lower()) not in YES:
            if said in NO:
                raise Stopped

    def _answer(self, column: Column) -> bool:
        """Ask until the answer is right; False: back."""
        default = self._default(column)
        while True:
            typed = self._read(f"{self._question(column)}{f' [{default}]' if default else ''}")
            if typed in BACK:
                return False
            why = self._refused(column, "" if typed in LEFT_OUT else typed or default)
            if not why:
                return True
            self._say(f"  ! {why}")

    def _question(self, column: Column) -> str:
        """What is asked; of a person by the name that was given."""
        who, _sign, what = column.key.partition("_")
        if not what or who not in OF_A_PERSON:
            return str(column.question)
        return _("%(name)s, %(what)s") % {"name": self._given.get(who), "what": column.question}

    def _refused(self, column: Column, text: str) -> str:
        """Why an answer cannot stand; empty: it is taken."""
        try:
            self._given[column.key] = column.read(text)
        except ValueError as why:
            return str(why)
        problems = self.plan().problems if column.key in COMPARED else []
        if problems:
            del self._given[column.key]
        return problems[0].reason if problems else ""

    def _is_asked(self, column: Column) -> bool:
        """A number and a title belong to a name; where a subdistrict is known, so is its address."""
        who, _sign, what = column.key.partition("_")
        if what and who in OF_A_PERSON:
            return bool(self._given.get(who))
        if column.key == "subdistrict_slug":
            return not _known(Kind.SUBDISTRICT, self._given["subdistrict"])
        if column.key == "buildings":
            return bool(self._given.get("estates"))
        return True

    def _before(self, at: int) -> int:
        """The question asked before."""
        return next((n for n in range(at - 1, -1, -1) if self._is_asked(COLUMNS[n])), 0)

    def _default(self, column: Column) -> str:
        """What is most likely meant: the answer given before, the only district or subdistrict, the usual title."""
        given = self._given.get(column.key)
        if isinstance(given, str) and given:
            return given
        if column.key in {"district", "subdistrict"}:
            return _only(Kind(column.key))
        return column.example if column.key.endswith("_title") else ""

    def _read(self, question: str) -> str:
        try:
            return self._ask(question + _(": ")).strip()
        except (EOFError, KeyboardInterrupt) as end:
            raise Stopped from end


def _only(kind: Kind) -> str:
    found = list(Area.objects.filter(kind=kind)[:2])
    return found[0].name if len(found) == 1 else ""


def _known(kind: Kind, name: str) -> bool:
    return Area.objects.filter(kind=kind, name=name).exists()
