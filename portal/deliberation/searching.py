"""How topics are found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room


def _text(topic: Topic) -> str:
    return "\n".join([topic.place, topic.wish, topic.problem, topic.affected])


def _mark(topic: Topic) -> Mark:
    tone = "amber" if topic.state == State.SECONDING else "grey" if topic.has_ended else ""
    return Mark(str(topic.state_label), tone)


register(
    Kind(
        name="topic",
        label=_("Topics"),
        model=Topic,
        things=Topic.objects.all,
        visible_to=Topic.objects.visible_to,
        title=lambda topic: topic.title,
        text=_text,
        url=lambda topic: topic.get_absolute_url(),
        when=lambda topic: topic.submitted_at,
        note=lambda topic: topic.number,
        mark=_mark,
        shown=lambda topic: topic.submitted_at is not None,
    )
)
register_room("deliberation:topics", _("Topics"))
