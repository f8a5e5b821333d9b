"""What both databases hold of a questionnaire: once a survey is frozen, what it asks is not changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.kit.constraints import WrittenConstraint


class Frozen(WrittenConstraint):
    """A trigger that refuses to change a row of a survey that is frozen; on PostgreSQL to delete one, too.

    `survey`: SQL that finds the survey of the row `OLD`. SQLite lets rows be deleted by hand, so that a test's rows can
    be put back; that none is added is held by the one writer (portal.surveys.building.laying).
    """

    def __init__(self, *, survey: str, name: str) -> None:
        super().__init__(name=name)
        self.survey = survey

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "survey": self.survey}

    def making(self, vendor: str) -> tuple[str, ...]:
        """A trigger."""
        return CREATE[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return DROP[vendor]

    def parts(self, model: Any) -> dict[str, Any]:
        """How the survey is found."""
        return {"survey": self.survey}


_STANDS = "EXISTS (SELECT 1 FROM surveys_survey WHERE id = (%(survey)s) AND frozen_at IS NOT NULL)"
CREATE = {
    "postgresql": (
        "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$ BEGIN IF " + _STANDS + " THEN "
        "RAISE EXCEPTION 'constraint failed: %(name)s' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s()",
    ),
    "sqlite": (
        "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s WHEN " + _STANDS + " "
        "BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END",
    ),
}
DROP = {
    "postgresql": ("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", "DROP FUNCTION IF EXISTS %(name)s()"),
    "sqlite": ("DROP TRIGGER IF EXISTS %(name)s",),
}
OF_SURVEY = "OLD.survey_id"
OF_QUESTION = "SELECT survey_id FROM surveys_question WHERE id = OLD.question_id"
