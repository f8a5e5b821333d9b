"""What time does on building boards."""

from __future__ import annotations

from portal.boards.services import boards, rota
from portal.duties.tick import job


@job
def found_boards() -> None:
    """Buildings that came before their neighbourhood's page, or before there were boards, get theirs."""
    boards.found_missing()


@job
def keep_rota() -> None:
    """Wishes to swap that nobody answered lapse, and tomorrow's households are told."""
    rota.lapse_unanswered()
    rota.tell_tomorrow()
