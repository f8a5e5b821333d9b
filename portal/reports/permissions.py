"""Who writes, signs off and corrects the report of a month; who takes lists along."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.permissions import COMMITTEE, Role, roles_in
from portal.duties.permissions import WATCHERS
from portal.register.permissions import SEES_POSTS
from portal.reports.models import MonthlyReport
from portal.reports.states import ReportState

DIRECTOR = frozenset({Role.DIRECTOR})
DRAFT, HANDED_IN = frozenset({ReportState.DRAFT}), frozenset({ReportState.HANDED_IN})

PLACES = PlaceDoor(
    {
        "begin": Need(COMMITTEE),
        "take_lists": Need(WATCHERS),
        "take_homes": Need(COMMITTEE),
        "take_posts": Need(SEES_POSTS),
    }
)
REPORTS = Door(
    MonthlyReport,
    {
        "write": Need(COMMITTEE, DRAFT),
        "hand_in": Need(COMMITTEE, DRAFT),
        "return": Need(DIRECTOR, HANDED_IN),
        "publish": Need(DIRECTOR, HANDED_IN),
        "correct": Need(DIRECTOR, frozenset({ReportState.PUBLISHED})),
    },
    lambda user, report: roles_in(user, report.neighbourhood),
    related=("neighbourhood",),
)
