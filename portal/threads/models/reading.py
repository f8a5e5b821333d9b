"""How far somebody has read a discussion."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Min

from portal.community.models import User
from portal.threads.models.posts import Thread


class Reading(models.Model):
    """The number of the post up to which an account has read a discussion. Nobody else learns it.

    What is unread is counted from it each time, so that it comes to the same after whatever happened in any order.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    upto = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.upto}"

    def unread(self) -> tuple[int, int]:
        """How many posts of others that are shown came since, and the number of the first."""
        posts = (
            self.thread.posts.standing().filter(sequence__gt=self.upto).exclude(author=self.user.person_id)
        )
        found = posts.aggregate(count=Count("pk"), first=Min("sequence"))
        return found["count"], found["first"] or 0
