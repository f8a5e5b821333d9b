"""What the review shows on the pages of a round and of a project, and what ends where a round is called off."""

from __future__ import annotations

from portal.duties import services as duties
from portal.funds.calls.services.rounds import register_called_off
from portal.funds.models import Call
from portal.funds.review import reading
from portal.funds.shelves import CALLS, PROJECTS, Panel


def end_with_the_round(call: Call) -> None:
    """Nobody scores a round that was called off."""
    for reviewer in call.reviewers.filter(ended_at=None):
        duties.drop(reviewer)


CALLS.register_offers(reading.on_call)
CALLS.register_panel(Panel("funds/review/_call.html", reading.call_panel, place=30))
PROJECTS.register_offers(reading.on_project)
PROJECTS.register_panel(Panel("funds/review/_notice.html", reading.notice_panel, place=8))
PROJECTS.register_panel(Panel("funds/review/_project.html", reading.project_panel, place=40))
register_called_off(end_with_the_round)
