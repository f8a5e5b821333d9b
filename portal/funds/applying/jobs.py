"""What time does to drafts: whoever wrote one is told in time that it is not handed in yet."""

from __future__ import annotations

from datetime import timedelta

from portal.actions.events import notify
from portal.community.rules import rule_once
from portal.funds.applying.events import UNSENT
from portal.funds.applying.selectors import writers
from portal.funds.models import Application, Call
from portal.funds.states import ApplicationState
from portal.kit import clock
from portal.kit.periodic import in_time, job
from portal.record.services import key


@job
def remind_of_drafts() -> None:
    """Some days before a round ends, those whose draft is not handed in are told once."""
    for call in in_time(Call.objects.taking().select_related("fund__neighbourhood")):
        remind(call)


def remind(call: Call) -> int:
    """Tell the writers of the drafts of a round that ends soon; once each. Returns how many drafts there were."""
    days = timedelta(days=rule_once("funds.draft_reminder_days", call.neighbourhood))
    if call.closes_at is None or call.closes_at - days > clock.now():
        return 0
    drafts = Application.objects.filter(call=call, state=ApplicationState.DRAFT)
    closes_at = call.closes_at.isoformat()
    for draft in drafts.select_related("call__fund__neighbourhood", "lead"):
        once = f"unsent:{key(draft)}:{closes_at}"
        notify(UNSENT, draft, writers(draft), once_per=once, closes_at=closes_at)
    return len(drafts)
