"""What both databases hold of a book: a line that was written is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint


class AppendOnly(BaseConstraint):
    """Rows of a table are only ever added: a trigger refuses to change one, on PostgreSQL to delete one too.

    SQLite lets rows be deleted by hand (so that a test's rows can be put back); a gap in the numbers and in the chain
    of fingerprints shows it, and `manage.py verify_books` looks for both. The database's error names the constraint.
    """

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """For migrations."""
        return super().deconstruct()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AppendOnly) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Nothing: the models refuse, the database holds the rule."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Not part of CREATE TABLE: it follows once the table stands."""
        schema_editor.deferred_sql.extend(self._statements(CREATE, model, schema_editor))

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        """Add it to a table that stands."""
        for statement in self._statements(CREATE, model, schema_editor):
            schema_editor.execute(statement, params=None)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        """Take it off again."""
        for statement in self._statements(DROP, model, schema_editor):
            schema_editor.execute(statement, params=None)

    def _statements(
        self, sql: dict[str, tuple[str, ...]], model: Any, editor: BaseDatabaseSchemaEditor
    ) -> list[Statement]:
        table = Table(model._meta.db_table, editor.quote_name)
        return [Statement(one, table=table, name=self.name) for one in sql[editor.connection.vendor]]


CREATE = {
    "postgresql": (
        "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'constraint failed: %(name)s' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s()",
    ),
    "sqlite": (
        "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s "
        "BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END",
    ),
}
DROP = {
    "postgresql": ("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", "DROP FUNCTION IF EXISTS %(name)s()"),
    "sqlite": ("DROP TRIGGER IF EXISTS %(name)s",),
}
