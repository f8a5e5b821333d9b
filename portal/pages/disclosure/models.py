"""The disclosure catalogue 居务公开目录: what a committee makes public, how often, and what it has published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, LegalStatus, Post, Upload, User
from portal.kit import clock
from portal.pages.disclosure.states import ITEM, ItemState


class Period(models.TextChoices):
    """How often an item is published."""

    STANDING = "standing", _("standing, updated on change")
    CHANGE = "change", _("on change")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")
    ARISES = "arises", _("as it arises")


MONTHS = {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.HALF_YEARLY: 6, Period.YEARLY: 12}


class DisclosureItem(models.Model):
    """One line of the catalogue. `key`: that of the shipped line it came from, empty where the neighbourhood added it.

    `days`: working days after the end of the period, or after the day it arose. `feed`: what the portal publishes of
    it from its own data. `arose_on`: the day from which one is owed.
    """

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="disclosure_items")
    key = models.CharField(max_length=40, blank=True)
    group = models.CharField(_("class"), max_length=40)
    title = models.CharField(_("item"), max_length=60)
    contents = models.CharField(_("what it holds"), max_length=300)
    basis = models.CharField(_("legal basis"), max_length=120, blank=True)
    status = models.CharField(max_length=12, choices=LegalStatus, default=LegalStatus.PRACTICE)
    period = models.CharField(_("how often"), max_length=12, choices=Period)
    days = models.PositiveSmallIntegerField(_("working days for it"), default=10)
    publisher = models.CharField(_("who publishes it"), max_length=20, choices=Post, default=Post.WORKER)
    channels = models.CharField(_("where it is published besides"), max_length=100, blank=True)
    feed = models.CharField(max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(default=1000)
    since = models.DateField(default=clock.today)
    arose_on = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    life: LifeCycle[Any] = ITEM

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "key"], condition=~Q(key=""), name="disclosure_shipped_once"
            ),
            models.CheckConstraint(
                condition=Q(retired_on=None) | ~Q(status=LegalStatus.LAW), name="disclosure_law_stays"
            ),
        ]
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """What was published of it."""
        return reverse("pages:disclosure_item", args=[self.pk])

    @property
    def state(self) -> ItemState:
        """Whether it is in the catalogue."""
        return ItemState.RETIRED if self.retired_on else ItemState.LISTED

    @property
    def statutory(self) -> bool:
        """Whether the law asks for it: then it stays."""
        return self.status == LegalStatus.LAW


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: Any) -> PublicationQuerySet:
        """What was published stays readable for everybody, corrected ones too."""
        return self.all()

    def current(self) -> PublicationQuerySet:
        """Without those that a correction replaced."""
        return self.filter(corrected_by=None)


class Publication(models.Model):
    """What was published of an item, for the days it covers. A correction is another one; the former stays readable."""

    item = models.ForeignKey(DisclosureItem, models.PROTECT, related_name="publications")
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(_("text"), blank=True)
    file = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    covers_from = models.DateField(_("covers from"))
    covers_to = models.DateField(_("covers until"))
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    reason = models.CharField(_("reason of the correction"), max_length=200, blank=True)
    objects = PublicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(covers_to__gte=F("covers_from")), name="publication_days"),
            models.CheckConstraint(condition=~Q(body="") | Q(file__isnull=False), name="publication_says"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where everybody reads it."""
        return reverse("pages:publication", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose it is."""
        return self.item.neighbourhood
