"""What both databases hold of a call: once its rules are frozen, they are not changed."""

from __future__ import annotations

from portal.kit.constraints import ColumnsStand, Unchanging

# Everything of a call that decides something, or that somebody who applies relies on.
RULES = (
    "fund_id",
    "year",
    "title",
    "about",
    "opens_at",
    "closes_at",
    "pot",
    "cap",
    "applicants",
    "ballot",
    "rule",
    "completion",
    "minimum_votes",
    "dear_floor",
    "comparison",
    "tie",
    "eligibility_days",
    "review_days",
    "notice_days",
    "reviewers_least",
    "posted_days",
    "progress_months",
    "change_percent",
)
# With what names the rules and says since when they stand: nobody thaws a call.
FROZEN = (*RULES, "frozen_at", "fingerprint")


class Stands(Unchanging):
    """A row that `stands` is not changed.

    It asks the row alone: a trigger that names other tables would be in the way of whoever alters those on SQLite.
    That none is added is held by the one writer (portal.funds.calls.services.rounds); the fingerprint would tell.
    """

    only = "OLD.stands"


class RulesStand(ColumnsStand):
    """Of a frozen call no rule is changed. What happens to it (state, vote, money given) goes on."""

    when = "OLD.frozen_at IS NOT NULL"
    columns = FROZEN


class BallotStands(ColumnsStand):
    """Of a project that is put to the residents nothing changes that stands on the ballot, or decides by it."""

    when = "OLD.state = 'voting'"
    columns = ("call_id", "number", "title", "costs", "other_sources", "asked", "exclusion", "option")
