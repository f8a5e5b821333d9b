"""Screening, appeal and public notice: what becomes of a topic before neighbours discuss it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce, log
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.deliberation.events import APPEAL_REFUSED, APPEALED
from portal.deliberation.models import Category, Matter, Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services import deciding
from portal.deliberation.services.forum import discuss
from portal.deliberation.services.transitions import change, given, to_screening
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import add_working_days, calendar_days
from portal.duties.models import Objection, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.record.services import key

PURPOSE = "topic"


@transaction.atomic
def accept(user: User, pk: int, *, matter: str, category: str) -> Topic:
    """Accept a topic: say whose matter it is, begin its public notice. Who accepts is the first contact."""
    topic = TOPICS.take(user, pk, "accept")
    given: dict[str, Any] = {"matter": Matter(matter).value, "category": Category(category).value}
    ends = calendar_days(clock.now(), rule("topic.public_notice_days", topic.area)).at
    told = {**given, "area": topic.area.name}
    change(topic, State.ANNOUNCED, by=user, until=ends, data=told, first_contact=person_of(user), **given)
    duties.post_notice(
        topic,
        PURPOSE,
        neighbourhood=topic.neighbourhood,
        title=topic.title,
        body=f"{topic.affected}\n\n{topic.wish}",
        url=topic.get_absolute_url(),
        ends_at=ends,
    )
    return topic


@transaction.atomic
def send_back(user: User, pk: int, reason: str) -> Topic:
    """Return a topic to its proposer, who has topic.completion_days to complete it."""
    topic = TOPICS.take(user, pk, "return")
    due = calendar_days(clock.now(), rule("topic.completion_days", topic.area))
    change(topic, State.RETURNED, by=user, reason=given(reason), until=due.at)
    duties.open_duty("topic.complete", topic, due=due, person=topic.proposer)
    return topic


@transaction.atomic
def reject(user: User, pk: int, reason: str) -> Topic:
    """Refuse a topic with a reason that everybody can read; the proposer may appeal once."""
    topic = TOPICS.take(user, pk, "reject")
    return change(topic, State.REJECTED, by=user, reason=given(reason))


@transaction.atomic
def appeal(user: User, pk: int, text: str) -> Topic:
    """Ask the subdistrict to look at a refusal, once a topic; the officer owes a decision."""
    topic = TOPICS.take(user, pk, "appeal")
    if topic.appealed_at:
        raise NotPossible(_("You have appealed already. There is one appeal for each topic."))
    topic.appeal, topic.appealed_at = given(text), clock.now()
    topic.save(update_fields=["appeal", "appealed_at"])
    log(APPEALED, topic, by=user, data={"text": topic.appeal})
    due = add_working_days(clock.now(), rule("topic.appeal_working_days", topic.area))
    duties.open_duty("topic.appeal", topic, due=due, post=Post.OFFICER)
    return topic


@transaction.atomic
def decide_appeal(user: User, pk: int, granted: bool, reason: str) -> Topic:
    """The subdistrict sends a refused topic back to screening, or lets the refusal stand; with its reason."""
    topic = TOPICS.take(user, pk, "decide_appeal")
    if topic.appealed_at is None or topic.appeal_decided_at:
        raise NotPossible(_("There is no appeal waiting on this topic."))
    reason, now = given(reason), clock.now()
    duties.close("topic.appeal", topic, by=user)
    if granted:
        told = {"appeal": "granted", "reason": reason}
        return to_screening(topic, by=user, data=told, appeal_decided_at=now)
    topic.appeal_decided_at = now
    topic.save(update_fields=["appeal_decided_at"])
    announce(APPEAL_REFUSED, topic, by=user, to=followers(topic), data={"reason": reason}, reason=reason)
    return topic


@transaction.atomic
def object_to(user: User, pk: int, text: str) -> Objection:
    """Object to a topic during its public notice, or to the committee's decision; one objection each a person."""
    topic = TOPICS.take(user, pk, "object")
    if topic.state != State.ANNOUNCED:
        return deciding.object_to(user, topic, text)
    notice = notice_of(topic)
    if notice is None or notice.is_over:
        raise NotPossible(_("The public notice is over. You can speak in the discussion."))
    return duties.object_to(user, notice.pk, text)


@transaction.atomic
def start_discussion(user: User, pk: int) -> Topic:
    """Open the discussion once the public notice is over; the clock does it too, this saves a minute."""
    topic = TOPICS.take(user, pk, "start_discussion")
    require_notice_over(topic)
    return _open(topic, user)


@transaction.atomic
def open_discussion(pk: int) -> Topic:
    """Open the discussion of a topic whose public notice is over; does nothing to any other."""
    topic = Topic.objects.locked(pk)
    if topic.state == State.ANNOUNCED and _notice_over(topic):
        _open(topic, SYSTEM)
    return topic


def notice_of(topic: Topic) -> PublicNotice | None:
    """The topic's latest public notice."""
    return PublicNotice.objects.filter(subject=key(topic), purpose=PURPOSE).first()


def _open(topic: Topic, by: User | str) -> Topic:
    notice = notice_of(topic)
    objections = notice.objections.count() if notice else 0
    return discuss(topic, by=by, data={"objections": objections})


def on_notice(topic: Topic) -> bool:
    """Whether a topic, or the committee's decision about it, can be objected to now."""
    if topic.state != State.ANNOUNCED:
        return deciding.on_notice(topic)
    notice = notice_of(topic)
    return notice is not None and not notice.is_over


def require_notice_over(topic: Topic) -> None:
    """Refuse to open the discussion while the topic's public notice runs."""
    notice = notice_of(topic)
    if notice is not None and not notice.is_over:
        raise NotPossible(
            _("The public notice runs until %(day)s. The discussion opens when it is over.")
            % {"day": deadline(notice.ends_at)}
        )


def _notice_over(topic: Topic) -> bool:
    notice = notice_of(topic)
    return notice is None or notice.is_over
