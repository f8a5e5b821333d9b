"""What both databases hold of answers: they stand one level deep, in the discussion of what they answer."""

from __future__ import annotations

from portal.kit.constraints import WrittenConstraint


class OneLevelDeep(WrittenConstraint):
    """A post stands under one of the same discussion that stands by itself. A trigger refuses any other.

    What a post stands under is written once, with the post, so the other direction (something with answers that goes
    under another) is refused by asking for answers too.
    """

    def making(self, vendor: str) -> tuple[str, ...]:
        """A trigger for new posts, and one for a post that is moved."""
        return MAKING[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return TAKING_OFF[vendor]


WRONG = (
    "NEW.under_id = NEW.id OR EXISTS (SELECT 1 FROM %(table)s above WHERE above.id = NEW.under_id "
    "AND (above.under_id IS NOT NULL OR above.thread_id <> NEW.thread_id)) "
    "OR EXISTS (SELECT 1 FROM %(table)s below WHERE below.under_id = NEW.id)"
)
EVENTS = {"new": "INSERT", "moved": "UPDATE OF under_id, thread_id"}
MAKING = {
    "postgresql": (
        "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger AS $$ BEGIN "
        f"IF {WRONG} THEN "
        "RAISE EXCEPTION 'constraint failed: %(name)s' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        *(
            f"CREATE TRIGGER %(name)s_{name} BEFORE {event} ON %(table)s FOR EACH ROW "
            "WHEN (NEW.under_id IS NOT NULL) EXECUTE FUNCTION %(name)s()"
            for name, event in EVENTS.items()
        ),
    ),
    "sqlite": tuple(
        f"CREATE TRIGGER %(name)s_{name} BEFORE {event} ON %(table)s WHEN NEW.under_id IS NOT NULL AND ({WRONG}) "
        "BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END"
        for name, event in EVENTS.items()
    ),
}
TAKING_OFF = {
    "postgresql": (
        *(f"DROP TRIGGER IF EXISTS %(name)s_{name} ON %(table)s" for name in EVENTS),
        "DROP FUNCTION IF EXISTS %(name)s()",
    ),
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS %(name)s_{name}" for name in EVENTS),
}
