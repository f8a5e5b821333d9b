"""A constraint whose SQL is written by hand, for each database its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint


class WrittenConstraint(BaseConstraint):
    """Statements that make it and take it off again, by the vendor of the database; what a migration holds is its name.

    The statements name the `%(table)s`, the constraint's `%(name)s`, and what else `parts` says.
    """

    def making(self, vendor: str) -> Iterable[str]:
        """The statements that make it on a table that stands."""
        raise NotImplementedError

    def taking_off(self, vendor: str) -> Iterable[str]:
        """The statements that take it off again."""
        raise NotImplementedError

    def parts(self, model: Any) -> dict[str, Any]:
        """What the statements name besides the table and the constraint."""
        return {}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Nothing: services say it in the reader's words, the database holds it."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Not part of CREATE TABLE: it follows once the table stands."""
        made = self.making(schema_editor.connection.vendor)
        schema_editor.deferred_sql.extend(self._statements(made, model, schema_editor))

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        """Add it to a table that stands."""
        self._run(self.making(schema_editor.connection.vendor), model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        """Take it off again."""
        self._run(self.taking_off(schema_editor.connection.vendor), model, schema_editor)

    def _run(self, sql: Iterable[str], model: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in self._statements(sql, model, editor):
            editor.execute(statement, params=None)

    def _statements(
        self, sql: Iterable[str], model: Any, editor: BaseDatabaseSchemaEditor
    ) -> list[Statement]:
        table = Table(model._meta.db_table, editor.quote_name)
        return [Statement(one, table=table, name=self.name, **self.parts(model)) for one in sql]


class Unchanging(WrittenConstraint):
    """A trigger refuses to change a row, and on PostgreSQL to delete one too. Its error names the constraint.

    SQLite lets rows be deleted by hand, so that a test's rows can be put back. `only`: for which rows this holds, as a
    condition on OLD; all of them where it is empty.
    """

    only: ClassVar[str] = ""

    def making(self, vendor: str) -> tuple[str, ...]:
        """A trigger."""
        return REFUSE[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return ALLOW[vendor]

    def parts(self, model: Any) -> dict[str, Any]:
        """When it refuses."""
        return {"when": f" WHEN ({self.only})" if self.only else ""}


REFUSE = {
    "postgresql": (
        "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'constraint failed: %(name)s' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW%(when)s "
        "EXECUTE FUNCTION %(name)s()",
    ),
    "sqlite": (
        "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s%(when)s "
        "BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END",
    ),
}
ALLOW = {
    "postgresql": ("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", "DROP FUNCTION IF EXISTS %(name)s()"),
    "sqlite": ("DROP TRIGGER IF EXISTS %(name)s",),
}
