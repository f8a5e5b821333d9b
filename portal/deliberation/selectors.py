"""Whom news of a topic reach."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from portal.community.models import User
from portal.community.selectors import members
from portal.deliberation.models import Seconding, Topic
from portal.notifications.following import unwanting, wanting
from portal.record.services import key
from portal.threads.models import Post

PARTS = """
    SELECT {} FROM (
        WITH RECURSIVE part(id) AS (
            SELECT CAST(%s AS bigint)
            UNION
            SELECT merged.id FROM deliberation_topic merged JOIN part ON merged.merged_into_id = part.id
        )
        SELECT id FROM part
    ) parts
"""


def followers(topic: Topic) -> QuerySet[User]:
    """The accounts of those who follow a topic, or what was merged into it.

    Proposers always; who seconded or spoke there unless they follow it no more; and whoever chose to.
    """
    keys = with_merged(topic)
    topics, subjects = Topic.objects.filter(pk__in=keys), [f"topic:{pk}" for pk in keys]
    taking_part = Q(person__in=_seconders(keys)) | Q(person__in=_speakers(keys))
    proposed = Q(person__in=topics.values("proposer"))
    told = proposed | wanting(subjects) | (taking_part & ~unwanting(subjects))
    return User.objects.filter(told, is_active=True)


def takes_part(user: User, topic: Topic) -> bool:
    """Whether somebody follows a topic without having said so: proposed, seconded, or spoke there."""
    person = user.person_id
    if person is None:
        return False
    if person == topic.proposer_id:
        return True
    asked = [topic.pk]
    return _seconders(asked).filter(person=person).exists() or _speakers(asked).filter(author=person).exists()


def with_merged(topic: Topic) -> list[int]:
    """The keys of a topic and of all that became part of it, over however many steps."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS.format("id"), [topic.pk])
        return [pk for (pk,) in cursor.fetchall()]


def keys_with_merged(topic: Topic) -> RawSQL | list[str]:
    """The keys of their subjects, to be looked for within another query."""
    if getattr(topic, "has_merged", True) is False:
        return [key(topic)]
    return RawSQL(PARTS.format("'topic:' || id"), [topic.pk])  # noqa: S611 (constant text, the key is a parameter)


def concerned(topic: Topic) -> QuerySet[User]:
    """The followers, everybody who lives or owns where the topic applies, and who follows that place."""
    return followers(topic) | members(topic.area) | of_place(topic)


def of_place(topic: Topic) -> QuerySet[User]:
    """Who follows the building, or other area, in which the topic applies."""
    return User.objects.filter(wanting([key(topic.area)]), is_active=True)


def _seconders(topics: list[int]) -> QuerySet[Seconding, int]:
    return Seconding.objects.filter(topic__in=topics).order_by().values_list("person", flat=True)


def _speakers(topics: list[int]) -> QuerySet[Post, int]:
    """Who wrote in the discussions of topics; who answers there by a post does that for the post."""
    said = Post.objects.filter(thread__subject__in=[f"topic:{pk}" for pk in topics])
    return said.filter(official=False).order_by().values_list("author", flat=True)
