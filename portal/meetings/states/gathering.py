"""The life of a gathering (联席会议、居民会议、居民代表会议、楼组长会议、茶室), as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.meetings.states.course import Course


class GatheringState(TextChoices):
    """Where a gathering stands."""

    PLANNED = "planned", _("planned")
    ANNOUNCED = "announced", _("announced")
    IN_SESSION = "in_session", _("in session")
    NO_QUORUM = "no_quorum", _("too few came")
    MINUTES_DRAFT = "minutes_draft", _("minutes being confirmed")
    MINUTES_SIGNED = "minutes_signed", _("minutes confirmed")
    PUBLISHED = "published", _("published and filed")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


G = GatheringState
NEXT: dict[GatheringState, frozenset[GatheringState]] = {
    G.PLANNED: frozenset({G.ANNOUNCED, G.CANCELLED}),
    G.ANNOUNCED: frozenset({G.IN_SESSION, G.NO_QUORUM, G.POSTPONED, G.CANCELLED}),
    # Too few came: it is called again, with a new notice.
    G.NO_QUORUM: frozenset({G.ANNOUNCED, G.CANCELLED}),
    G.IN_SESSION: frozenset({G.MINUTES_DRAFT}),
    G.MINUTES_DRAFT: frozenset({G.MINUTES_SIGNED}),
    G.MINUTES_SIGNED: frozenset({G.PUBLISHED}),
    G.PUBLISHED: frozenset(),
    G.POSTPONED: frozenset({G.ANNOUNCED, G.CANCELLED}),
    # Called off by mistake, it goes on where it stood.
    G.CANCELLED: frozenset({G.PLANNED, G.ANNOUNCED, G.NO_QUORUM, G.POSTPONED}),
}

LIFE = LifeCycle("gathering", NEXT, G.PLANNED)

OVER = frozenset({G.PUBLISHED, G.CANCELLED})
AHEAD = frozenset({G.PLANNED, G.ANNOUNCED, G.NO_QUORUM, G.POSTPONED})
# The agenda and who is invited can still be changed.
PREPARED = AHEAD

TRACK: tuple[tuple[str, frozenset[GatheringState]], ...] = (
    ("prepare", frozenset({G.PLANNED})),
    ("invite", frozenset({G.ANNOUNCED, G.NO_QUORUM, G.POSTPONED})),
    ("meet", frozenset({G.IN_SESSION})),
    ("minute", frozenset({G.MINUTES_DRAFT, G.MINUTES_SIGNED})),
    ("publish", frozenset({G.PUBLISHED})),
)
STATIONS = {
    "prepare": _("Prepare"),
    "invite": _("Invite"),
    "meet": _("Meet"),
    "minute": _("Minutes"),
    "publish": _("Made public"),
}

OWED: dict[GatheringState, str] = {
    G.PLANNED: "gathering.announce",
    G.ANNOUNCED: "gathering.begin",
    G.NO_QUORUM: "gathering.announce",
    G.POSTPONED: "gathering.announce",
    G.IN_SESSION: "gathering.draft_minutes",
    G.MINUTES_DRAFT: "gathering.sign_minutes",
    G.MINUTES_SIGNED: "gathering.publish",
}

COURSE = Course(
    LIFE,
    OWED,
    over=OVER,
    ahead=AHEAD,
    track=TRACK,
    stations=STATIONS,
    by_the_meeting=frozenset({G.ANNOUNCED}),
    step="meeting.step_working_days",
)
