"""What both databases hold of a vote in the hall, opened or closed, and of the candidates of an election."""

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


class IntroducedBefore(ColumnsStand):
    """What candidates say of themselves changes only with the moment of the change, which lies before the opening."""

    when = "OLD.changed_at = NEW.changed_at"
    columns = ("words", "statement", "photo_id", "introduced_at")


class StandsForOption(ColumnsStand):
    """For which option of which vote somebody stands does not change; nor until when the introduction may."""

    when = "1 = 1"
    columns = ("vote_id", "option", "fixed_from")
