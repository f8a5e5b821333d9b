"""Which topics are alike, and which hold some words: asked of the index that the search uses."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from portal.community.models import Area, Visitor
from portal.deliberation.models import Topic
from portal.search.likeness import meant, pieces_of, sharing
from portal.search.models import tag_of
from portal.search.words import asked, numbers

COMPARED = 300  # characters of a topic that are compared; the title and the place come first
CANDIDATES = 40
ALIKE = (1, 5)  # shared pieces of all pieces (Dice) from which two texts are called similar
NAMED = (1, 2)  # pieces of a title being typed that a topic must hold
LEAST = 2  # characters of a title from which topics are looked for


def text_of(topic: Topic) -> str:
    """What a topic is compared by."""
    return " ".join([topic.title, topic.place, topic.wish, topic.problem])[:COMPARED]


def similar(topic: Topic, user: Visitor, limit: int = 5) -> list[Topic]:
    """Topics of the same neighbourhood that share words with the title and are most alike, the most alike first."""
    forms = meant(text_of(topic))
    common = {
        other: max(len(mine & theirs) for mine in forms)
        for other, theirs in _candidates(topic.neighbourhood, topic.title, user, but=topic.pk)
        if any(_alike(len(mine & theirs), len(mine), len(theirs)) for mine in forms)
    }
    return _most(common, limit)


def named_alike(title: str, here: Area, user: Visitor, limit: int = 3, but: int | None = None) -> list[Topic]:
    """Topics that hold at least half of the pieces of a title that is being typed. `but`: the one it is typed for."""
    forms = meant(title[:COMPARED])
    if len("".join(title.split())) < LEAST or not forms[0]:
        return []
    common = {
        other: max(len(mine & theirs) for mine in forms)
        for other, theirs in _candidates(here, title, user, but=but)
        if any(len(mine & theirs) * NAMED[1] >= len(mine) * NAMED[0] for mine in forms)
    }
    return _most(common, limit)


def matching(neighbourhood: Area, words: str) -> Q:
    """The condition under which a topic of a neighbourhood holds all the words."""
    wanted = asked(words)
    sql, values = numbers(wanted, tag_of("topic", neighbourhood.pk))
    # The statement is made of columns and tables; what was typed is among the values.
    return Q(pk__in=RawSQL(sql, values) if wanted else [])  # noqa: S611


def _candidates(here: Area, title: str, user: Visitor, but: int | None) -> list[tuple[Topic, frozenset[str]]]:
    """The topics that share the most pieces with a title, of those a reader may know, with the pieces of each."""
    shared = sharing("topic", here, title, CANDIDATES)
    found = Topic.objects.visible_to(user).for_list().filter(pk__in=shared.keys() - {but})
    return [(other, pieces_of(text_of(other))) for other in found]


def _most(common: dict[Topic, int], limit: int) -> list[Topic]:
    return sorted(common, key=lambda other: (-common[other], -other.pk))[:limit]


def _alike(common: int, mine: int, others: int) -> bool:
    return 2 * common * ALIKE[1] >= ALIKE[0] * (mine + others)
