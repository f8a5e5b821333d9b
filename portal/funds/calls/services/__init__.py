"""What is done with funds, their money, and their calls. Every amount is in whole fen."""

from __future__ import annotations

from portal.funds.calls.services.lacks import require_ready
from portal.funds.calls.services.money import (
    add_source,
    correct,
    edit_source,
    end_source,
    receive,
    resume_source,
    reverse,
    spend,
)
from portal.funds.calls.services.opening import edit_fund, open_fund, reopen, require_settled, wind_up
from portal.funds.calls.services.rounds import cancel_call, close_call, open_call, tell_due
from portal.funds.calls.services.writing import (
    choose_rules,
    copy_call,
    edit_call,
    plan,
    sort_costs,
    weigh,
    write_call,
)

__all__ = [
    "require_ready",
    "tell_due",
    "add_source",
    "cancel_call",
    "choose_rules",
    "close_call",
    "copy_call",
    "correct",
    "edit_call",
    "edit_fund",
    "edit_source",
    "end_source",
    "open_call",
    "open_fund",
    "plan",
    "receive",
    "reopen",
    "require_settled",
    "resume_source",
    "reverse",
    "sort_costs",
    "spend",
    "weigh",
    "wind_up",
    "write_call",
]
