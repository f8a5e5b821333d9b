"""Whom news of a topic reach."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.community.models import User
from portal.community.selectors import members
from portal.deliberation.models import Seconding, Topic


def followers(topic: Topic) -> QuerySet[User]:
    """The accounts of those who stand behind a topic, or what was merged into it: proposers and seconders."""
    topics = Topic.objects.filter(pk__in=with_merged(topic))
    behind = Seconding.objects.filter(topic__in=topics.values("pk"))
    stands = Q(person__in=topics.values("proposer")) | Q(person__in=behind.values("person"))
    return User.objects.filter(stands, is_active=True)


def with_merged(topic: Topic) -> list[int]:
    """The keys of a topic and of all that became part of it, over however many steps."""
    found = latest = [topic.pk]
    while latest:
        latest = list(Topic.objects.filter(merged_into__in=latest).order_by().values_list("pk", flat=True))
        found = found + latest
    return found


def concerned(topic: Topic) -> QuerySet[User]:
    """The followers, and everybody who lives or owns where the topic applies."""
    return followers(topic) | members(topic.area)
