"""Most votes first: what does not fit is skipped."""

from __future__ import annotations

from collections.abc import Collection

from portal.funds.allocating.rules.fields import Field


def most_votes_first(field: Field, chosen: Collection[int] = ()) -> list[int]:
    """What is funded beside what was chosen already, in the order of the choice.

    Never above the pot, never two of an exclusion group, never a project out of the running.
    """
    left = field.budget - sum(field.costs[project] for project in chosen)
    barred = {rival for project in chosen for rival in field.rivals[project]}
    added = []
    for project in sorted(field.running - set(chosen), key=lambda one: (-field.votes[one], one)):
        if project in barred or field.costs[project] > left:
            continue
        added.append(project)
        left -= field.costs[project]
        barred |= field.rivals[project]
    return added
