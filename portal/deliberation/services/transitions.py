"""The one place where a topic changes its state, and what hangs on each change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import selectors as community
from portal.community.models import Area, Person, Post, User
from portal.community.rules import rule
from portal.deliberation.models import Topic
from portal.deliberation.news import CONCERN_ALL, NEWS
from portal.deliberation.permissions import NEEDS
from portal.deliberation.states import ENDED, NEXT, State
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.selectors import running_about
from portal.notifications.services import Kind, send
from portal.record import services
from portal.record.fragments import stir
from portal.threads import services as threads

# Who the public record names where nobody acted but time ran out or a count was reached.
SYSTEM = "系统"

# The promise that stands while a topic is in a state; leaving the state settles it.
OWED: dict[State, str] = {
    State.SCREENING: "topic.screen",
    State.RETURNED: "topic.complete",
    State.DISCUSSING: "topic.forum",
    State.IN_FORUM: "topic.decide",
    State.ADOPTED: "topic.execute",
    State.EVALUATING: "topic.evaluate",
}


def move(
    topic: Topic,
    to: State,
    *,
    actor: str,
    reason: str = "",
    until: datetime | None = None,
    data: dict[str, Any] | None = None,
    by: User | None = None,
) -> Topic:
    """Bring a locked topic into its next state: save, settle promises, write `topic.<state>`, tell followers.

    `actor` is the name the public reads, `until` when the new state runs out, `data` public JSON for the
    record, `by` whose deed it was. The topic's published `reason` becomes this one.
    Raises NotPossible where the life cycle has no such step: somebody else was faster.
    """
    was = State(topic.state)
    if to not in NEXT[was]:
        raise moved_on(topic)
    topic.state, topic.state_since, topic.state_until = to, clock.now(), until
    topic.ended_at = topic.state_since if to in ENDED else None
    topic.reason = reason
    if to in {State.SUSPENDED, State.WITHDRAWN} and was is not State.SUSPENDED:
        topic.suspended_from = was
    topic.save()
    _settle(topic, was, by)
    if topic.ended_at and topic.thread_id:
        threads.close_thread(topic.thread_id)
    if topic.submitted_at is None:
        stir(topic.neighbourhood.slug)
        return topic  # a draft that was given up: nobody ever knew of it
    told = {
        "number": topic.number,
        "was": was.value,
        **({"reason": reason} if reason else {}),
        **(data or {}),
    }
    note(topic, to.value, actor=actor, data=told)
    if to in NEWS:
        tell(topic, NEWS[to], everybody=to in CONCERN_ALL)
    return topic


def require(topic: Topic, action: str) -> None:
    """Refuse an action that the topic's present state does not allow; call it after the lock."""
    if State(topic.state) not in NEEDS[action][1]:
        raise moved_on(topic)


def moved_on(topic: Topic) -> NotPossible:
    """What somebody reads whose page was older than the topic."""
    return NotPossible(
        _("The topic has moved on: it is now at “%(state)s”. Please look at its page again.")
        % {"state": topic.state_label}
    )


def note(topic: Topic, step: str, *, actor: str, data: dict[str, Any] | None = None) -> None:
    """Write `topic.<step>` into the neighbourhood's record."""
    services.write(
        topic.neighbourhood.slug,
        f"topic.{step}",
        actor=actor,
        subject=topic,
        title=topic.title,
        data=data or {},
    )


def tell(
    topic: Topic,
    kind: Kind,
    *,
    everybody: bool = False,
    occasion: str = "",
    params: dict[str, Any] | None = None,
) -> None:
    """Tell the proposer and the seconders, or everybody whom the topic's area concerns."""
    stands = Q(person=topic.proposer_id) | Q(person__in=topic.secondings.values("person_id"))
    users = list(User.objects.filter(stands, is_active=True))
    if everybody:
        users += list(community.members(topic.area))
    send(
        kind,
        users,
        neighbourhood=topic.neighbourhood,
        occasion=occasion or f"{services.key(topic)}:{topic.state_since.isoformat()}",
        url=topic.get_absolute_url(),
        params={"title": topic.title, "reason": topic.reason, **(params or {})},
    )


def owe(
    topic: Topic, kind: str, due: Deadline, *, post: Post | str = Post.WORKER, person: Person | None = None
) -> None:
    """Promise the next step on a topic: by whoever holds a post in the neighbourhood, or by one person."""
    duties.open_duty(
        kind,
        topic,
        neighbourhood=topic.neighbourhood,
        title=topic.title,
        url=topic.get_absolute_url(),
        due=due,
        **({"person": person} if person else {"post": post, "area": topic.neighbourhood}),
    )


def next_step_due(topic: Topic, after: datetime | None = None) -> Deadline:
    """When the committee owes the decision that follows a period (rule topic.next_step_working_days)."""
    return add_working_days(after or clock.now(), rule("topic.next_step_working_days", topic.area))


def signed(user: User, topic: Topic) -> str:
    """The name under which the public reads what a user does to a topic."""
    return community.signature(user, topic.neighbourhood).name


def to_screening(
    topic: Topic, *, actor: str, by: User | None = None, data: dict[str, Any] | None = None
) -> Topic:
    """Hand a topic to the committee, which owes its decision within topic.screening_working_days."""
    due = add_working_days(clock.now(), rule("topic.screening_working_days", topic.area))
    move(topic, State.SCREENING, actor=actor, until=due.at, by=by, data=data)
    owe(topic, "topic.screen", due)
    return topic


def no_open_hearing(topic: Topic) -> None:
    """Refuse to go on while a hearing of the topic is under way: what was heard must be answered first."""
    if running_about(services.key(topic)).exists():
        raise NotPossible(_("The hearing of this topic is not finished. Please publish or cancel it first."))


def hold(neighbourhood: Area) -> None:
    """Lock the neighbourhood's row, for what is unique in it; rows that refer to it can still be added."""
    Area.objects.select_for_update(no_key=True).get(pk=neighbourhood.pk)


def _settle(topic: Topic, was: State, by: User | None) -> None:
    """Close what was owed in the state just left, or drop it undone; at the end drop everything."""
    ended = topic.state in ENDED
    if was in OWED and (by or not (ended or topic.state == State.SUSPENDED)):
        duties.close(OWED[was], topic, by=by)
    elif was in OWED:
        duties.drop(topic, OWED[was])
    if ended:
        duties.drop(topic)
