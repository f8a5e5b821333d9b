"""What an import writes, row by row, as it was and as it is: so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Field, Model

from portal.community.models import Dwelling, Ownership, Person, Residency
from portal.kit.batches import BATCH
from portal.register.differences import Difference
from portal.register.models import Import, ImportedRow

TABLES: dict[str, type[Model]] = {
    "dwelling": Dwelling,
    "ownership": Ownership,
    "residency": Residency,
    "person": Person,
}
HELD = ("since", "until", "status", "method", "verified_at", "verified_by_id")
# What an import may write; what else is corrected later does not stand in its way.
FIELDS: dict[str, tuple[str, ...]] = {
    "dwelling": ("exclusive_area", "usage"),
    "ownership": (*HELD, "right", "is_voter"),
    "residency": HELD,
    "person": ("phone",),
}
# Rows of a relation that nobody else may have moved meanwhile.
WHOSE = ("person_id", "dwelling_id")


def state_of(thing: Model) -> dict[str, Any]:
    """The fields of a thing that an import may write, as plain JSON."""
    names = FIELDS[table_of(thing)]
    if isinstance(thing, Ownership | Residency):
        names = (*names, *WHOSE)
    return {name: _plain(getattr(thing, name)) for name in names}


def restore(thing: Model, state: dict[str, Any]) -> None:
    """Put a state back into a thing; it is not saved."""
    for name, value in state.items():
        kind: Field[Any, Any] = thing._meta.get_field(name.removesuffix("_id"))  # type: ignore[assignment]
        setattr(thing, name, value if name.endswith("_id") else kind.to_python(value))


def table_of(thing: Model) -> str:
    """How a table is called in the journal."""
    return str(thing._meta.model_name)


class Journal:
    """Gathers during one import, and is written once."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[Difference, Model, dict[str, Any] | None]] = {}

    def keep(self, row: Difference, *things: Model) -> None:
        """Say that things are about to change; the first time counts."""
        for thing in things:
            self._before.setdefault(id(thing), (row, thing, state_of(thing)))

    def made(self, row: Difference, thing: Model) -> None:
        """Say that a row makes a thing."""
        self._before.setdefault(id(thing), (row, thing, None))

    def write(self, roster: Import, rows: Iterable[Difference]) -> None:
        """Keep all of it with its import."""
        touched: dict[int, list[Any]] = {}
        for row, thing, before in self._before.values():
            after = state_of(thing)
            if before != after:
                touched.setdefault(id(row), []).append([table_of(thing), thing.pk, before, after])
        kept = [
            ImportedRow(
                roster=roster,
                line=row.entry.line,
                where=row.where[:130],
                new=any(
                    table == "dwelling" and before is None
                    for table, _pk, before, _after in touched.get(id(row), [])
                ),
                changes=[change.to_keep() for change in row.changes],
                touched=touched.get(id(row), []),
                lost=[title.person_id for title in row.ended],
                gained=[person.pk for person in row.gained],
            )
            for row in rows
        ]
        ImportedRow.objects.bulk_create(kept, batch_size=BATCH)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
