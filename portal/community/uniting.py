"""Making one of two records of the same human: what each app says of rows that one person can hold only once.

An app above registers its rows in its module `uniting`, which is found at the start. Whatever else points at a
person, in any table, moves without being named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community.models import Look, Person, User
from portal.community.rowchanges import RowChanges, Step, ties
from portal.kit.errors import NotPossible


@dataclass
class Union:
    """Two records on their way into one: `kept` stays, `other` is united into it; by whom, and why.

    `notes`: what clashed, in words.
    """

    kept: Person
    other: Person
    by: User
    reason: str = ""
    changes: RowChanges = field(default_factory=RowChanges)
    notes: list[str] = field(default_factory=list)
    # Clashes of which something is not kept, so that the two cannot be parted again.
    final: list[str] = field(default_factory=list)
    # What does not move, by table and field.
    staying: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))

    @property
    def both(self) -> list[Person]:
        """The two, in no order."""
        return [self.kept, self.other]

    def stays(self, row: models.Model, name: str = "person") -> None:
        """Let a row keep naming, in a field, the record that is united into the other."""
        self.staying[row._meta.label_lower, name].append(row.pk)


Settle = Callable[[Union], None]
SettleTwo = Callable[[Union, Any, Any], None]


def drop(union: Union, earlier: models.Model, later: models.Model) -> None:
    """The later of two rows goes; the earlier act stands."""
    union.changes.remove(later)


@dataclass(frozen=True)
class Double:
    """Rows of which one person holds only one: those alike in `alike`. The earlier act stands: the first by `first`.

    `settle(union, earlier, later)`: what becomes of the later one, default that it goes. `note(later)`: what is
    said of it in the preview. `among`: which rows count.
    """

    model: type[models.Model]
    alike: tuple[str, ...]
    first: tuple[str, ...]
    note: Callable[[Any], str]
    settle: SettleTwo = drop
    among: Q = field(default_factory=Q)

    def __call__(self, union: Union) -> None:
        """Settle each pair of rows that clash."""
        for earlier, later in self._pairs(union):
            union.notes.append(self.note(later))
            self.settle(union, earlier, later)

    def _pairs(self, union: Union) -> Iterator[tuple[Any, Any]]:
        mine = Q(person__in=union.both)
        found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for row in self.model._base_manager.filter(mine, self.among).order_by(*self.first, "pk"):
            found[tuple(getattr(row, name) for name in self.alike)].append(row)
        for rows in found.values():
            yield from ((rows[0], later) for later in rows[1:])


Since = Callable[[Person, datetime], str]
# What the parted records were, by whom they are parted, and the steps that were undone.
Parted = Callable[[User, list[Step]], None]
_SETTLES: dict[str, Settle] = {}
_SINCE: dict[str, Since] = {}
_PARTED: dict[str, Parted] = {}
# What may come after a union without hindering that the two are parted: reading, and the trace of the acts.
# The account is settled by itself.
BESIDE: set[str] = {model._meta.label_lower for model in (Look, Person, User)}


def register(name: str, settle: Settle) -> None:
    """Let an app settle what clashes in its tables. Done before anything moves, in the order of registering."""
    _SETTLES[name] = settle


def register_since(name: str, found: Since) -> None:
    """Let an app say what was done since a union that keeps the two from being parted; empty: nothing."""
    _SINCE[name] = found


def register_parted(name: str, parted: Parted) -> None:
    """Let an app keep a trace, or tell somebody, when two records were parted again."""
    _PARTED[name] = parted


def unite(union: Union) -> None:
    """Settle what clashes, and move everything else, of every table. NotPossible where something clashes still."""
    try:
        with transaction.atomic():
            for settle in _SETTLES.values():
                settle(union)
            for model, name in _tables(union.kept):
                stay = union.staying.get((model._meta.label_lower, name), ())
                union.changes.move(model, name, union.other, union.kept, but=stay)
    except IntegrityError as error:
        raise NotPossible(
            _("What these two have done cannot be brought together. Please ask the operator.")
        ) from error


def held_by(person: Person) -> dict[str, list[int]]:
    """How many rows of each table point at a person, and the key of the last: whether anything new came since."""
    counted = {}
    for model, name in _tables(person):
        found = model._base_manager.filter(**{name: person}).aggregate(
            number=models.Count("pk"), last=models.Max("pk") if _counts_up(model) else models.Count("pk")
        )
        if found["number"]:
            counted[f"{model._meta.label_lower}.{name}"] = [found["number"], found["last"]]
    return counted


def done_since(person: Person, moment: datetime) -> list[str]:
    """What apps know to have happened since a union, in words."""
    return [text for found in _SINCE.values() if (text := found(person, moment))]


def parted(by: User, steps: list[Step]) -> None:
    """Tell the apps that a union was taken back, step by step."""
    for tell in _PARTED.values():
        tell(by, steps)


def _tables(person: Person) -> list[tuple[type[models.Model], str]]:
    return [(model, name) for model, name in ties(person) if model._meta.label_lower not in BESIDE]


def _counts_up(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField)
