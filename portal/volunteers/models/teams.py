"""Teams, who is in them as what, and what a volunteer has agreed to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, User, Visitor
from portal.kit import clock
from portal.volunteers import states
from portal.volunteers.models.choices import TeamRole
from portal.volunteers.states import MemberState, TeamState


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: Visitor) -> TeamQuerySet:
        """That a team exists and what it does is public; who is in it is not."""
        return self.all()

    def active(self) -> TeamQuerySet:
        """Teams that have not been closed."""
        return self.filter(closed_at=None)


class Team(models.Model):
    """A volunteer team (志愿服务队) of a neighbourhood: it organises, and its recorders answer for the hours."""

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="teams")
    name = models.CharField(_("name of the team"), max_length=60)
    about = models.TextField(_("what the team does"), max_length=2000, blank=True)
    founded_at = models.DateTimeField(default=clock.now)
    founded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = TeamQuerySet.as_manager()
    life = states.TEAM

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "name"], name="team_name_once"),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("volunteers:team", args=[self.pk])

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name

    @property
    def state(self) -> TeamState:
        """Whether it is at work."""
        return TeamState.ACTIVE if self.closed_at is None else TeamState.CLOSED


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        """Those who have not left."""
        return self.filter(left_at=None)

    def keeping(self) -> MembershipQuerySet:
        """Those who keep the team's lists and hours: leaders and recorders."""
        return self.active().filter(role__in=[TeamRole.LEADER, TeamRole.RECORDER])


class Membership(models.Model):
    """A person in a team, with or without a phone. `entered_by`: who put somebody in that did not join alone."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=TeamRole, default=TeamRole.MEMBER)
    joined_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)
    objects = MembershipQuerySet.as_manager()
    life = states.MEMBERSHIP

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], condition=Q(left_at=None), name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.team}"

    def get_absolute_url(self) -> str:
        """The desk of the team's members."""
        return reverse("volunteers:members", args=[self.team_id])

    @property
    def title(self) -> str:
        """Who is meant, for those who keep the team."""
        return self.person.real_name

    @property
    def neighbourhood(self) -> Area:
        """The team's."""
        return self.team.neighbourhood

    @property
    def state(self) -> MemberState:
        """Whether the person is in the team."""
        return MemberState.IN if self.left_at is None else MemberState.OUT


class Volunteer(models.Model):
    """What a volunteer chose: the number on the city's site, and whether neighbours may read the name.

    `named_since`: from when the name stands on the wall of thanks and in lists; null: surname and stars only
    (regulation on volunteer service art. 20: no disclosure without consent).
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="volunteer")
    site_number = models.CharField(_("number on the city's volunteer site"), max_length=30, blank=True)
    named_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person)
