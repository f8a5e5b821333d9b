"""What both databases hold of a book: a line that was written is never changed."""

from __future__ import annotations

from portal.kit.constraints import WrittenConstraint


class AppendOnly(WrittenConstraint):
    """Rows of a table are only ever added: a trigger refuses to change one, on PostgreSQL to delete one too.

    SQLite lets rows be deleted by hand (so that a test's rows can be put back); a gap in the numbers and in the chain
    of fingerprints shows it, and `manage.py verify_books` looks for both. The database's error names the constraint.
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
