"""What a reader asks of the workbench: the page and the file made of it show the same."""

from __future__ import annotations

from django.http import QueryDict

from portal.duties.desk import Desk, found, sorted_by
from portal.duties.forms import DeskForm
from portal.duties.models import DutyQuerySet


class Question:
    """Which tab, what of it, in which order; whatever cannot be understood is not asked for.

    `tabs`: what the reader may choose; `shut`: how many promises the reader cannot open; `whose`: the tab.
    """

    def __init__(self, desk: Desk, asked: QueryDict) -> None:
        self.tabs, self.shut = desk.counted()
        self.whose = self._whose(desk, asked.get("whose", ""))
        part = desk.part(self.whose)
        self.form = DeskForm(asked, here=desk.here, part=part)
        self.asked = self.form.asked()
        self.listed = found(part, self.asked)

    @property
    def ordered(self) -> DutyQuerySet:
        """What was asked for, in the order that was asked for."""
        return sorted_by(self.listed, self.asked["sort"])

    def _whose(self, desk: Desk, named: str) -> str:
        if named in {tab.name for tab in self.tabs}:
            return named
        # Whoever owes nothing here and watches over others begins with these.
        return "mine" if self.tabs[0].count or not desk.watching else "all"
