"""What both databases hold of the time people served: no overlap, and no more minutes than the time between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Func

from portal.kit.constraints import WrittenConstraint


class MinutesBetween(Func):
    """Whole minutes from the first moment to the second."""

    arity = 2
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[str | int, ...]]:
        """Moments are kept as text; a day is 1,440 minutes."""
        start, end = self._parts(compiler)
        return f"CAST(ROUND((julianday({end}) - julianday({start})) * 1440) AS INTEGER)", ()

    def as_postgresql(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """The same from an interval."""
        start, end = self._parts(compiler)
        return f"CAST(EXTRACT(EPOCH FROM ({end} - {start})) / 60 AS INTEGER)", ()

    def _parts(self, compiler: Any) -> tuple[str, str]:
        start, end = (compiler.compile(part)[0] for part in self.get_source_expressions())
        return start, end


class NoOverlap(WrittenConstraint):
    """Rows of one `owner` in one `state` never overlap in time: an exclusion constraint, on SQLite two triggers.

    PostgreSQL needs its own extension btree_gist, which the owner of a database may create. A row that ends
    where another begins does not overlap it. Both databases answer with IntegrityError naming the constraint.
    """

    def __init__(self, *, owner: str, starts: str, ends: str, state: str, among: str, name: str) -> None:
        super().__init__(name=name)
        self.owner, self.starts, self.ends, self.state, self.among = owner, starts, ends, state, among

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        said = {
            "owner": self.owner,
            "starts": self.starts,
            "ends": self.ends,
            "state": self.state,
            "among": self.among,
        }
        return path, args, {**kwargs, **said}

    def making(self, vendor: str) -> list[str]:
        """The exclusion, or a trigger for each event."""
        return (
            list(EXCLUSION)
            if vendor == "postgresql"
            else [TRIGGER.replace("%(event)s", event) for event in EVENTS]
        )

    def taking_off(self, vendor: str) -> list[str]:
        """Without it."""
        if vendor == "postgresql":
            return ["ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"]
        return [f"DROP TRIGGER IF EXISTS %(name)s_{event}" for event in EVENTS]

    def parts(self, model: Any) -> dict[str, Any]:
        """The columns it compares, and the state in which rows count."""
        fields = {"owner": self.owner, "starts": self.starts, "ends": self.ends, "state": self.state}
        columns = {part: model._meta.get_field(field).column for part, field in fields.items()}
        return {**columns, "among": self.among}


EVENTS = ("insert", "update")
EXCLUSION = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s EXCLUDE USING gist "
    "(%(owner)s WITH =, tstzrange(%(starts)s, %(ends)s) WITH &&) WHERE (%(state)s = '%(among)s')",
)
TRIGGER = """
CREATE TRIGGER %(name)s_%(event)s BEFORE %(event)s ON %(table)s
WHEN NEW.%(state)s = '%(among)s' AND EXISTS (
  SELECT 1 FROM %(table)s other
   WHERE other.%(owner)s = NEW.%(owner)s AND other.%(state)s = '%(among)s' AND other.id IS NOT NEW.id
     AND other.%(starts)s < NEW.%(ends)s AND NEW.%(starts)s < other.%(ends)s
)
BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END
"""
