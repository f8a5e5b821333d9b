"""What a voter reads beside the ballot of a topic: its summary, and what the hearing found."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.deliberation.models import Hearing, ItemKind, OpinionItem, Topic
from portal.voting import beside
from portal.voting.beside import Beside, Point
from portal.voting.models import Vote

TONES = {ItemKind.CONDITION: "amber", ItemKind.AGAINST: "grey", ItemKind.MINORITY: "grey"}


def beside_a_topics_vote(vote: Vote) -> list[Beside]:
    """The staff's summary of the discussion and the opinion of each published hearing."""
    number = vote.subject.partition(":")[2]
    topic = Topic.objects.filter(pk=number).first() if number.isdigit() else None
    if topic is None:
        return []
    blocks = [_of_hearing(hearing) for hearing in _heard(topic)]
    if topic.summary:
        blocks.insert(0, Beside(_("The discussion in short"), topic.summary, url=topic.get_absolute_url()))
    return blocks


def _heard(topic: Topic) -> list[Hearing]:
    held = Hearing.objects.filter(topic=topic).exclude(opinion="").order_by("pk")
    return list(held.prefetch_related("items"))


def _of_hearing(hearing: Hearing) -> Beside:
    points = [_point(item) for item in hearing.items.all()]
    return Beside(_("What the hearing found"), hearing.opinion, points, hearing.get_absolute_url())


def _point(item: OpinionItem) -> Point:
    return Point(item.text, str(ItemKind(item.kind).label), TONES.get(ItemKind(item.kind), ""))


beside.register("topic", beside_a_topics_vote)
