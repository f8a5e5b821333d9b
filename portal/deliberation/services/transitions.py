"""The one place where a topic changes its state, and what hangs on each change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, Event, announce
from portal.actions.lifecycles import advance
from portal.community.models import Area, Post, User
from portal.community.rules import rule
from portal.deliberation.events import CAME_TO, CONCERN_ALL
from portal.deliberation.models import Topic
from portal.deliberation.selectors import concerned, followers, of_place
from portal.deliberation.states import ENDED, State
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.meetings.selectors import running_about
from portal.record.fragments import stir
from portal.record.services import key
from portal.threads import services as threads

# The promise that stands while a topic is in a state; leaving the state settles it.
OWED: dict[State, str] = {
    State.SCREENING: "topic.screen",
    State.RETURNED: "topic.complete",
    State.DISCUSSING: "topic.forum",
    State.IN_FORUM: "topic.decide",
    State.ADOPTED: "topic.execute",
    State.EVALUATING: "topic.evaluate",
}
# Who owed something has not done it when the topic comes to one of these instead.
UNDONE = frozenset({State.WITHDRAWN, State.SUSPENDED, State.EXPIRED})
LEFT = frozenset({State.WITHDRAWN, State.SUSPENDED})


def change(
    topic: Topic,
    to: State,
    *,
    by: User | str = SYSTEM,
    reason: str = "",
    until: datetime | None = None,
    data: dict[str, Any] | None = None,
    event: Event | None = None,
    says: dict[str, Any] | None = None,
    **changes: Any,
) -> Topic:
    """Bring a locked topic into its next state: save, settle promises, record it, tell whom it concerns.

    `by` whose deed it was, `until` when the new state runs out, `data` public JSON for the record, `changes` what
    else becomes of the topic, `event` what happened where it is not simply that state. The topic's published `reason`
    becomes this one. `says`: further parts of the notice's words, and as `url` where it leads.
    Raises NotPossible where the life cycle has no such step: somebody else was faster.
    """
    was = State(topic.state)
    if to in LEFT and was is not State.SUSPENDED:
        changes["suspended_from"] = was
    ended = clock.now() if to in ENDED else None
    advance(topic, to, state_until=until, ended_at=ended, reason=reason, **changes)
    _settle(topic, was, by if isinstance(by, User) else None)
    if topic.submitted_at is None:
        stir(topic.neighbourhood.slug)
        return topic  # a draft that was given up: nobody ever knew of it
    said = {"reason": reason} if reason else {}
    told = {"number": topic.number, "was": was.value, **said, **(data or {})}
    announce(event or CAME_TO[to], topic, by=by, to=_hears(topic, to), data=told, reason=reason, **says or {})
    return topic


def _hears(topic: Topic, to: State) -> QuerySet[User]:
    """Whom it concerns that a topic has come to a state."""
    if to in CONCERN_ALL:
        return concerned(topic)
    return followers(topic) | of_place(topic) if to is State.ANNOUNCED else followers(topic)


def next_step_due(topic: Topic, after: datetime | None = None) -> Deadline:
    """When the committee owes the decision that follows a period (rule topic.next_step_working_days)."""
    return add_working_days(after or clock.now(), rule("topic.next_step_working_days", topic.area))


def to_screening(
    topic: Topic, *, by: User | str, data: dict[str, Any] | None = None, **changes: Any
) -> Topic:
    """Hand a topic to the committee, which owes its decision within topic.screening_working_days."""
    due = add_working_days(clock.now(), rule("topic.screening_working_days", topic.area))
    change(topic, State.SCREENING, by=by, until=due.at, data=data, **changes)
    duties.open_duty("topic.screen", topic, due=due, post=Post.WORKER)
    return topic


def no_open_hearing(topic: Topic) -> None:
    """Refuse to go on while a hearing of the topic is under way: what was heard must be answered first."""
    if topic.state == State.IN_FORUM and running_about(key(topic)).exists():
        raise NotPossible(_("The hearing of this topic is not finished. Please publish or cancel it first."))


def hold(neighbourhood: Area) -> None:
    """Lock the neighbourhood's row, for what is unique in it; rows that refer to it can still be added."""
    Area.objects.select_for_update(no_key=True).get(pk=neighbourhood.pk)


def given(text: str) -> str:
    """A reason or an appeal that everybody reads, without what surrounds it; NotPossible where nothing is said."""
    if blank(text):
        raise NotPossible(_("Please give a reason; everybody can read it."))
    return text.strip()


def _settle(topic: Topic, was: State, by: User | None) -> None:
    """Close what was owed in the state just left, or drop it undone; at the end drop everything and be silent."""
    if was in OWED and State(topic.state) not in UNDONE:
        duties.close(OWED[was], topic, by=by)
    elif was in OWED:
        duties.drop(topic, OWED[was])
    if topic.ended_at:
        duties.drop(topic)
        if topic.thread_id:
            threads.close_thread(topic.thread_id)
