"""What the review shows on the pages of a round and of a project, and what ends where a round is called off."""

from __future__ import annotations

from portal.actions.events import notify
from portal.actions.shelves import Panel
from portal.community.models import User
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.funds.calls.services.rounds import register_called_off
from portal.funds.models import Call
from portal.funds.review import events, reading
from portal.funds.shelves import CALLS, PROJECTS
from portal.record.services import key


def end_with_the_round(call: Call, user: User) -> None:
    """Nobody scores a round that was called off; its reviewers are told."""
    reviewers = list(call.reviewers.filter(ended_at=None))
    for reviewer in reviewers:
        duties.drop(reviewer)
    told = accounts_of(*(reviewer.person_id for reviewer in reviewers))
    notify(events.CALLED_OFF, call, told, once_per=key(call), reason=call.reason)


CALLS.register_offers(reading.on_call)
CALLS.register_panel(Panel("funds/review/_call.html", reading.call_panel, place=30))
PROJECTS.register_offers(reading.on_project)
PROJECTS.register_panel(Panel("funds/review/_notice.html", reading.notice_panel, place=8))
PROJECTS.register_panel(Panel("funds/review/_project.html", reading.project_panel, place=40))
register_called_off(end_with_the_round)
