"""A constraint whose SQL is written by hand, for each database its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint


def in_order(earlier: str, later: str, *, name: str, same: bool = False) -> models.CheckConstraint:
    """What comes first has the earlier date: `later` lies after `earlier`, or (`same`) on it; one may be missing.

    Two columns of one row and no more: a CHECK that asks a function of dates for its day would hang on the time zone.
    """
    comparison = {f"{later}__gte" if same else f"{later}__gt": models.F(earlier)}
    return models.CheckConstraint(condition=models.Q(**comparison), name=name)


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


class ColumnsStand(WrittenConstraint):
    """Some columns are not changed of rows for which `when` holds; the others go on."""

    when: ClassVar[str] = ""
    columns: ClassVar[tuple[str, ...]] = ()

    def making(self, vendor: str) -> tuple[str, ...]:
        """A trigger that compares the columns one by one."""
        return REFUSE_COLUMNS[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return ALLOW[vendor]

    def parts(self, model: Any) -> dict[str, Any]:
        """Which columns."""
        return {
            "when": self.when,
            "differs": " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in self.columns),
            "is_not": " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in self.columns),
        }


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
REFUSE_COLUMNS = {
    "postgresql": (
        "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'constraint failed: %(name)s' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s FOR EACH ROW "
        "WHEN (%(when)s AND (%(differs)s)) EXECUTE FUNCTION %(name)s()",
    ),
    "sqlite": (
        "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s "
        "WHEN %(when)s AND (%(is_not)s) "
        "BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END",
    ),
}
ALLOW = {
    "postgresql": ("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", "DROP FUNCTION IF EXISTS %(name)s()"),
    "sqlite": ("DROP TRIGGER IF EXISTS %(name)s",),
}


class Words(WrittenConstraint):
    """An index over the words in some columns: on PostgreSQL a column made of them with a GIN index, on SQLite an FTS5
    table. Both, and their triggers, bear the constraint's name.

    The database keeps it in step with each row, by its generated column or by triggers, so that a copy of the
    rows brings the index with it. `content`: the table of the rows, which it keeps when Django makes it anew under
    another name on the way. `vector`: PostgreSQL's column, and of what it is made. `changed`: after what kind of change
    SQLite's index is written anew.
    """

    content: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    vector: ClassVar[tuple[str, str]]
    changed: ClassVar[str] = "UPDATE"

    def making(self, vendor: str) -> tuple[str, ...]:
        """The column or the table, and what keeps it in step."""
        return INDEX[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return UNINDEX[vendor]

    def parts(self, model: Any) -> dict[str, Any]:
        """Of what it is made."""
        column, made_of = self.vector
        return {
            "content": self.content,
            "columns": ", ".join(self.columns),
            "old": ", ".join(f"old.{one}" for one in self.columns),
            "new": ", ".join(f"new.{one}" for one in self.columns),
            "column": column,
            "made_of": made_of,
            "changed": self.changed,
        }


_GONE = "INSERT INTO %(name)s(%(name)s, rowid, %(columns)s) VALUES ('delete', old.id, %(old)s); "
_NEW = "INSERT INTO %(name)s(rowid, %(columns)s) VALUES (new.id, %(new)s); "
INDEX = {
    "postgresql": (
        "ALTER TABLE %(table)s ADD COLUMN %(column)s tsvector GENERATED ALWAYS AS (%(made_of)s) STORED",
        "CREATE INDEX %(name)s ON %(table)s USING gin (%(column)s)",
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS %(name)s USING fts5(%(columns)s, "
        "content='%(content)s', content_rowid='id', columnsize=0, prefix='1', tokenize='ascii')",
        f"CREATE TRIGGER %(name)s_new AFTER INSERT ON %(table)s BEGIN {_NEW}END",
        f"CREATE TRIGGER %(name)s_changed AFTER %(changed)s ON %(table)s BEGIN {_GONE}{_NEW}END",
        f"CREATE TRIGGER %(name)s_gone AFTER DELETE ON %(table)s BEGIN {_GONE}END",
    ),
}
UNINDEX = {
    "postgresql": ("ALTER TABLE %(table)s DROP COLUMN %(column)s",),
    "sqlite": (
        "DROP TRIGGER IF EXISTS %(name)s_new",
        "DROP TRIGGER IF EXISTS %(name)s_changed",
        "DROP TRIGGER IF EXISTS %(name)s_gone",
        "DROP TABLE IF EXISTS %(name)s",
    ),
}
