"""Passing a topic on to whoever is in charge: that body owes an answer, or the committee says what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import Event, announce, notify
from portal.community.models import Area, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import post_users
from portal.deliberation.events import ANSWER_CORRECTED, PASSED_ON_ANSWERED, PASSED_ON_TO_YOU
from portal.deliberation.models import Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services.transitions import change, given
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.next_step import body_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.record.models import Entry
from portal.record.services import key


@dataclass(frozen=True)
class Given:
    """An answer as it was given once: when, what, why it was put right (nothing of the first), and by whom."""

    at: datetime
    text: str
    reason: str
    who: str


# Who can have a post in the portal and be in charge of what the committee is not.
BODIES = (Post.PROPERTY, Post.OWNERS_COMMITTEE, Post.OFFICER)
# What the body owes, and what the committee owes where the body has no account.
ANSWER, HEARD = "topic.passed_on", "topic.heard_back"


@transaction.atomic
def redirect(user: User, pk: int, *, to: str = "", reference: str = "", reason: str, body: str = "") -> Topic:
    """Pass a topic on to whoever is in charge, with the reference under which it can be followed there.

    `body`: one of BODIES that holds its post here; it is told and owes an answer within topic.answer_working_days.
    Without one the committee owes by the same day what `to` answered. Raises NotPossible where nobody holds the post,
    or nobody is named.
    """
    topic = TOPICS.take(user, pk, "redirect")
    reason = given(reason)
    name = to.strip() or _named(body)
    _check_body(topic, name, body)
    whom = " · ".join(part for part in (name, reference) if part)[:200]
    due = add_working_days(clock.now(), rule("topic.answer_working_days", topic.area))
    change(
        topic,
        State.REDIRECTED,
        by=user,
        reason=reason,
        data={"to": name, "reference": reference, "answer_due_at": due.at.isoformat()},
        says={"whom": name, "due_at": due.at.isoformat()},
        redirected_to=whom,
        responsible_post=body,
    )
    duties.open_duty(ANSWER if body else HEARD, topic, due=due, post=body or Post.WORKER)
    if body:
        told = post_users(body, topic.neighbourhood)
        said = {"reason": reason, "due_at": due.at.isoformat()}
        notify(PASSED_ON_TO_YOU, topic, told, once_per=f"{key(topic)}.{clock.now().isoformat()}", **said)
    return topic


@transaction.atomic
def answer(user: User, pk: int, text: str) -> Topic:
    """Say what becomes of a topic that was passed on: by the body itself, or by the committee what it answered.

    It stands on the topic's page; whoever stands behind the topic, and the committee, are told. Once.
    """
    topic = TOPICS.take(user, pk, "answer")
    if topic.answered_at is not None:
        raise NotPossible(_("There is an answer already; it stands on the topic's page."))
    _put(topic, text)
    for kind in (ANSWER, HEARD):
        duties.close(kind, topic, by=user)
    _tell(PASSED_ON_ANSWERED, topic, user)
    return topic


@transaction.atomic
def correct_answer(user: User, pk: int, text: str, reason: str) -> Topic:
    """Put an answer right, with a published reason: the new one is shown, the ones before stay readable beneath it.

    Who was told of the answer is told of this one. Raises NotPossible before there is one, and where it says the same.
    """
    topic = TOPICS.take(user, pk, "correct_answer")
    if topic.answered_at is None:
        raise NotPossible(_("There is no answer yet that could be put right."))
    if text.strip() == topic.answer:
        raise NotPossible(_("Nothing has changed: everything is as it was.")).at("text")
    _put(topic, text)
    _tell(ANSWER_CORRECTED, topic, user, reason=given(reason))
    return topic


def answers(topic: Topic) -> list[Given]:
    """What was answered since the topic was passed on, the newest first, as the record keeps it. One query."""
    said = Entry.objects.about([key(topic)]).filter(
        action__in=[PASSED_ON_ANSWERED.name, ANSWER_CORRECTED.name], at__gte=topic.state_since
    )
    return [Given(one.at, str(one.data["text"]), str(one.data.get("reason", "")), one.actor) for one in said]


def bodies(here: Area) -> list[Post]:
    """The bodies that can be asked in the portal: somebody holds their post here."""
    return [post for post in BODIES if holders(post, here)]


def take_back(topic: Topic) -> None:
    """Nobody owes an answer any more: the topic is before the committee again."""
    for kind in (ANSWER, HEARD):
        duties.drop(topic, kind)


def _put(topic: Topic, text: str) -> None:
    if blank(text):
        raise NotPossible(_("Please write the answer; everybody can read it."))
    topic.answer, topic.answered_at = text.strip(), clock.now()
    topic.save(update_fields=["answer", "answered_at"])


def _tell(event: Event, topic: Topic, user: User, **more: str) -> None:
    told = {*followers(topic), *post_users(Post.WORKER, topic.neighbourhood)} - {user}
    data = {"to": topic.redirected_to, "text": topic.answer, **more}
    ordered = sorted(told, key=lambda one: one.pk)
    announce(event, topic, by=user, to=ordered, data=data, text=topic.answer, **more)


def _named(body: str) -> str:
    """The body in the portal's own language, as the record keeps it; nothing where none is meant."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(body_of(body)) if body else ""


def _check_body(topic: Topic, name: str, body: str) -> None:
    if not name:
        raise NotPossible(_("Please say to whom it goes."))
    if body and body not in bodies(topic.neighbourhood):
        raise NotPossible(_("Nobody holds this post here now. Please choose another body, or name one."))
