"""The one place where a topic changes its state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.deliberation.models import Topic
from portal.deliberation.permissions import NEEDS
from portal.deliberation.states import ENDED, NEXT, State
from portal.record import clock, services
from portal.record.errors import NotPossible


def move(
    topic: Topic,
    to: State,
    *,
    actor: str,
    reason: str = "",
    until: datetime | None = None,
    data: dict[str, Any] | None = None,
) -> Topic:
    """Bring a locked topic into its next state, save it whole, and write `topic.<state>` into the record.

    `actor` is the name the public reads, `until` when the new state runs out, `data` public JSON for the record.
    Raises NotPossible where the life cycle has no such step: somebody else was faster.
    """
    was = State(topic.state)
    if to not in NEXT[was]:
        raise moved_on(topic)
    topic.state, topic.state_since, topic.state_until = to, clock.now(), until
    topic.ended_at = topic.state_since if to in ENDED else None
    topic.reason = reason or topic.reason
    topic.save()
    told = {"number": topic.number, "was": was.value, **({"reason": reason} if reason else {}), **(data or {})}
    services.write(
        topic.neighbourhood.slug, f"topic.{to.value}", actor=actor, subject=topic, title=topic.title, data=told
    )
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
