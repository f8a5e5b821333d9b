"""What the own page asks of somebody about results: how it turned out, where they live."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, register
from portal.deliberation.models import Topic
from portal.kit.wording import deadline
from portal.pages.waiting import to_judge


def _results(user: User) -> QuerySet[Topic]:
    return to_judge(user.person_id) if user.person_id else Topic.objects.none()


def _line(topic: Topic) -> Line:
    until = deadline(topic.state_until) if topic.state_until else ""
    return Line(_("How did it turn out?"), topic.get_absolute_url(), topic.title, until, "amber")


register(
    "owed",
    Source(_results, Coalesce("state_until", "state_since"), each(_line), label=_("How did it turn out?")),
)
