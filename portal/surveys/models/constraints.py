"""What both databases hold of a questionnaire: once a survey is frozen, what it asks is not changed."""

from __future__ import annotations

from portal.kit.constraints import WrittenConstraint


class Frozen(WrittenConstraint):
    """A trigger that refuses to change a row that `stands`; on PostgreSQL to delete one, too.

    It asks the row alone: a trigger that names other tables would be in the way of whoever alters those on SQLite.
    SQLite lets rows be deleted by hand, so that a test's rows can be put back; that none is added is held by the one
    writer (portal.surveys.building.laying).
    """

    def making(self, vendor: str) -> tuple[str, ...]:
        """A trigger."""
        return CREATE[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return DROP[vendor]


CREATE = {
    "postgresql": (
        "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'constraint failed: %(name)s' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW WHEN (OLD.stands) "
        "EXECUTE FUNCTION %(name)s()",
    ),
    "sqlite": (
        "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s WHEN OLD.stands "
        "BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END",
    ),
}
DROP = {
    "postgresql": ("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", "DROP FUNCTION IF EXISTS %(name)s()"),
    "sqlite": ("DROP TRIGGER IF EXISTS %(name)s",),
}
