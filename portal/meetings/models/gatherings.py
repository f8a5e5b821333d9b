"""Gatherings (联席会议、居民会议、居民代表会议、楼组长会议、茶室), and what a joint patrol found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Upload
from portal.meetings.models.base import AgendaItem, Meeting
from portal.meetings.models.decisions import Decision
from portal.meetings.states.gathering import COURSE, LIFE


class Form(models.TextChoices):
    """The forms of a gathering. What differs between them is data (portal.meetings.gatherings.forms_of)."""

    JOINT = "joint", _("Joint meeting")
    ASSEMBLY = "assembly", _("Residents’ assembly")
    DELEGATES = "delegates", _("Delegates’ meeting")
    CONVENORS = "convenors", _("Building convenors’ meeting")
    TEA = "tea", _("Open talk")


class Counted(models.TextChoices):
    """Who makes up a residents' assembly, chosen for each (《城市居民委员会组织法》 2018, article 9)."""

    ADULTS = "adults", _("all residents of 18 and more")
    HOUSEHOLDS = "households", _("one delegate of each household")
    GROUPS = "groups", _("two or three delegates of each residents’ group")


class Gathering(Meeting):
    """A meeting of the neighbourhood in one of five forms.

    `counted`: who makes up an assembly. `body_size`: how many belong to the body whose quorum is asked, where not all
    of them are invited by name; `came`: how many of them were counted at the door. `more_than`: the quorum has to be
    passed, not only reached. `asked_by`: how many asked for it, where it was called because they did.
    """

    course = COURSE
    life = LIFE
    form = models.CharField(_("form"), max_length=10, choices=Form)
    counted = models.CharField(max_length=10, choices=Counted, blank=True)
    body_size = models.PositiveIntegerField(null=True, blank=True)
    came = models.PositiveIntegerField(null=True, blank=True)
    more_than = models.BooleanField(default=False)
    asked_by = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(form="assembly") & ~Q(counted="")) | (~Q(form="assembly") & Q(counted="")),
                name="gathering_assembly_of_whom",
            ),
            models.CheckConstraint(
                condition=Q(body_size=None) | Q(body_size__gte=1), name="gathering_body_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(came=None) | Q(body_size=None) | Q(came__lte=models.F("body_size")),
                name="gathering_came_of_its_body",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("meetings:gathering", args=[self.pk])


class Finding(models.Model):
    """What a joint patrol found (巡查发现): one point of a joint meeting.

    It is answered by a decision with an owner and a day. One that was not done stands on the agenda of the next
    joint meeting, as a finding that `carries` this one on.
    """

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="findings")
    point = models.OneToOneField(AgendaItem, models.CASCADE, related_name="finding")
    place = models.CharField(_("where"), max_length=100)
    found = models.CharField(_("what was found"), max_length=300)
    photo = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decision = models.OneToOneField(Decision, models.SET_NULL, null=True, blank=True, related_name="finding")
    carries = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="carried_on")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None) | ~Q(answer=""), name="finding_decided_with_answer"
            ),
        ]
        ordering = ["point__number"]

    def __str__(self) -> str:
        return f"{self.place}: {self.found[:40]}"
