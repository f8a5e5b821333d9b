"""Whom news of a topic reach."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from portal.community.models import User
from portal.community.selectors import members
from portal.deliberation.models import Seconding, Topic
from portal.record.services import key

PARTS = """
    WITH RECURSIVE part(id) AS (
        SELECT CAST(%s AS bigint)
        UNION
        SELECT merged.id FROM deliberation_topic merged JOIN part ON merged.merged_into_id = part.id
    )
    SELECT id FROM part
"""
KEYS = PARTS.replace("SELECT id FROM part", "SELECT 'topic:' || id FROM part")


def followers(topic: Topic) -> QuerySet[User]:
    """The accounts of those who stand behind a topic, or what was merged into it: proposers and seconders."""
    topics = Topic.objects.filter(pk__in=with_merged(topic))
    behind = Seconding.objects.filter(topic__in=topics.values("pk"))
    stands = Q(person__in=topics.values("proposer")) | Q(person__in=behind.values("person"))
    return User.objects.filter(stands, is_active=True)


def with_merged(topic: Topic) -> list[int]:
    """The keys of a topic and of all that became part of it, over however many steps."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS, [topic.pk])
        return [pk for (pk,) in cursor.fetchall()]


def keys_with_merged(topic: Topic) -> RawSQL | list[str]:
    """The keys of their subjects, to be looked for within another query."""
    if getattr(topic, "has_merged", True) is False:
        return [key(topic)]
    return RawSQL(KEYS, [topic.pk])  # noqa: S611 (constant text, the key is a parameter)


def concerned(topic: Topic) -> QuerySet[User]:
    """The followers, and everybody who lives or owns where the topic applies."""
    return followers(topic) | members(topic.area)
