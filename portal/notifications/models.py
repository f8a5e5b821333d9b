"""What reaches a person: in the site, of many by a row that is delivered in slices; by e-mail through an outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, User, Visitor
from portal.kit import clock
from portal.notifications import kinds

TRIES = 5
# What is older is no news any more: it stays in the portal, but after a long outage it is not mailed.
NEWS = timedelta(days=7)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Visitor) -> NoticeQuerySet:
        """Everybody reads the own notices only."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        """Notices that were not opened yet."""
        return self.filter(read_at=None)

    def to_mail(self) -> NoticeQuerySet:
        """The outbox: not sent, not given up, still news, in nobody's hands, for an account in use."""
        now = clock.now()
        waiting = self.filter(by_mail=True, mailed_at=None, tries__lt=TRIES, mail_after__lte=now)
        return waiting.filter(created_at__gt=now - NEWS).filter(user__is_active=True).exclude(user__email="")


class Notice(models.Model):
    """One piece of news for one account. `occasion` makes it unique, so that a retry cannot tell twice.

    The words are made when somebody reads, in the reader's language, from the kind and its parameters.
    """

    # Found by the indexes below, which begin with the account; nobody asks for all of a neighbourhood.
    user = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    by_mail = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_after = models.DateTimeField(
        default=clock.now, help_text="a sender has it in hand, or waits, until then"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "occasion"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["mail_after"], condition=Q(by_mail=True, mailed_at=None), name="notice_outbox"
            ),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"

    @property
    def title(self) -> str:
        """What happened, in the language now spoken."""
        return kinds.title_of(self.kind, self.params)

    @property
    def body(self) -> str:
        """More about it, in the language now spoken; may be empty."""
        return kinds.body_of(self.kind, self.params)


class TextQuerySet(models.QuerySet["Text"]):
    def to_send(self) -> TextQuerySet:
        """Not sent, not given up, still news, in nobody's hands."""
        now = clock.now()
        return self.filter(sent_at=None, tries__lt=TRIES, send_after__lte=now, created_at__gt=now - NEWS)


class Text(models.Model):
    """A text message on its way to a number, whether there is an account or not; rows of long ago are cleared away."""

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    number = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    send_after = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    objects = TextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "kind", "occasion"], name="text_once"),
        ]
        indexes = [models.Index(fields=["send_after"], condition=Q(sent_at=None), name="text_outbox")]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"


class Delivery(models.Model):
    """News on its way to many (portal.notifications.delivery): what each notice says, to whom, and how far it came.

    `rule` and `about` find the accounts (portal.notifications.audiences), or `people` lists their keys in order; all
    up to the key `after` have theirs. `created_at` is when it happened, and what the notices say. Gone when all
    are told.
    """

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=clock.now)
    rule = models.CharField(max_length=60, blank=True)
    about = models.JSONField(default=list)
    people = models.JSONField(null=True)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"


class Preference(models.Model):
    """Which kinds or groups of kinds an account does not want by e-mail. No row means: everything."""

    user = models.OneToOneField(User, models.CASCADE, related_name="preference")
    no_mail = models.JSONField(_("not by e-mail"), default=list)

    def __str__(self) -> str:
        return str(self.user)
