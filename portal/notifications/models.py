"""What reaches a person: in the site at once, by e-mail through an outbox."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.community.models import Area, User
from portal.record import clock


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        """Notices that nobody has opened yet."""
        return self.filter(read_at=None)

    def to_mail(self) -> NoticeQuerySet:
        """The outbox: due by e-mail, not sent, not given up (five tries)."""
        return self.filter(by_mail=True, mailed_at=None, tries__lt=5)


class Notice(models.Model):
    """One piece of news for one account. `occasion` makes it unique, so that a retry cannot tell twice.

    The words are made when somebody reads, in the reader's language, from the kind and its parameters.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    by_mail = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "occasion"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_newest"),
            models.Index(fields=["created_at"], condition=Q(by_mail=True, mailed_at=None), name="notice_outbox"),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"


class Preference(models.Model):
    """Which kinds an account does not want by e-mail. No row means: everything."""

    user = models.OneToOneField(User, models.CASCADE, related_name="preference")
    no_mail = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.user)
