"""What the director owes about the draft of a round: to open it, from the moment on at which nothing is missing."""

from __future__ import annotations

from portal.community.models import Post
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.calls.services.lacks import unready
from portal.funds.calls.wording import OPEN_CALL
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.kit import clock


def owe_opening(call: Call) -> None:
    """Let the director owe the opening of a draft that is complete; of one that is not, nothing is owed. Idempotent.

    Under the lock of the round, or in the transaction that makes it.
    """
    if call.state != CallState.DRAFT or unready(call):
        duties.drop(call, OPEN_CALL)
        return
    days = rule("funds.opening_working_days", call.neighbourhood)
    duties.open_duty(OPEN_CALL, call, due=add_working_days(clock.now(), days), post=Post.DIRECTOR)
