"""What both databases hold of a call: once its rules are frozen, they are not changed."""

from __future__ import annotations

from typing import Any

from portal.kit.constraints import Unchanging, WrittenConstraint

# Everything of a call that decides something, or that somebody who applies relies on.
RULES = (
    "fund_id",
    "year",
    "title",
    "about",
    "opens_at",
    "closes_at",
    "pot",
    "cap",
    "applicants",
    "ballot",
    "rule",
    "completion",
    "minimum_votes",
    "dear_floor",
    "comparison",
    "tie",
    "eligibility_days",
    "review_days",
    "notice_days",
    "reviewers_least",
    "posted_days",
    "progress_months",
    "change_percent",
)
# With what names the rules and says since when they stand: nobody thaws a call.
FROZEN = (*RULES, "frozen_at", "fingerprint")


class Stands(Unchanging):
    """A row that `stands` is not changed.

    It asks the row alone: a trigger that names other tables would be in the way of whoever alters those on SQLite.
    That none is added is held by the one writer (portal.funds.calls.services.rounds); the fingerprint would tell.
    """

    only = "OLD.stands"


class ColumnsStand(WrittenConstraint):
    """Some columns are not changed of rows for which `when` holds; the others go on."""

    when = ""
    columns: tuple[str, ...] = ()

    def making(self, vendor: str) -> tuple[str, ...]:
        """A trigger that compares the columns one by one."""
        return REFUSE[vendor]

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


class RulesStand(ColumnsStand):
    """Of a frozen call no rule is changed. What happens to it (state, vote, money given) goes on."""

    when = "OLD.frozen_at IS NOT NULL"
    columns = FROZEN


class BallotStands(ColumnsStand):
    """Of a project that is put to the residents nothing changes that stands on the ballot, or decides by it."""

    when = "OLD.state = 'voting'"
    columns = ("call_id", "number", "title", "costs", "other_sources", "asked", "exclusion", "option")


REFUSE = {
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
