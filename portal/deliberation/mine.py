"""What the own page keeps of topics: raised, seconded, and those that are still being written."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, own, register
from portal.deliberation.models import Seconding, Topic
from portal.deliberation.states import ENDED, State
from portal.kit.wording import moment


def _raised(user: User) -> QuerySet[Topic]:
    return own("proposer", Topic.objects.public(), user)


def _seconded(user: User) -> QuerySet[Topic]:
    seconded = own("person", Seconding.objects.all(), user).values("topic")
    return Topic.objects.public().filter(pk__in=seconded).exclude(proposer=user.person_id)


def _drafts(user: User) -> QuerySet[Topic]:
    return own("proposer", Topic.objects.filter(state=State.DRAFT), user)


def _line(topic: Topic) -> Line:
    tone = "grey" if topic.has_ended else "amber" if topic.state == State.SECONDING else ""
    return Line(topic.title, topic.get_absolute_url(), topic.number, topic.state_label, tone)


def _draft(topic: Topic) -> Line:
    begun = _("begun on %(moment)s") % {"moment": moment(topic.created_at)}
    return Line(
        topic.title or _("without a title yet"), reverse("deliberation:draft", args=[topic.pk, 1]), begun
    )


def _going() -> Q:
    return ~Q(state__in=ENDED)


register("topics", Source(_raised, "state_since", each(_line), going=_going, label=_("raised by me")))
register("topics", Source(_seconded, "state_since", each(_line), going=_going, label=_("seconded")))
register("drafts", Source(_drafts, "created_at", each(_draft), private=True, label=_("topic")))
