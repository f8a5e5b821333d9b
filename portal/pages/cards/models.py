"""The contact card 360连心卡: what is said of whom to call, as far as nothing else in the portal says it already."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Appointment, Area, User
from portal.kit import clock
from portal.pages.seen import SeenForm


class ContactCard(models.Model):
    """What the cards of a neighbourhood say alike, or what that of one building says otherwise.

    Not stored twice: the committee's address and telephone are the neighbourhood's `contact`, and who holds a post
    is an appointment. A field of a building that is empty says what the neighbourhood's card says.
    """

    area = models.OneToOneField(Area, models.CASCADE, related_name="card")
    party = models.CharField(_("party branch"), max_length=40, blank=True)
    party_telephone = models.CharField(_("telephone of the party branch"), max_length=40, blank=True)
    firm = models.CharField(_("property firm"), max_length=60, blank=True)
    firm_hours = models.CharField(_("hours of the property firm"), max_length=60, blank=True)
    manager_telephone = models.CharField(_("telephone of the manager on duty"), max_length=40, blank=True)
    repair_telephone = models.CharField(_("telephone for repairs"), max_length=40, blank=True)
    owners_committee = models.CharField(_("where the owners' committee is met"), max_length=60, blank=True)
    owners_committee_telephone = models.CharField(
        _("telephone of the owners' committee"), max_length=40, blank=True
    )
    police = models.CharField(_("community police officer"), max_length=40, blank=True)
    police_telephone = models.CharField(_("telephone of the community police"), max_length=40, blank=True)
    grid = models.CharField(_("grid worker"), max_length=40, blank=True)
    grid_telephone = models.CharField(_("telephone of the grid worker"), max_length=40, blank=True)
    checked_on = models.DateField(_("checked on"), default=clock.today)
    base_form_class = SeenForm

    def __str__(self) -> str:
        return f"{self.area}"

    def get_absolute_url(self) -> str:
        """Where everybody reads it."""
        return card_url(self.area)

    @property
    def neighbourhood(self) -> Area:
        """Whose committee keeps it."""
        return self.area.neighbourhood

    @property
    def title(self) -> str:
        """What the record calls it."""
        return self.area.name


class HeadNumber(models.Model):
    """The telephone number a building head lets everybody read, as long as the post lasts and the consent."""

    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="card_number")
    telephone = models.CharField(_("telephone"), max_length=40)
    agreed_on = models.DateField(default=clock.today)

    def __str__(self) -> str:
        return f"{self.appointment}"


class CardsFile(models.Model):
    """All cards of a neighbourhood as one PDF, asked for by somebody and drawn by the periodic work."""

    class Size(models.TextChoices):
        """The paper of one card."""

        A4 = "a4", "A4"
        A6 = "a6", "A6"

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    size = models.CharField(max_length=2, choices=Size, default=Size.A4)
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "size"], name="cards_file_once")]

    def __str__(self) -> str:
        return f"{self.neighbourhood} {self.size}"


def card_url(area: Area) -> str:
    """The address of an area's card."""
    if area.is_neighbourhood:
        return reverse("pages:contacts", args=[area.slug])
    return reverse("pages:card", args=[area.neighbourhood.slug, area.pk])
