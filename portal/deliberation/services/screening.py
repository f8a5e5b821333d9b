"""Screening, appeal and public notice: what becomes of a topic before neighbours discuss it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.deliberation.models import Category, Matter, Topic
from portal.deliberation.news import APPEAL_REFUSED
from portal.deliberation.permissions import topic_for
from portal.deliberation.services.forum import discuss
from portal.deliberation.services.transitions import (
    SYSTEM,
    hold,
    move,
    note,
    owe,
    require,
    signed,
    tell,
    to_screening,
)
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import add_working_days, calendar_days
from portal.duties.models import Objection, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key

PURPOSE = "topic"


@transaction.atomic
def accept(user: User, pk: int, *, matter: str, category: str) -> Topic:
    """Accept a topic: say whose matter it is, begin its public notice. Who accepts is the first contact."""
    topic = _screened(user, pk, "accept")
    topic.matter, topic.category = Matter(matter).value, Category(category).value
    topic.first_contact = person_of(user)
    ends = calendar_days(clock.now(), rule("topic.public_notice_days", topic.area))
    move(
        topic,
        State.ANNOUNCED,
        actor=signed(user, topic),
        until=ends.at,
        by=user,
        data={"matter": topic.matter, "category": topic.category, "area": topic.area.name},
    )
    duties.post_notice(
        topic,
        PURPOSE,
        neighbourhood=topic.neighbourhood,
        title=topic.title,
        body=f"{topic.affected}\n\n{topic.wish}",
        url=topic.get_absolute_url(),
        ends_at=ends.at,
    )
    return topic


@transaction.atomic
def send_back(user: User, pk: int, reason: str) -> Topic:
    """Return a topic to its proposer, who has topic.completion_days to complete it."""
    topic = _screened(user, pk, "return")
    due = calendar_days(clock.now(), rule("topic.completion_days", topic.area))
    move(topic, State.RETURNED, actor=signed(user, topic), reason=_given(reason), until=due.at, by=user)
    owe(topic, "topic.complete", due, person=topic.proposer)
    return topic


@transaction.atomic
def merge(user: User, pk: int, into: int, reason: str = "") -> Topic:
    """Merge a topic into another of the neighbourhood that is under way; never into itself or in a circle."""
    # Two topics merged into each other would wait for each other: one merge at a time, before any lock.
    hold(topic_for(user, pk, "merge").neighbourhood)
    topic = _screened(user, pk, "merge")
    parent = Topic.objects.filter(
        pk=into, neighbourhood=topic.neighbourhood, submitted_at__isnull=False
    ).first()
    if parent is None or parent.pk == topic.pk:
        raise NotPossible(_("Please choose another topic of this neighbourhood."))
    if parent.has_ended:
        raise NotPossible(
            _("“%(title)s” has ended. Please choose a topic that is under way.") % {"title": parent}
        )
    topic.merged_into = parent
    return move(
        topic,
        State.MERGED,
        actor=signed(user, topic),
        reason=reason,
        by=user,
        data={"into": key(parent), "into_number": parent.number},
    )


@transaction.atomic
def redirect(user: User, pk: int, *, to: str, reference: str = "", reason: str) -> Topic:
    """Pass a topic on to whoever is in charge, with the reference under which it can be followed there."""
    topic = _screened(user, pk, "redirect")
    topic.redirected_to = " · ".join(part for part in (to, reference) if part)[:200]
    return move(
        topic,
        State.REDIRECTED,
        actor=signed(user, topic),
        reason=_given(reason),
        by=user,
        data={"to": to, "reference": reference},
    )


@transaction.atomic
def reject(user: User, pk: int, reason: str) -> Topic:
    """Refuse a topic with a reason that everybody can read; the proposer may appeal once."""
    topic = _screened(user, pk, "reject")
    return move(topic, State.REJECTED, actor=signed(user, topic), reason=_given(reason), by=user)


@transaction.atomic
def appeal(user: User, pk: int, text: str) -> Topic:
    """Ask the subdistrict to look at a refusal, once a topic; the officer owes a decision."""
    topic = topic_for(user, pk, "appeal", lock=True)
    require(topic, "appeal")
    if topic.appealed_at:
        raise NotPossible(_("You have appealed already. There is one appeal for each topic."))
    topic.appeal, topic.appealed_at = _given(text), clock.now()
    topic.save(update_fields=["appeal", "appealed_at"])
    note(topic, "appealed", actor=signed(user, topic), data={"text": topic.appeal})
    due = add_working_days(clock.now(), rule("topic.appeal_working_days", topic.area))
    owe(topic, "topic.appeal", due, post=Post.OFFICER)
    return topic


@transaction.atomic
def decide_appeal(user: User, pk: int, granted: bool, reason: str) -> Topic:
    """The subdistrict sends a refused topic back to screening, or lets the refusal stand; with its reason."""
    topic = topic_for(user, pk, "decide_appeal", lock=True)
    require(topic, "decide_appeal")
    if topic.appealed_at is None or topic.appeal_decided_at:
        raise NotPossible(_("There is no appeal waiting on this topic."))
    topic.appeal_decided_at = clock.now()
    duties.close("topic.appeal", topic, by=user)
    if granted:
        return to_screening(
            topic, actor=signed(user, topic), by=user, data={"appeal": "granted", "reason": _given(reason)}
        )
    topic.save(update_fields=["appeal_decided_at"])
    note(topic, "appeal_refused", actor=signed(user, topic), data={"reason": _given(reason)})
    tell(topic, APPEAL_REFUSED, occasion=f"{key(topic)}:appeal", params={"reason": reason})
    return topic


@transaction.atomic
def object_to(user: User, pk: int, text: str) -> Objection:
    """Object to a topic during its public notice; one objection a person."""
    topic = topic_for(user, pk, "object", lock=True)
    require(topic, "object")
    notice = notice_of(topic)
    if notice is None or notice.is_over:
        raise NotPossible(_("The public notice is over. You can speak in the discussion."))
    return duties.object_to(user, notice.pk, text)


@transaction.atomic
def start_discussion(user: User, pk: int) -> Topic:
    """Open the discussion once the public notice is over; the clock does it too, this saves a minute."""
    topic = topic_for(user, pk, "start_discussion", lock=True)
    require(topic, "start_discussion")
    if not _notice_over(topic):
        raise NotPossible(_("The public notice is still running. The discussion opens when it is over."))
    return _open(topic, signed(user, topic), user)


@transaction.atomic
def open_discussion(pk: int) -> Topic:
    """Open the discussion of a topic whose public notice is over; does nothing to any other."""
    topic = Topic.objects.select_for_update(of=("self",)).select_related("neighbourhood", "area").get(pk=pk)
    if topic.state == State.ANNOUNCED and _notice_over(topic):
        _open(topic, SYSTEM, None)
    return topic


def notice_of(topic: Topic) -> PublicNotice | None:
    """The topic's latest public notice."""
    return PublicNotice.objects.filter(subject=key(topic), purpose=PURPOSE).first()


def _open(topic: Topic, actor: str, by: User | None) -> Topic:
    notice = notice_of(topic)
    objections = notice.objections.count() if notice else 0
    return discuss(topic, actor=actor, by=by, data={"objections": objections})


def _notice_over(topic: Topic) -> bool:
    notice = notice_of(topic)
    return notice is None or notice.is_over


def _screened(user: User, pk: int, action: str) -> Topic:
    topic = topic_for(user, pk, action, lock=True)
    require(topic, action)
    return topic


def _given(text: str) -> str:
    if not text.strip():
        raise NotPossible(_("Please give a reason; everybody can read it."))
    return text.strip()
