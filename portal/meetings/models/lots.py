"""A panel drawn by lot: the draw, and who volunteered for it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Dwelling, Person
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.meetings.models.hearings import Hearing
from portal.meetings.states.lots import LIFE, PUBLISHED, RUNNING, LotState


class PanelDraw(models.Model):
    """The draw of one hearing's panel; a hearing has one at a time, and one that was drawn is its last.

    `quotas`: rows [feature, value, fewest seats, most seats]. `pool` and `tickets` are the published texts, their
    hashes stand in the record before `seed_at`, the moment of the event from which the seed is read (`seed_event` says
    how). `seeded_by` wrote the seed down, `drawn_by` is the second who read it. `ticket`: from 0 to 999.
    """

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="draws")
    state = models.CharField(max_length=12, choices=LotState, default=LotState.OPEN)
    life = LIFE
    size = models.PositiveSmallIntegerField(gettext_lazy("seats on the panel"))
    closes_at = models.DateTimeField(gettext_lazy("sign-up until"))
    quotas = models.JSONField(default=list)
    pool = models.TextField(blank=True)
    pool_sha256 = models.CharField(max_length=64, blank=True)
    tickets = models.TextField(blank=True)
    tickets_sha256 = models.CharField(max_length=64, blank=True)
    seed_event = models.CharField(gettext_lazy("what the seed is read from"), max_length=300, blank=True)
    seed_at = models.DateTimeField(gettext_lazy("when that takes place"), null=True, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    seed = models.CharField(gettext_lazy("seed"), max_length=100, blank=True)
    seeded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ticket = models.PositiveSmallIntegerField(null=True, blank=True)
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LotState.values), name="lot_known_state"),
            models.UniqueConstraint(
                fields=["hearing"], condition=~Q(state=LotState.CALLED_OFF), name="lot_one_a_hearing"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="lot_has_seats"),
            in_order("closes_at", "seed_at", name="lot_sign_up_before_the_seed"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(PUBLISHED))
                | (~Q(tickets_sha256="") & Q(committed_at__isnull=False, seed_at__gt=F("committed_at"))),
                name="lot_tickets_before_the_seed",
            ),
            models.CheckConstraint(
                condition=Q(seed="") | ~Q(tickets_sha256=""), name="lot_seed_after_tickets"
            ),
            models.CheckConstraint(
                condition=~Q(state=LotState.DRAWN)
                | (~Q(seed="") & Q(ticket__range=(0, 999), drawn_at__gte=F("seed_at"))),
                name="lot_drawn_with_a_seed",
            ),
            models.CheckConstraint(
                condition=Q(drawn_by=None) | (Q(seeded_by__isnull=False) & ~Q(drawn_by=F("seeded_by"))),
                name="lot_two_read_the_seed",
            ),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the draw."""
        return reverse("meetings:lot", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where the hearing belongs."""
        return self.hearing.neighbourhood

    @property
    def title(self) -> str:
        """What the record calls it."""
        return _("Panel by lot: %(title)s") % {"title": self.hearing.title}

    @property
    def running(self) -> bool:
        """Whether the panel is still to come from it."""
        return self.state in RUNNING

    @property
    def groups(self) -> list[str]:
        """The groups that speak on the panel, in the order given."""
        return [value for feature, value, *_seats in self.quotas if feature == "group"]

    @cached_property
    def published(self) -> dict[str, Any]:
        """The tickets as they were published; empty before."""
        found: dict[str, Any] = json.loads(self.tickets) if self.tickets else {}
        return found


class AgeBand(models.TextChoices):
    YOUNG = "18-29", gettext_lazy("18 to 29")
    ADULT = "30-44", gettext_lazy("30 to 44")
    MIDDLE = "45-59", gettext_lazy("45 to 59")
    OLDER = "60+", gettext_lazy("60 and older")


class Sex(models.TextChoices):
    FEMALE = "female", gettext_lazy("female")
    MALE = "male", gettext_lazy("male")


class Tenure(models.TextChoices):
    OWNER = "owner", gettext_lazy("owner")
    TENANT = "tenant", gettext_lazy("tenant")


class Volunteered(models.Model):
    """Somebody who would sit on a panel, with what is only asked for the draw; deleted when the hearing is over.

    `code` stands for the person in all that is published. `dwelling`: two of one flat never sit together.
    `drawn_at`: a seat came to this person, by lot or because another declined; `declined_at`: gave it back.
    """

    draw = models.ForeignKey(PanelDraw, models.CASCADE, related_name="volunteers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    code = models.CharField(max_length=8)
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(gettext_lazy("I would speak for"), max_length=40)
    age = models.CharField(gettext_lazy("age"), max_length=6, choices=AgeBand, blank=True)
    sex = models.CharField(gettext_lazy("sex"), max_length=6, choices=Sex, blank=True)
    tenure = models.CharField(gettext_lazy("I live here as"), max_length=6, choices=Tenure)
    at = models.DateTimeField(default=clock.now)
    drawn_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "person"], name="volunteered_once"),
            models.UniqueConstraint(fields=["draw", "code"], name="volunteered_code_once"),
        ]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def building(self) -> str:
        """The name of the building; empty where no flat is known."""
        return self.dwelling.building.name if self.dwelling else ""
