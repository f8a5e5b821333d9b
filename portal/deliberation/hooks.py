"""What apps above show on a topic's page, and what this app shows beside the ballot of a topic's vote.

The topic's page is drawn once for every reader, and anew whenever its neighbourhood's record grows: a provider
tells only what everybody may read, and whatever changes its answer is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.deliberation.models import Hearing, ItemKind, OpinionItem, Topic
from portal.voting.hooks import BallotNote, Point, register_ballot_notes
from portal.voting.models import Vote

TONES = {ItemKind.CONDITION: "amber", ItemKind.AGAINST: "grey", ItemKind.MINORITY: "grey"}


@dataclass(frozen=True)
class FollowUp:
    """One thing that follows: what it is called, what is next about it, where it is read."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Block:
    """What one app has to show under a topic."""

    title: str
    items: list[FollowUp]


Provider = Callable[[Topic], Block]
_FOLLOW_UPS: dict[str, Provider] = {}


def register_follow_ups(name: str, provider: Provider) -> None:
    """Let an app show what follows from a topic; once under each name."""
    _FOLLOW_UPS[name] = provider


def follow_ups(topic: Topic) -> list[Block]:
    """The blocks that have something to show."""
    return [block for provider in _FOLLOW_UPS.values() if (block := provider(topic)).items]


def notes_of_a_topics_vote(vote: Vote) -> list[BallotNote]:
    """The staff's summary of the discussion and the opinion of each published hearing."""
    number = vote.subject.partition(":")[2]
    topic = Topic.objects.filter(pk=number).first() if number.isdigit() else None
    if topic is None:
        return []
    blocks = [_of_hearing(hearing) for hearing in _heard(topic)]
    if topic.summary:
        blocks.insert(
            0, BallotNote(_("The discussion in short"), topic.summary, url=topic.get_absolute_url())
        )
    return blocks


def _heard(topic: Topic) -> list[Hearing]:
    held = Hearing.objects.filter(topic=topic).exclude(opinion="").order_by("pk")
    return list(held.prefetch_related("items"))


def _of_hearing(hearing: Hearing) -> BallotNote:
    points = [_point(item) for item in hearing.items.all()]
    return BallotNote(_("What the hearing found"), hearing.opinion, points, hearing.get_absolute_url())


def _point(item: OpinionItem) -> Point:
    return Point(item.text, str(ItemKind(item.kind).label), TONES.get(ItemKind(item.kind), ""))


register_ballot_notes("topic", notes_of_a_topics_vote)
