"""What the pages of an application read: how far it is written, the budget with its sums, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from portal.community.models import User, Visitor
from portal.duties.models import Duty
from portal.duties.services import who_owes
from portal.funds.applying import changes
from portal.funds.applying.people import behind
from portal.funds.applying.selectors import asked_about
from portal.funds.applying.steps import (
    CHECK,
    STEPS,
    Lack,
    Step,
    above_share,
    after,
    before,
    lacking,
    quantity_words,
)
from portal.funds.models import Application, BudgetLine, PaidBy
from portal.funds.states import WRITABLE
from portal.record.services import key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Hundredths of the progress line's width that lie between two parts.
GAP = 1
WHOLE = 100


@dataclass(frozen=True)
class Part:
    """A part of the form as the progress line and the list of parts show it. `x` and `width` in percent."""

    step: Step
    url: str
    status: str
    lacks: list[Lack]
    begun: bool
    x: str
    width: str

    @property
    def done(self) -> bool:
        """Whether it was saved and nothing is missing in it."""
        return self.begun and not self.lacks

    @property
    def title(self) -> StrOrPromise:
        """What it is called."""
        return self.step.label


class Way:
    """How far an application is written, seen from one of its parts or from the check."""

    def __init__(self, application: Application, at: str) -> None:
        self.application, self.at = application, at

    @cached_property
    def lacks(self) -> list[Lack]:
        """Everything that is missing, asked once a page."""
        return lacking(self.application)

    @cached_property
    def parts(self) -> list[Part]:
        """All parts in their order."""
        width = WHOLE // len(STEPS)
        return [self._part(number, step, width) for number, step in enumerate(STEPS)]

    @property
    def number(self) -> int:
        """The place of this part, from 1."""
        return [*(step.key for step in STEPS), CHECK].index(self.at) + 1

    @property
    def total(self) -> int:
        """How many there are; the check that follows is none of them."""
        return len(STEPS)

    @property
    def done(self) -> int:
        """How many parts are complete."""
        return sum(part.done for part in self.parts)

    @property
    def back(self) -> str:
        """The address of the part before, if there is one."""
        key = before(self.at)
        return part_url(self.application, key) if key else ""

    @property
    def next(self) -> str:
        """The address of the part that follows, or of the check."""
        return part_url(self.application, after(self.at))

    def _part(self, number: int, step: Step, width: int) -> Part:
        missing = [lack for lack in self.lacks if lack.step == step.key]
        begun = step.key in self.application.written or (step.key == "budget" and self.application.costs > 0)
        status = "now" if step.key == self.at else "done" if begun and not missing else "todo"
        x, wide = f"{number * width}%", f"{width - GAP}%"
        return Part(step, part_url(self.application, step.key), status, missing, begun, x, wide)


@dataclass(frozen=True)
class Line:
    """A line of the budget as it is read: `quantity` without needless digits."""

    row: BudgetLine
    quantity: str
    quote_url: str


@dataclass(frozen=True)
class Budget:
    """The lines and what they come to, in fen; `over`: kinds of cost above their share, in words."""

    lines: list[Line]
    costs: int
    asked: int
    others: list[tuple[str, int]]
    cap: int
    over: list[str]

    @property
    def above_cap(self) -> bool:
        """Whether more is asked than a project can ask for."""
        return self.asked > self.cap


def part_url(application: Application, key: str) -> str:
    """The page of a part; of the check the page that hands in."""
    if key == CHECK:
        return reverse("funds:applying_act", args=[application.pk, "hand-in"])
    return reverse("funds:write", args=[application.pk, key])


def budget_of(application: Application) -> Budget:
    """The budget as it stands. One query."""
    rows = list(application.lines.select_related("cost_class", "quote"))
    others = [
        (str(label), sum(row.amount for row in rows if row.paid_by == value))
        for value, label in PaidBy.choices
        if value != PaidBy.GRANT
    ]
    return Budget(
        [_line(row) for row in rows],
        application.costs,
        application.asked,
        [(label, amount) for label, amount in others if amount],
        application.call.cap,
        above_share(application, rows),
    )


def check_page(application: Application, user: User) -> dict[str, Any]:
    """What the last page shows besides: what is missing, and all of it once more."""
    way = Way(application, CHECK)
    return {
        "application": application,
        "way": way,
        "back": way.back,
        "untouched": changes.untouched(application),
        "budget": budget_of(application),
        "activities": list(application.activities.all()),
        "behind": behind(user, application, list(application.co_applicants.select_related("person"))),
    }


def _line(row: BudgetLine) -> Line:
    url = reverse("funds:quote", args=[row.pk]) if row.quote_id else ""
    return Line(row, quantity_words(row.quantity), url)


@dataclass(frozen=True)
class Owed:
    """An application in a list, with who owes what about it by when; `asked`: the reader is asked to join it."""

    application: Application
    duty: Duty | None
    who: str
    asked: bool = False

    @property
    def unsent(self) -> bool:
        """Whether it can still be written."""
        return self.application.state in WRITABLE


def owed(applications: list[Application], user: Visitor) -> list[Owed]:
    """Some applications with what is owed about each, the nearest first. Four queries however many."""
    by_key = {key(one): one for one in applications}
    rows = (
        Duty.objects.active().filter(subject__in=by_key).select_related("person", "area").order_by("-due_at")
    )
    nearest = {duty.subject: duty for duty in rows}
    who = who_owes(nearest.values())
    found = [(one, nearest.get(name)) for name, one in by_key.items()]
    asked = set(asked_about(user).filter(application__in=applications))
    return [Owed(one, duty, who[duty.pk] if duty else "", one.pk in asked) for one, duty in found]
