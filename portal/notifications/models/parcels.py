"""News on its way out of the portal, except mail that goes at once, which its notice itself keeps."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from portal.kit import clock
from portal.notifications.models.choices import Channel
from portal.notifications.models.news import NEWS, TRIES, Notice, Outgoing


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def waiting(self) -> ParcelQuerySet:
        """Not sent, not given up, still news, for an account in use."""
        unsent = self.filter(sent_at=None, tries__lt=TRIES, created_at__gt=clock.now() - NEWS)
        return unsent.filter(notice__user__is_active=True)

    def to_send(self) -> ParcelQuerySet:
        """What waits and is in nobody's hands."""
        return self.waiting().filter(send_after__lte=clock.now())

    def given_up(self) -> ParcelQuerySet:
        """Refused too often, or no news any more."""
        return self.filter(sent_at=None).filter(Q(tries__gte=TRIES) | Q(created_at__lte=clock.now() - NEWS))


class Parcel(Outgoing):
    """A notice that goes to its reader by one way: alone, or with others of the day (`daily`)."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="parcels", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel)
    daily = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="taken, or read in the portal before")
    send_after = models.DateTimeField(default=clock.now)
    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="parcel_once")]
        indexes = [models.Index(fields=["send_after"], condition=Q(sent_at=None), name="parcel_outbox")]

    def __str__(self) -> str:
        return f"{self.channel} {self.notice_id}"

    @property
    def kind(self) -> str:
        """What is said, as `manage.py outbox` names it."""
        return f"{self.channel} {self.notice.kind}"

    @staticmethod
    def worth_sending(now: datetime) -> Q:
        """While it is news, to an account in use."""
        return Outgoing.worth_sending(now) & Q(notice__user__is_active=True)
