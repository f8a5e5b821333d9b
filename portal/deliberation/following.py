"""That topics can be followed, and who does so without having said it."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from portal.community.models import Visitor
from portal.deliberation.models import Topic
from portal.deliberation.selectors import takes_part
from portal.notifications.following import Followable, register
from portal.notifications.kinds import make_optional


def _find(user: Visitor, keys: Collection[int]) -> dict[int, Topic]:
    return Topic.objects.visible_to(user).in_bulk(list(keys))


register(
    "topic",
    Followable(
        _("topic"),
        _find,
        brings=_("You hear of each step of this topic. Whoever seconds it or speaks in it follows it too."),
        stays=_(
            "Even if you do not follow it, calls to vote reach you; whoever proposed a topic hears of it in any case."
        ),
        unasked=takes_part,
    ),
)
make_optional(
    "topic.screening",
    "topic.merged",
    "topic.redirected",
    "topic.announced",
    "topic.discussing",
    "topic.suspended",
    "topic.adopted",
    "topic.not_adopted",
    "topic.executing",
    "topic.evaluating",
    "topic.closed",
    "topic.expired",
    "topic.withdrawn",
    "topic.joined",
    "topic.parted",
    "topic.passed_on_answered",
    "topic.reopened",
    "topic.reclassified",
    "topic.end_changed",
    "topic.step_done",
    "topic.step_moved",
)
