"""The frozen rule of a call as it stands in the comment of a Pabulib file, for people and for the recomputation."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.funds.allocating.elections import Election, Rules

MARK = "portal-fund-call/1"
RULE = re.compile(
    rf"{MARK}: rule (equal-shares|greedy), completion (add1-greedy|greedy|none), tie (number|cheaper), "
    r"minimum votes (\d{1,9}), floor for dear projects (yes|no), comparison (yes|no)"
)


def said(election: Election, rules: Rules, unit: str) -> str:
    """The comment: the unit of all amounts, every rule, and of which projects at most one is funded."""
    groups: dict[str, list[str]] = {}
    for one in election.projects:
        if one.group:
            groups.setdefault(one.group, []).append(one.id)
    parts = [
        f"{MARK}: rule {rules.rule}, completion {rules.completion}, tie {rules.tie}, "
        f"minimum votes {rules.minimum_votes}, floor for dear projects {_yes(rules.dear_floor)}, "
        f"comparison {_yes(rules.comparison)}",
        *([f"amounts in {unit}"] if unit else []),
        *(f"at most one of {', '.join(ids)} is funded ({group})" for group, ids in sorted(groups.items())),
    ]
    return " | ".join(parts)


def rules_of(meta: Mapping[str, str]) -> Rules | None:
    """The rules that a file of a call says it is computed by; None: it says nothing of the kind."""
    found = RULE.search(meta.get("comment", ""))
    if found is None:
        return None
    rule, completion, tie, least, floor, comparison = found.groups()
    return Rules(rule, completion, tie, int(least), floor == "yes", comparison == "yes")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
