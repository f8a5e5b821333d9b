"""Whom news of a topic reach."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.community.models import User
from portal.community.selectors import members
from portal.deliberation.models import Topic


def followers(topic: Topic) -> QuerySet[User]:
    """The accounts of those who stand behind a topic: its proposer and its seconders."""
    stands = Q(person=topic.proposer_id) | Q(person__in=topic.secondings.values("person_id"))
    return User.objects.filter(stands, is_active=True)


def concerned(topic: Topic) -> QuerySet[User]:
    """The followers, and everybody who lives or owns where the topic applies."""
    return followers(topic) | members(topic.area)
