"""What time does to files of answers: long ones are made, old ones go."""

from __future__ import annotations

from portal.duties.tick import job
from portal.surveys.exchange import exports, services


@job
def make_exports() -> None:
    """Make the files that were asked for and are too long to be made at once."""
    exports.make_waiting()


@job
def drop_exports() -> None:
    """Files of answers lie a week."""
    services.take_away()
