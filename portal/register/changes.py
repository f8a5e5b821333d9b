"""What a roster changes about a dwelling: kept as names of fields and plain values, read in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Right, Usage
from portal.kit import wording

CALLED = {
    "area": gettext_lazy("area"),
    "usage": gettext_lazy("use"),
    "owners": gettext_lazy("owner"),
    "right": gettext_lazy("right"),
    "voter": gettext_lazy("who votes"),
    "phone": gettext_lazy("phone"),
    "homes": gettext_lazy("lives there by the roster"),
}


@dataclass(frozen=True)
class Change:
    """One thing that differs, a key of CALLED, with plain JSON before and after.

    Areas are in hundredths of a square metre, people a list of names; nobody, and no number, are empty.
    """

    name: str
    before: Any
    after: Any

    @property
    def what(self) -> str:
        """What differs, as staff read it."""
        return str(CALLED.get(self.name, self.name))

    @property
    def old(self) -> str:
        """What it was."""
        return _said(self.name, self.before)

    @property
    def new(self) -> str:
        """What it is then."""
        return _said(self.name, self.after)

    @property
    def doubtful(self) -> bool:
        """Whether an area changes by more than half, which is more often a slip than a fact."""
        return self.name == "area" and abs(self.after - self.before) * 2 > self.before

    def to_keep(self) -> list[Any]:
        """As plain JSON."""
        return [self.name, self.before, self.after]


READ: dict[str, Callable[[Any], str]] = {
    "area": wording.area,
    "usage": lambda value: str(Usage(value).label),
    "right": lambda value: str(Right(value).label),
    "owners": lambda names: "、".join(names) or _("nobody"),
    "homes": lambda names: "、".join(names) or _("nobody"),
    "voter": lambda name: name or _("nobody"),
    "phone": lambda number: number or _("none"),
}


def _said(name: str, value: Any) -> str:
    return READ[name](value) if name in READ else str(value)
