"""Reading topics for lists: by group, kind and words, page after page without counting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Visitor
from portal.deliberation.models import Category, Seconding, Topic, TopicQuerySet
from portal.deliberation.next_step import next_steps
from portal.deliberation.similar import matching
from portal.deliberation.states import ENDED, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK = re.compile(r"^(\d{1,17})-(\d{1,18})$")
NUMBER = re.compile(r"^\d{4}-\d{1,6}$")

GROUPS: dict[str, tuple[StrOrPromise, frozenset[State]]] = {
    "seconding": (_("Seconding"), frozenset({State.SECONDING, State.SCREENING, State.RETURNED})),
    "discussing": (_("Under discussion"), frozenset({State.ANNOUNCED, State.DISCUSSING, State.SUSPENDED})),
    "deciding": (_("Being decided"), frozenset({State.IN_FORUM, State.VOTING})),
    "acting": (_("Being done"), frozenset({State.ADOPTED, State.EXECUTING, State.EVALUATING})),
    "ended": (_("Ended"), ENDED),
}
MINE = "mine"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see: a group, a kind, words, and the mark of the last topic seen so far."""

    group: str = ""
    category: str = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list; `more` is the mark with which the next one begins, empty at the end."""

    topics: list[Topic]
    more: str


def page(neighbourhood: Area, user: Visitor, wish: Wish, size: int = PAGE) -> Page:
    """A page of topics, the latest change first, in a constant number of queries."""
    found = chosen(neighbourhood, user, wish)
    marks = list(_after(found, wish.after).values_list("state_since", "pk")[: size + 1])
    more = mark(*marks[size - 1]) if len(marks) > size else ""
    return Page(topics_of([pk for _since, pk in marks[:size]]), more)


def topics_of(keys: list[int]) -> list[Topic]:
    """The topics of these keys, in this order, each with what it waits for as `next_step`."""
    found = {topic.pk: topic for topic in Topic.objects.filter(pk__in=keys).for_list()}
    return with_steps(found[key] for key in keys if key in found)


def with_steps(topics: Iterable[Topic]) -> list[Topic]:
    """Topics (TopicQuerySet.for_list), each with what it waits for as `next_step`."""
    listed = list(topics)
    steps = next_steps(listed)
    for topic in listed:
        topic.next_step = steps.get(topic.pk)
    return listed


def chosen(neighbourhood: Area, user: Visitor, wish: Wish) -> TopicQuerySet:
    """The topics somebody wants to see, without order or end."""
    topics = Topic.objects.filter(neighbourhood=neighbourhood)
    if wish.group == MINE:
        topics = topics.filter(pk__in=_own(user))
    else:
        # The same for every reader: what its proposer alone may know stands among the reader's own.
        topics = topics.public()
        if wish.group in GROUPS:
            topics = topics.filter(state__in=GROUPS[wish.group][1])
    if wish.category in Category.values:
        topics = topics.filter(category=wish.category)
    return topics.filter(_said(neighbourhood, wish.words)) if wish.words.strip() else topics


def mark(since: datetime, pk: int) -> str:
    """The place of a topic in the order: microseconds since 1970, and its key."""
    return f"{(since - EPOCH) // timedelta(microseconds=1)}-{pk}"


def _after(topics: TopicQuerySet, after: str) -> TopicQuerySet:
    ordered = topics.order_by("-state_since", "-pk")
    place = MARK.match(after)
    if place is None:
        return ordered
    try:
        since = EPOCH + timedelta(microseconds=int(place[1]))
    except OverflowError:
        return ordered
    # The first condition lets the index begin at the right place; the second breaks ties.
    return ordered.filter(Q(state_since__lt=since) | Q(pk__lt=int(place[2])), state_since__lte=since)


def _own(user: Visitor) -> QuerySet[Topic, Any]:
    person = getattr(user, "person_id", None) or 0
    seconded = Seconding.objects.filter(person=person).values("topic_id")
    return Topic.objects.filter(proposer=person).order_by().values("pk").union(seconded)


def _said(neighbourhood: Area, words: str) -> Q:
    words = words.strip()
    if NUMBER.match(words):
        return Q(number=words)
    return matching(neighbourhood, words[:60])
