"""What a building head keeps of going from door to door: who may be called, and at which door somebody was tried."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.community.models import Dwelling, Person, User
from portal.kit import clock


class CallConsent(models.Model):
    """Somebody of a building agreed that its head may call them, at a number given for this alone.

    `noted_by`: who of the committee noted what was signed or said at the counter, of somebody without an account.
    """

    board = models.ForeignKey("boards.BuildingBoardPage", models.CASCADE, related_name="callable")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    phone = models.CharField(_("number at which the head may call you"), max_length=20)
    since = models.DateField(default=clock.today)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "person"], name="call_consent_once")]

    def __str__(self) -> str:
        return f"{self.board_id} {self.person}"


class DoorResult(models.TextChoices):
    """What came of one try at a door. Nothing is kept of what was said there."""

    MET = "met", _("was there")
    AWAY = "away", _("not at home")
    PAPER = "paper", _("took the paper")


class DoorTry(models.Model):
    """One try a day to reach a household about one open matter; it goes when the matter is over.

    `subject`: the matter's key (vote:12). It is a try to tell somebody and never the handing over of a ballot, which
    the committee notes on the roll.
    """

    board = models.ForeignKey("boards.BuildingBoardPage", models.CASCADE, related_name="tries")
    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=40)
    on = models.DateField(default=clock.today)
    result = models.CharField(max_length=8, choices=DoorResult)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dwelling", "subject", "on"], name="door_try_once_a_day")
        ]
        indexes = [models.Index(fields=["board", "subject"], name="door_try_of_matter")]

    def __str__(self) -> str:
        return f"{self.subject} {self.dwelling_id} {self.on}"
