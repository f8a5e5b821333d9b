"""What the committee decides itself: on notice, open to objections, and taken back where it was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce, notify
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.deliberation.events import DECISION_STANDS, DECISION_TAKEN_BACK, OBJECTED, OBJECTION_ANSWERED
from portal.deliberation.models import Matter, Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services.forum import decided, discuss, owners_only, require_discussed
from portal.deliberation.services.transitions import next_step_due, no_open_hearing
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.duties.models import Duty, Objection, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key

PURPOSE, OWED = "decision", "topic.objection"


@transaction.atomic
def decide(user: User, pk: int, adopted: bool, reason: str) -> Topic:
    """The committee decides what is its to decide, with a published reason; never an owners' matter.

    A small matter of its own after the discussion, anything else only after a hearing: what concerns the important
    interests of all residents is theirs (《上海市居民委员会工作条例》第11条). The decision is on public notice for
    topic.public_notice_days; until then neighbours can object, and the committee can take it back.
    """
    topic = TOPICS.take(user, pk, "decide")
    if topic.is_owners_matter:
        raise NotPossible(owners_only())
    if not may_decide(topic):
        raise NotPossible(
            _(
                "Without a hearing the committee decides its small matters only. Please call a hearing or a vote."
            )
        )
    no_open_hearing(topic)
    require_discussed(topic)
    topic = decided(topic, adopted, by=user, reason=reason, decided_at=clock.now())
    _post(topic, adopted)
    return topic


def may_decide(topic: Topic) -> bool:
    """Whether the committee may decide it where it stands: it was heard, or is a small one of its own."""
    heard = topic.state == State.IN_FORUM
    return not topic.is_owners_matter and (heard or topic.matter == Matter.COMMITTEE)


def stands_from(topic: Topic) -> datetime:
    """When a decision of the committee, made or about to be made, stands (rule topic.public_notice_days)."""
    days = rule("topic.public_notice_days", topic.area)
    return calendar_days(topic.decided_at or clock.now(), days).at


def on_notice(topic: Topic) -> bool:
    """Whether a decision of the committee can still be objected to."""
    return topic.decided_at is not None and not clock.passed(stands_from(topic))


def notice_of_decision(topic: Topic) -> PublicNotice | None:
    """The latest public notice of a decision of the committee."""
    return PublicNotice.objects.filter(subject=key(topic), purpose=PURPOSE).first()


def object_to(user: User, topic: Topic, text: str) -> Objection:
    """Object to what the committee decided about a locked topic; the committee owes the answer. Once a person."""
    notice = notice_of_decision(topic)
    if topic.decided_at is None or notice is None or notice.is_over:
        raise NotPossible(_("The time for objecting to this decision is over."))
    return duties.object_to(user, notice.pk, text)


def owe_answer(objection: Objection, user: User) -> None:
    """Whoever objected to a decision of the committee, on the topic's page or on the notice's, is owed an answer."""
    topic = Topic.objects.get(pk=objection.notice.subject.partition(":")[2])
    duties.open_duty(OWED, topic, due=next_step_due(topic), post=Post.WORKER)
    announce(OBJECTED, topic, by=user, data={"text": objection.text})


@transaction.atomic
def uphold(user: User, pk: int, reason: str, answers: Mapping[int, str] | None = None) -> Topic:
    """Answer the objections to a decision of the committee: it stands. `answers`: own ones by the objection's key.

    `reason` is published, and the answer to all others; whoever objected is told what was answered to them. Raises
    NotPossible where no objection waits.
    """
    topic = TOPICS.take(user, pk, "uphold")
    if not objected(topic):
        raise NotPossible(_("No objection waits for an answer."))
    duties.close(OWED, topic, by=user)
    own, said, waiting = answers or {}, reason.strip(), unanswered(topic)
    for objection in waiting:
        _answer(topic, objection, own.get(objection.pk, "").strip() or said, user)
    told = set(followers(topic)) - set(accounts_of(*(one.person_id for one in waiting)))
    ordered = sorted(told, key=lambda one: one.pk)
    announce(DECISION_STANDS, topic, by=user, to=ordered, data={"reason": said}, reason=said)
    return topic


def unanswered(topic: Topic) -> list[Objection]:
    """The objections to the committee's decision that have no answer yet, the oldest first."""
    notice = notice_of_decision(topic)
    return list(notice.objections.filter(answered_at=None).select_related("person")) if notice else []


def _answer(topic: Topic, objection: Objection, text: str, user: User) -> None:
    duties.answer_objection(objection, text)
    told = [one for one in accounts_of(objection.person_id) if one != user]
    notify(OBJECTION_ANSWERED, topic, told, once_per=key(objection), text=text)


@transaction.atomic
def take_back(user: User, pk: int, reason: str) -> Topic:
    """Take a decision of the committee back, with a published reason: it is discussed again.

    Raises NotPossible where a vote decided, and once the decision stands and no objection waits for an answer.
    """
    topic = TOPICS.take(user, pk, "take_back_decision")
    if topic.decided_at is None or not (on_notice(topic) or objected(topic)):
        raise NotPossible(
            _("This decision can no longer be taken back. What is new is raised as a new topic.")
        )
    duties.end_notices(topic, PURPOSE)
    duties.close(OWED, topic, by=user)
    duties.drop(topic, "topic.execute")
    return discuss(topic, by=user, reason=reason.strip(), event=DECISION_TAKEN_BACK)


def objected(topic: Topic) -> bool:
    """Whether an objection to a decision of the committee waits for its answer."""
    return Duty.objects.active().about(key(topic)).filter(kind=OWED).exists()


def require_unobjected(topic: Topic) -> None:
    """Refuse to carry out what neighbours objected to before they are answered."""
    if topic.decided_at is not None and objected(topic):
        raise NotPossible(_("Neighbours have objected to this decision. Please answer them first."))


def _post(topic: Topic, adopted: bool) -> None:
    # What is posted is kept as it is read, in the portal's own language.
    with translation.override(settings.LANGUAGE_CODE):
        words = _("adopted") if adopted else _("not adopted")
        title = _("The committee decided: %(title)s – %(outcome)s") % {"title": topic.title, "outcome": words}
    duties.post_notice(
        topic,
        PURPOSE,
        neighbourhood=topic.neighbourhood,
        title=title,
        body=topic.reason,
        url=topic.get_absolute_url(),
        ends_at=stands_from(topic),
    )
