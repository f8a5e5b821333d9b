"""What the committee takes back: a decision of its screening, the closing of a topic, whose matter it is."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.deliberation.events import RECLASSIFIED, REOPENED, SCREENED_ANEW
from portal.deliberation.models import Category, Matter, Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services import merging, passing_on
from portal.deliberation.services.screening import PURPOSE
from portal.deliberation.services.transitions import change, hold, next_step_due
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days, calendar_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key

# Their own period is the one in which the decision stands to be taken back.
RUNNING = frozenset({State.RETURNED, State.ANNOUNCED})


@transaction.atomic
def undo_screening(user: User, pk: int, reason: str) -> Topic:
    """Take a decision of the screening back, with a published reason; the duty to decide runs on where it stopped.

    What was merged stands behind itself again. Raises NotPossible once the notice period is over, where something was
    decided about the topic it was merged into, or after the subdistrict decided an appeal.
    """
    # As a merge: two topics are locked.
    hold(TOPICS.get(user, pk, "undo_screening").neighbourhood)
    topic = TOPICS.take(user, pk, "undo_screening")
    stands_from = screening_stands_from(topic)
    if stands_from is not None and clock.now() >= stands_from:
        raise NotPossible(_("The time in which this decision could be taken back is over."))
    if topic.appeal_decided_at is not None:
        raise NotPossible(_("The subdistrict has decided about this topic; its decision stands."))
    was, due = topic.state, _runs_on(topic)
    merging.part(topic, user, reason.strip())
    duties.end_notices(topic, PURPOSE)
    duties.drop(topic, "topic.appeal")
    passing_on.take_back(topic)
    change(
        topic,
        State.SCREENING,
        by=user,
        until=due.at,
        reason=reason.strip(),
        data={"taken_back": was},
        event=SCREENED_ANEW,
        merged_into=None,
        redirected_to="",
        responsible_post="",
        answer="",
        answered_at=None,
        first_contact=None,
        # Whoever is refused anew may appeal anew; what was said stands in the record.
        appeal="",
        appealed_at=None,
    )
    duties.open_duty("topic.screen", topic, due=due, post=Post.WORKER)
    return topic


def screening_stands_from(topic: Topic) -> datetime | None:
    """When a decision of the screening, made or about to be made, can be taken back no more.

    Where the decision has no period of its own it is as long as a public notice (rule topic.public_notice_days).
    None for a merge: it can be undone as long as nothing was decided about the topic that was kept.
    """
    if topic.state == State.MERGED:
        return None
    if topic.state in RUNNING and topic.state_until is not None:
        return topic.state_until
    since = clock.now() if topic.state == State.SCREENING else topic.state_since
    return calendar_days(since, rule("topic.public_notice_days", topic.area)).at


def completion_ends(topic: Topic) -> datetime:
    """Until when a topic that is returned now can be completed, and so its return be taken back."""
    if topic.state == State.RETURNED and topic.state_until is not None:
        return topic.state_until
    return calendar_days(clock.now(), rule("topic.completion_days", topic.area)).at


@transaction.atomic
def reopen(user: User, pk: int, reason: str) -> Topic:
    """Open a closed topic again, with a published reason: the committee owes the closing, or further work, anew.

    Raises NotPossible when undo.topic_days are over.
    """
    topic = TOPICS.take(user, pk, "reopen")
    if clock.now() >= closed_for_good_at(topic):
        raise NotPossible(_("This topic was closed too long ago. What is new is raised as a new topic."))
    due = next_step_due(topic)
    change(topic, State.EVALUATING, by=user, until=due.at, reason=reason.strip(), event=REOPENED)
    duties.open_duty("topic.evaluate", topic, due=due, post=Post.WORKER)
    return topic


def closed_for_good_at(topic: Topic) -> datetime:
    """When a topic that was closed, or is closed now, can be opened again no more (rule undo.topic_days)."""
    days = rule("undo.topic_days", topic.area)
    return calendar_days(topic.ended_at or clock.now(), days).at


@transaction.atomic
def reclassify(user: User, pk: int, *, matter: str, category: str, reason: str) -> Topic:
    """Put right whose matter a topic is, or its kind, with a published reason, until its vote is called.

    Raises NotPossible where nothing would change.
    """
    topic = TOPICS.take(user, pk, "reclassify")
    given = {"matter": Matter(matter).value, "category": Category(category).value}
    was = {name: getattr(topic, name) for name in given}
    if was == given:
        raise NotPossible(_("That is what it says already. Please choose something else, or go back."))
    for name, value in given.items():
        setattr(topic, name, value)
    topic.save(update_fields=list(given))
    said = {"was": _class(**was), "is": _class(**given), "reason": reason.strip()}
    told = {**given, **{f"was_{name}": value for name, value in was.items()}, **said}
    announce(RECLASSIFIED, topic, by=user, to=followers(topic), data=told, reason=reason.strip())
    return topic


def _class(matter: str, category: str) -> str:
    """Whose matter and of what kind, in the portal's own language, as the record keeps it."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{Matter(matter).label} · {Category(category).label}"


def _runs_on(topic: Topic) -> Deadline:
    """The clock of the screening, which stood still while its decision stood; at least one working day is left."""
    least = add_working_days(clock.now(), 1)
    last = Duty.objects.about(key(topic)).filter(kind="topic.screen", done_at__isnull=False).last()
    if last is None or last.done_at is None:
        return least
    return max(
        Deadline(clock.now() + (last.due_at - last.done_at), last.provisional), least, key=lambda one: one.at
    )
