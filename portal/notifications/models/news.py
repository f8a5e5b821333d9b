"""What reaches a person: in the site, of many by a row that is delivered in slices; by e-mail through an outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from portal.community.models import Area, User, Visitor
from portal.kit import clock
from portal.notifications import kinds

TRIES = 5
# What is older is no news any more: it stays in the portal, but after a long outage it is not mailed. Longer than the
# longest holiday, eight days, with the evening before and the morning after.
NEWS = timedelta(days=10)
# Mails and texts of the outbox are forgotten after so long, whatever became of them.
FORGOTTEN_AFTER = timedelta(days=30)


def _minutes(*pauses: int) -> list[timedelta]:
    return [timedelta(minutes=minutes) for minutes in pauses]


class Outgoing(models.Model):
    """What is handed to a server (portal.notifications.handing): how often it was tried, what was last said against it.

    Its column WAITS_UNTIL says until when somebody has it in hand, or it waits; DONE when it was taken.
    """

    WAITS_UNTIL: ClassVar[str] = "send_after"
    DONE: ClassVar[str] = "sent_at"
    # Until the next try after the first, second … one.
    PAUSES: ClassVar[list[timedelta]] = _minutes(5, 30, 120, 480, 1440)
    created_at: Any
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def taken(self, now: datetime) -> dict[str, object]:
        """What changes in its columns when a server took it."""
        return {self.DONE: now}

    @staticmethod
    def worth_sending(now: datetime) -> Q:
        """Which rows would still say something, however often they were refused."""
        return Q(created_at__gt=now - NEWS)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Visitor) -> NoticeQuerySet:
        """Everybody reads the own notices only."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        """Notices that were not opened yet."""
        return self.filter(read_at=None)

    def waiting(self) -> NoticeQuerySet:
        """To be mailed: not sent, not given up, still news, for an account in use with an address."""
        unsent = self.filter(by_mail=True, mailed_at=None, tries__lt=TRIES)
        news = unsent.filter(created_at__gt=clock.now() - NEWS)
        return news.filter(user__is_active=True).exclude(user__email="")

    def to_mail(self) -> NoticeQuerySet:
        """The outbox: what waits and is in nobody's hands."""
        return self.waiting().filter(mail_after__lte=clock.now())

    def given_up(self) -> NoticeQuerySet:
        """Of this month, what was refused too often, or is no news any more."""
        now = clock.now()
        unsent = self.filter(by_mail=True, mailed_at=None, created_at__gt=now - FORGOTTEN_AFTER)
        return unsent.filter(Q(tries__gte=TRIES) | Q(created_at__lte=now - NEWS))


class Notice(Outgoing):
    """One piece of news for one account. `occasion` makes it unique, so that a retry cannot tell twice.

    The words are made when somebody reads, in the reader's language, from the kind and its parameters.
    """

    WAITS_UNTIL, DONE = "mail_after", "mailed_at"
    # Found by the indexes below, which begin with the account; nobody asks for all of a neighbourhood.
    user = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    matter = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="the key of what it is about"
    )
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    by_mail = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_after = models.DateTimeField(
        default=clock.now, help_text="a sender has it in hand, or waits, until then"
    )
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

    @staticmethod
    def worth_sending(now: datetime) -> Q:
        """While it is news, and to be mailed to an account in use with an address."""
        reached = User.objects.filter(is_active=True).exclude(email="")
        return Outgoing.worth_sending(now) & Q(by_mail=True, user__in=reached)

    @property
    def title(self) -> str:
        """What happened, in the language now spoken."""
        return kinds.title_of(self.kind, self.params)

    @property
    def body(self) -> str:
        """More about it, in the language now spoken; may be empty."""
        return kinds.body_of(self.kind, self.params)


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> MailQuerySet:
        """Not sent, not given up, still worth it."""
        return self.filter(sent_at=None, tries__lt=TRIES, worth_until__gt=clock.now())

    def to_send(self) -> MailQuerySet:
        """What waits and is in nobody's hands."""
        return self.waiting().filter(send_after__lte=clock.now())

    def given_up(self) -> MailQuerySet:
        """Refused too often, or worth nothing any more."""
        return self.filter(sent_at=None).filter(Q(tries__gte=TRIES) | Q(worth_until__lte=clock.now()))


class Mail(Outgoing):
    """A mail about an account: a code, a link, what changed. Its text is gone once it was sent or given up.

    `worth_until`: what its code or link is good for; it is not sent later.
    """

    kind = models.CharField(max_length=60)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=clock.now)
    worth_until = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    send_after = models.DateTimeField(default=clock.now)
    objects = MailQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["send_after"], condition=Q(sent_at=None), name="mail_outbox")]

    def __str__(self) -> str:
        return self.kind

    def taken(self, now: datetime) -> dict[str, object]:
        """Nobody needs a code or a link twice."""
        return super().taken(now) | {"body": ""}

    @staticmethod
    def worth_sending(now: datetime) -> Q:
        """While its code or link holds, and its text is there."""
        return Q(worth_until__gt=now) & ~Q(body="")


class TextQuerySet(models.QuerySet["Text"]):
    def waiting(self) -> TextQuerySet:
        """Not sent, not given up, still news."""
        return self.filter(sent_at=None, tries__lt=TRIES, created_at__gt=clock.now() - NEWS)

    def to_send(self) -> TextQuerySet:
        """What waits and is in nobody's hands."""
        return self.waiting().filter(send_after__lte=clock.now())

    def given_up(self) -> TextQuerySet:
        """Refused too often, or no news any more."""
        over = Q(tries__gte=TRIES) | Q(created_at__lte=clock.now() - NEWS)
        return self.filter(sent_at=None).filter(over)


class Text(Outgoing):
    """A text message on its way to a number, whether there is an account or not; rows of long ago are cleared away."""

    PAUSES = _minutes(2, 10, 60, 240, 1440)
    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    number = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    send_after = models.DateTimeField(default=clock.now)
    objects = TextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "kind", "occasion"], name="text_once"),
        ]
        indexes = [models.Index(fields=["send_after"], condition=Q(sent_at=None), name="text_outbox")]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"


class Ceiling(models.Model):
    """A day on which the portal's ceiling of text messages was reached: since when, and how many were held back."""

    day = models.DateField(unique=True)
    reached_at = models.DateTimeField(default=clock.now)
    held = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day)


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
    matter = models.CharField(max_length=60, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=clock.now)
    rule = models.CharField(max_length=60, blank=True)
    about = models.JSONField(default=list)
    people = models.JSONField(null=True)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"
