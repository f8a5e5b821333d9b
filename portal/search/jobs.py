"""What time does to the index: mending what was missed."""

from __future__ import annotations

from itertools import repeat

from portal.kit.periodic import in_time, job
from portal.search import services
from portal.search.kinds import kinds


@job
def mend_index() -> None:
    """Compare the next few things of each kind with their rows; go on at once while something is amiss.

    So all are looked at in turn, however many there are, and an index that is missing is soon there.
    """
    for kind in in_time(kinds()):
        for _turn in in_time(repeat(None)):
            if not services.mend(kind):
                break
