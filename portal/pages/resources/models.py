"""The resource map 社区资源图: places, skills neighbours offer, organisations, partners; and pins on a site plan."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Post, Upload, Visitor, inside_offices
from portal.kit import clock
from portal.pages.resources.states import REQUEST, RESOURCE, RequestState, ResourceState

EDGE = 1000
KEEPERS = (Post.DIRECTOR, Post.WORKER)


class Kind(models.TextChoices):
    """What is on the map."""

    PLACE = "place", _("Places to use")
    SKILL = "skill", _("Skills neighbours offer")
    ORGANISATION = "organisation", _("Organisations")
    PARTNER = "partner", _("Partners")


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: Visitor) -> ResourceQuerySet:
        """What is shown, one's own, and for the committee all of its place."""
        person = getattr(user, "person_id", None)
        if person is None:
            return self.filter(state=ResourceState.SHOWN)
        known = Q(state=ResourceState.SHOWN) | Q(person=person)
        return self.filter(known | inside_offices(user, KEEPERS, "neighbourhood"))

    def shown(self) -> ResourceQuerySet:
        """What everybody reads now: a skill until its year is over."""
        today = clock.today()
        return self.filter(Q(shown_until=None) | Q(shown_until__gte=today), state=ResourceState.SHOWN)


class Resource(models.Model):
    """Something a neighbourhood can use. A skill is somebody's (`person`), shown by the chosen name, for a year.

    `x`, `y`: its pin on the site plan, in thousandths of the picture's width and height from the upper left.
    """

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="resources")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("name"), max_length=60)
    about = models.CharField(_("what there is"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=100, blank=True)
    hours = models.CharField(_("hours"), max_length=100, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    conditions = models.CharField(_("conditions of use"), max_length=300, blank=True)
    picture = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="skills")
    state = models.CharField(max_length=10, choices=ResourceState, default=ResourceState.OFFERED)
    shown_until = models.DateField(null=True, blank=True)
    x = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(EDGE)])
    y = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(EDGE)])
    created_at = models.DateTimeField(default=clock.now)
    objects = ResourceQuerySet.as_manager()
    life: LifeCycle[Any] = RESOURCE

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.SKILL, person__isnull=False) | ~Q(kind=Kind.SKILL) & Q(person=None),
                name="resource_skill_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(x=None, y=None) | Q(x__lte=EDGE, y__lte=EDGE), name="resource_pin_on_plan"
            ),
        ]
        indexes = [models.Index(fields=["neighbourhood", "kind", "title"], name="resource_listed")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("pages:resource", args=[self.pk])

    @property
    def is_skill(self) -> bool:
        """Whether a neighbour offers it."""
        return self.kind == Kind.SKILL

    @property
    def record_subject(self) -> str:
        """What the record files it under."""
        return f"resource:{self.pk}"


class SitePlan(models.Model):
    """The picture of a neighbourhood on which its places are pinned."""

    neighbourhood = models.OneToOneField(Area, models.CASCADE, related_name="site_plan")
    picture = models.ForeignKey(Upload, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.neighbourhood}"


class SkillRequestQuerySet(models.QuerySet["SkillRequest"]):
    def visible_to(self, user: Visitor) -> SkillRequestQuerySet:
        """Those of whoever asked, and of whoever was asked: nobody else reads them."""
        person = getattr(user, "person_id", None)
        if person is None:
            return self.none()
        return self.filter(Q(asker=person) | Q(resource__person=person))


class SkillRequest(models.Model):
    """Somebody asks for a skill; both read each other's chosen name and no number."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="requests")
    asker = models.ForeignKey(Person, models.PROTECT, related_name="skill_requests")
    text = models.CharField(_("message"), max_length=500)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    objects = SkillRequestQuerySet.as_manager()
    life: LifeCycle[Any] = REQUEST

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where both read it."""
        return reverse("pages:skill_request", args=[self.pk])

    @property
    def state(self) -> RequestState:
        """Whether it was answered."""
        return RequestState.ANSWERED if self.answered_at else RequestState.ASKED

    @property
    def title(self) -> str:
        """What was asked for."""
        return self.resource.title

    @property
    def neighbourhood(self) -> Area:
        """Where."""
        return self.resource.neighbourhood
