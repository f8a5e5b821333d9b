"""What the page of the ballot shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.funds.ballot.selectors import call_of, on_ballot, rivals, standing
from portal.voting.forms import BallotForm
from portal.voting.models import Vote

# So many are encouraged, and never forced: a share that goes to one project alone is lost where that fails.
ENCOURAGED = 3


def page(vote: Vote, form: BallotForm) -> Mapping[str, Any]:
    """The projects in their order with what is ticked, those that are void, and which exclude each other."""
    call = call_of(vote)
    if call is None:
        return {"picks": [], "void": [], "rivals": {}, "fund_call": None, "pips": []}
    rows = on_ballot(call, vote)
    open_rows, ticked = standing(rows), _ticked(form)
    return {
        "fund_call": call,
        "picks": [(row, row.option in ticked) for row in open_rows],
        "void": [row for row in rows if row.void],
        "rivals": rivals(open_rows),
        "ticked": len(ticked),
        "pips": [place < len(ticked) for place in range(ENCOURAGED)],
        "order": vote.rule.get("order", ""),
    }


def _ticked(form: BallotForm) -> set[str]:
    """What came back with a form that was refused; a sealed ballot itself tells nobody."""
    value = form["choice"].value() if "choice" in form.fields else None
    return set(value) if isinstance(value, list) else set()
