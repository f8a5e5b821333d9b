"""Where somebody leaves who had a part in a meeting: the locks, and what the committee hears and owes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.actions.doors import whole
from portal.actions.events import SYSTEM, Event, announce
from portal.community.models import Person, Post, User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.meetings.models import Meeting
from portal.meetings.services.transitions import in_working_days

COMMITTEE = (Post.DIRECTOR, Post.WORKER)


def locks(model: type[Meeting]) -> Callable[[list[Any]], None]:
    """What takes the locks of meetings of a kind, or of those these things belong to, always in the same order."""

    def lock(things: list[Any]) -> None:
        keys = [getattr(thing, "meeting_id", getattr(thing, "hearing_id", thing.pk)) for thing in things]
        meetings: Any = model._default_manager
        locked = meetings.non_polymorphic().select_for_update(of=whole(model), no_key=True)
        list(locked.filter(pk__in=keys).order_by("pk"))

    return lock


def owe(meeting: Meeting, kind: str, event: Event, gone: Person, by: User | None, **data: str) -> None:
    """The committee owes somebody else in the place of who is gone, before the meeting, and is told."""
    due = in_working_days(meeting, meeting.course.step)
    if meeting.starts_at and clock.now() < meeting.starts_at < due.at:
        due = Deadline(meeting.starts_at, provisional=False)
    duties.open_duty(kind, meeting, due=due, post=Post.WORKER)
    tell_committee(event, meeting, gone, by, data, due_at=due.at.isoformat())


def tell_committee(
    event: Event,
    meeting: Meeting,
    gone: Person,
    by: User | None,
    data: dict[str, str] | None = None,
    **said: Any,
) -> None:
    """Tell the committee, but whoever does it, what somebody's leaving means for a meeting."""
    posts = (post_users(post, meeting.neighbourhood) for post in COMMITTEE)
    told = {one.pk: one for users in posts for one in users if one != by}
    announce(event, meeting, by=SYSTEM, to=told.values(), data=data, who=gone.public_name, **said)
