"""What both databases hold of a vote in the hall: opened, its rule stands; closed, it stays so."""

from __future__ import annotations

from portal.kit.constraints import ColumnsStand, Unchanging
from portal.voting.models.choices import HALL

# What decides how it is counted, and who is asked. The fingerprint of the roll is written last of all.
OPENED = (
    "neighbourhood_id",
    "scope_id",
    "subject",
    "title",
    "electorate",
    "matter",
    "rule",
    "options",
    "secret",
    "duplicates",
    "opens_at",
    "roll_sha256",
    "repeats_id",
)


class OpenedInHall(ColumnsStand):
    """Of a vote that was opened in the hall no rule is changed, nor who is asked."""

    when = f"OLD.matter = '{HALL}' AND OLD.roll_sha256 <> ''"
    columns = OPENED


class ClosedInHall(ColumnsStand):
    """A vote that was closed in the hall is not opened again."""

    when = f"OLD.matter = '{HALL}' AND OLD.ended_at IS NOT NULL"
    columns = ("ended_at", "closes_at")


class Present(Unchanging):
    """Who has a voice was fixed when the vote was opened."""
