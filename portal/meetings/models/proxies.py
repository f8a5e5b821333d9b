"""Who votes in the hall for somebody who is absent, as seen before a vote was opened."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.kit import clock
from portal.meetings.models.base import Meeting, Participant


class ProxyQuerySet(models.QuerySet["Proxy"]):
    def standing(self) -> ProxyQuerySet:
        """Those that the next vote takes over."""
        return self.filter(ended_at=None)


class Proxy(models.Model):
    """A written mandate for the votes of a meeting: `holder` votes for `principal`. `seen_by` read the paper.

    Each vote takes over, when it is opened, those whose holder is present and whose principal is not.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="proxies")
    principal = models.ForeignKey(Participant, models.CASCADE, related_name="proxies_given")
    holder = models.ForeignKey(Participant, models.CASCADE, related_name="proxies_held")
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(_("seen on"), default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = ProxyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal"], condition=Q(ended_at=None), name="proxy_one_holder"
            ),
            models.CheckConstraint(condition=~Q(principal=F("holder")), name="proxy_of_somebody_else"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.principal_id} → {self.holder_id}"
