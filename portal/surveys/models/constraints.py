"""What both databases hold of a questionnaire: once a survey is frozen, what it asks is not changed."""

from __future__ import annotations

from portal.kit.constraints import Unchanging


class Frozen(Unchanging):
    """A row that `stands` is not changed.

    It asks the row alone: a trigger that names other tables would be in the way of whoever alters those on SQLite.
    That none is added is held by the one writer (portal.surveys.building.laying).
    """

    only = "OLD.stands"
