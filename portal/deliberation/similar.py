"""Finding topics by their words. Two-character pieces need no dictionary, for Chinese and Latin alike."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Count, QuerySet

from portal.community.models import Area, Visitor
from portal.deliberation.models import Topic, TopicGram

INDEXED = 300  # characters of a topic that are indexed; the title and the place come first
CANDIDATES = 20
ALIKE = (1, 5)  # shared pieces of all pieces (Dice) from which two texts are called similar
_WORDS = re.compile(r"[^\W_]+")


def grams(text: str) -> frozenset[str]:
    """The two-character pieces of a text; a word of one character is its own. Case and width do not count."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
    return frozenset(word[at : at + 2] for word in words for at in range(max(len(word) - 1, 1)))


def text_of(topic: Topic) -> str:
    """What a topic is found by."""
    return " ".join([topic.title, topic.place, topic.wish, topic.problem])[:INDEXED]


def index(topic: Topic) -> None:
    """Renew a topic's pieces; part of the transaction that changes its text."""
    wanted = grams(text_of(topic))
    kept = set(topic.grams.values_list("gram", flat=True))
    topic.grams.exclude(gram__in=wanted).delete()
    TopicGram.objects.bulk_create(
        TopicGram(topic=topic, neighbourhood_id=topic.neighbourhood_id, gram=gram)
        for gram in sorted(wanted - kept)
    )


def similar(topic: Topic, user: Visitor, limit: int = 5) -> list[Topic]:
    """Topics of the same neighbourhood whose words are most alike, the most alike first."""
    mine = grams(text_of(topic))
    shared = (
        TopicGram.objects.filter(neighbourhood_id=topic.neighbourhood_id, gram__in=mine)
        .exclude(topic_id=topic.pk)
        .values_list("topic_id")
        .annotate(count=Count("pk"))
        .order_by("-count", "-topic_id")
    )
    common = dict(shared[:CANDIDATES])
    found = Topic.objects.visible_to(user).for_list().filter(pk__in=common).with_pieces()
    alike = [other for other in found if _alike(common[other.pk], len(mine), other.pieces)]
    return sorted(alike, key=lambda other: (-common[other.pk], -other.pk))[:limit]


def matching(neighbourhood: Area, words: str) -> QuerySet[TopicGram, int]:
    """Keys of the topics of a neighbourhood that hold every piece of the words; for `pk__in`."""
    wanted = grams(words)
    pieces = TopicGram.objects.filter(neighbourhood=neighbourhood)
    held = (
        pieces.filter(gram__in=wanted)
        .values("topic_id")
        .annotate(count=Count("pk"))
        .filter(count=len(wanted))
    )
    return held.values_list("topic_id", flat=True)


def _alike(common: int, mine: int, others: int) -> bool:
    return 2 * common * ALIKE[1] >= ALIKE[0] * (mine + others)
