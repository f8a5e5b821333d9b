"""What somebody chose: what they follow, which news they want, by which ways and how soon."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.community.models import User, Visitor
from portal.kit import clock


class Channel(models.TextChoices):
    """The ways out of the portal."""

    MAIL = "mail", _("E-mail")
    TEXT = "text", _("Text message")
    PUSH = "push", _("On this phone or computer (push)")
    WECHAT = "wechat", _("WeChat")


class Pace(models.TextChoices):
    """How soon news goes out by a way."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day, all together")
    OFF = "off", _("not at all")


class Preference(models.Model):
    """Which groups of news an account does not want: outside the portal, or not even in it. No row: it wants all.

    What is owed to somebody, asked of them or about their right comes in any case (portal.notifications.kinds).
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="preference")
    no_mail = models.JSONField(_("only in the portal"), default=list)
    hidden = models.JSONField(_("not even in the portal"), default=list, db_default=[])

    def __str__(self) -> str:
        return str(self.user)


class Way(models.Model):
    """How soon news goes to an account by a way. Without a row: by e-mail at once, by any other not at all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="ways", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel)
    pace = models.CharField(max_length=10, choices=Pace)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="way_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.pace}"


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, user: Visitor) -> FollowQuerySet:
        """Nobody but oneself ever reads what one follows."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()


class Follow(models.Model):
    """That an account wants news of something, or wants them no more.

    Without a row holds what the thing's app says of its own accord (portal.notifications.following).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="follows", db_index=False)
    subject = models.CharField(max_length=60, help_text="the key of what is followed")
    wanted = models.BooleanField(default=True)
    at = models.DateTimeField(default=clock.now)
    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="follow_once")]
        indexes = [models.Index(fields=["subject", "wanted"], name="follow_subject")]

    def __str__(self) -> str:
        return self.subject
