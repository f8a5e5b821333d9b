"""What is organised: activities, and the shifts in which they are held."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.actions.versions import Versioned
from portal.community.models import Appointment, Area, Ownership, Post, Residency, Upload, User, Visitor
from portal.community.places import ancestors, touching
from portal.kit import clock, wording
from portal.volunteers import states
from portal.volunteers.models.choices import ActivityKind, TeamRole, Visibility
from portal.volunteers.models.teams import Membership, Team
from portal.volunteers.spans import Span
from portal.volunteers.states import Phase, SignupState, Stage, phase

COMMITTEE_POSTS = (Post.DIRECTOR, Post.WORKER)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Visitor) -> ActivityQuerySet:
        """Posted ones by their visibility; before that, those who lead the team or work in the committee."""
        return self.filter(_seen_by(user, ""))

    def posted(self) -> ActivityQuerySet:
        """Approved and not called off."""
        return self.filter(approved_at__isnull=False, cancelled_at=None)


class Activity(Versioned):
    """A volunteer activity (志愿服务活动): what is done, for whom, with which risks. Its shifts say when and where.

    `least_age`, `most_age` in years; below 18 a guardian's consent is asked for (Shanghai regulation art. 13).
    `risky`: there is bodily risk, so volunteers are insured (national regulation art. 16-17). `screened`: the
    leader decides about each sign-up. `mutual_aid`: elder-care mutual aid, which the city credits elsewhere and
    which is therefore never counted as service hours here. `about` is the key of the topic, demand or fund
    project it carries out, such as `topic:12`. `cancel_hours`: until how long before a shift one may cancel.
    `signup_from`: when sign-up opens by itself; with the posting where empty.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="activities")
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="activities")
    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind, default=ActivityKind.OTHER)
    content = models.TextField(_("what will be done"), max_length=3000)
    beneficiary = models.CharField(_("for whom"), max_length=100, blank=True)
    place = models.CharField(_("place"), max_length=120)
    skills = models.CharField(_("skills that help"), max_length=200, blank=True)
    bring = models.CharField(_("what to bring"), max_length=200, blank=True)
    risks = models.TextField(_("risks and how they are met"), max_length=1000)
    risky = models.BooleanField(_("bodily risk"), default=False)
    insurance_number = models.CharField(_("number of the insurance"), max_length=60, blank=True)
    least_age = models.PositiveSmallIntegerField(_("from age"), default=18)
    most_age = models.PositiveSmallIntegerField(_("up to age"), null=True, blank=True)
    visibility = models.CharField(
        _("who reads it"), max_length=12, choices=Visibility, default=Visibility.EVERYONE
    )
    screened = models.BooleanField(_("the leader decides about each sign-up"), default=False)
    mutual_aid = models.BooleanField(_("elder-care mutual aid"), default=False)
    cancel_hours = models.PositiveSmallIntegerField(_("cancel until so many hours before"), default=24)
    signup_from = models.DateTimeField(_("sign-up from"), null=True, blank=True)
    contact = models.CharField(_("whom to ask"), max_length=100, blank=True)
    about = models.CharField(max_length=60, blank=True)
    photos = models.ManyToManyField(Upload, blank=True, related_name="+")
    cover = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    returned_why = models.CharField(max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_why = models.CharField(max_length=500, blank=True)
    objects = ActivityQuerySet.as_manager()
    life = states.ACTIVITY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(risky=False) | Q(approved_at=None) | ~Q(insurance_number=""),
                name="activity_risky_is_insured",
            ),
            models.CheckConstraint(
                condition=Q(most_age=None) | Q(most_age__gte=F("least_age")), name="activity_ages"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | ~Q(risks=""), name="activity_names_its_risks"
            ),
        ]
        indexes = [
            models.Index(fields=["about"], condition=~Q(about=""), name="activity_about"),
            models.Index(fields=["neighbourhood", "-approved_at"], name="activity_newest"),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("volunteers:activity", args=[self.pk])

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.cancelled_at is not None:
            return Stage.CANCELLED
        if self.approved_at is not None:
            return Stage.POSTED
        return Stage.DRAFT if self.submitted_at is None else Stage.SUBMITTED

    @property
    def picture(self) -> Upload | None:
        """What stands beside it in lists, once everybody may see it."""
        return self.cover if self.cover and self.cover.public else None

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it, once it is posted."""
        return self.visibility == Visibility.EVERYONE

    @property
    def record_title(self) -> str:
        """What the public record calls it: its title, or only its team where not everybody reads it."""
        return self.title if self.is_public else self.team.name

    def public(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the public record keeps of a step: nothing where not everybody reads the activity."""
        return {"about": self.about, **data} if self.is_public else {}

    @property
    def takes_signups(self) -> bool:
        """Whether sign-up has opened."""
        return self.signup_from is None or clock.passed(self.signup_from)

    @property
    def takes_minors(self) -> bool:
        """Whether people under 18 may take part, with a guardian's consent."""
        return self.least_age < 18


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, user: Visitor) -> ShiftQuerySet:
        """Shifts of activities the visitor may see."""
        return self.filter(_seen_by(user, "activity__"))

    def posted(self) -> ShiftQuerySet:
        """Of posted activities, not called off."""
        return self.filter(
            activity__approved_at__isnull=False, activity__cancelled_at=None, cancelled_at=None
        )

    def to_come(self) -> ShiftQuerySet:
        """Posted and not yet over, the next one first."""
        return self.posted().filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")

    def lock(self) -> None:
        """Lock them until commit, always in the same order. Whatever belongs to a shift is locked after it."""
        list(self.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))

    def wanting(self) -> ShiftQuerySet:
        """Posted, not begun, with free places."""
        return self.posted().filter(starts_at__gt=clock.now(), taken__lt=F("slots"))


class Shift(models.Model):
    """One time at which an activity is held, with its places. A series is an activity with several of them.

    `taken` counts the accepted sign-ups; that it never exceeds `slots` is held by the database. `moved_at`: last given
    another time or place. `closed_at`: the
    attendance list was closed and hours were entered from it; `settled_at`: every record of it is decided.
    `secret` makes the codes at the place; it never leaves the server.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place, where another"), max_length=120, blank=True)
    slots = models.PositiveSmallIntegerField(_("places"))
    taken = models.PositiveSmallIntegerField(default=0)
    secret = models.CharField(max_length=64, editable=False)
    moved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_why = models.CharField(max_length=500, blank=True)
    objects = ShiftQuerySet.as_manager()
    life = states.SHIFT
    # How the reader's sign-up stands, where a list was read for one reader.
    own: SignupState | None = None
    # Whether the last change gave it another time or place.
    moved = False

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("slots")), name="shift_places"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_times"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(closed_at__isnull=False), name="shift_settled_after_closing"
            ),
            models.UniqueConstraint(fields=["activity", "starts_at", "place"], name="shift_once"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="shift_start")]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.activity} {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("volunteers:shift", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """The activity's."""
        return self.activity.neighbourhood

    @property
    def can_be_put_back(self) -> bool:
        """Whether it was called off by itself and lies ahead, so that it could take place after all."""
        return self.cancelled_at is not None and not clock.passed(self.starts_at)

    @property
    def title(self) -> str:
        """The activity's."""
        return self.activity.title

    @property
    def dated_title(self) -> str:
        """The activity's title and the day. What is kept is written in the portal's own language, whoever acts."""
        return self._dated(self.title)

    @property
    def record_title(self) -> str:
        """The same for the public: an activity that not everybody reads is not named."""
        return self._dated(self.activity.record_title)

    @property
    def phase(self) -> Phase:
        """Where it stands now."""
        return phase(clock.now(), self)

    @property
    def span(self) -> Span:
        """Its time."""
        return Span(self.starts_at, self.ends_at)

    @property
    def overnight(self) -> bool:
        """Whether it ends on a later day than it begins, in Shanghai."""
        return clock.day_of(self.starts_at) != clock.day_of(self.ends_at)

    @property
    def free(self) -> int:
        """Places not taken."""
        return self.slots - self.taken

    @property
    def where(self) -> str:
        """Its own place, else the activity's."""
        return self.place or self.activity.place

    @property
    def cancel_until(self) -> datetime:
        """Until when somebody who has a place may cancel."""
        return self.starts_at - timedelta(hours=self.activity.cancel_hours)

    def _dated(self, named: str) -> str:
        with translation.override(settings.LANGUAGE_CODE):
            return f"{named} {wording.day(self.starts_at)}"


def kept_by(user: Visitor, team: str) -> Q:
    """What those see who keep a team's lists and hours, or work in the committee of its neighbourhood.

    `team` leads to the team.
    """
    person = getattr(user, "person_id", None)
    if person is None:
        return Q(pk__in=[])
    kept = Q(**{f"{team}__in": Membership.objects.keeping().filter(person=person).values("team")})
    return reduce(or_, [touching(path, f"{team}__neighbourhood") for path in _offices_of(user)], kept)


def committee_sees(user: Visitor) -> Q:
    """What those see who work in the committee of a thing's neighbourhood."""
    offices = _offices_of(user) if getattr(user, "person_id", None) else set()
    return reduce(or_, [touching(path, "neighbourhood") for path in offices], Q(pk__in=[]))


def _seen_by(user: Visitor, prefix: str) -> Q:
    """What a visitor may read, as a condition on activities; `prefix` leads to them."""
    posted = Q(**{f"{prefix}approved_at__isnull": False})
    seen = posted & Q(**{f"{prefix}visibility": Visibility.EVERYONE})
    person = getattr(user, "person_id", None)
    if person is None:
        return seen
    held = Membership.objects.active().filter(person=person)
    seen |= posted & Q(**{f"{prefix}team__in": held.values("team")})
    seen |= Q(**{f"{prefix}team__in": held.filter(role=TeamRole.LEADER).values("team")})
    homes, posts, offices = _places_of(user)
    around_homes = {above for path in homes for above in ancestors(path)}
    near = Q(**{f"{prefix}neighbourhood__path__in": around_homes})
    place = f"{prefix}neighbourhood"
    near = reduce(or_, [touching(path, place) for path in posts], near)
    seen |= posted & Q(**{f"{prefix}visibility": Visibility.NEIGHBOURS}) & near
    return reduce(or_, [touching(path, place) for path in offices], seen)


def _offices_of(user: Visitor) -> set[str]:
    """Paths of the areas in whose committee somebody works."""
    return set(Appointment.objects.served_by(user, COMMITTEE_POSTS))


def _places_of(user: Visitor) -> tuple[set[str], set[str], set[str]]:
    """Paths of the buildings somebody lives or owns in, of the areas where a post is held, and where it is an office.

    A company may own flats in hundreds of buildings; neighbourhoods always lie above them.
    """
    homes = {
        path
        for model in (Residency, Ownership)
        for path in model.objects.on(clock.today())
        .filter(person=getattr(user, "person_id", None))
        .values_list("dwelling__building__path", flat=True)
    }
    posts = _posts_of(user)
    offices = {path for post, path in posts if post in COMMITTEE_POSTS}
    return homes, {path for _post, path in posts}, offices


def _posts_of(user: Visitor) -> list[tuple[str, str]]:
    # Whoever runs the portal is nobody's neighbour by that.
    held = Appointment.objects.acted_in_by(user).exclude(post=Post.OPERATOR)
    return [(post, path) for post, path in held.values_list("post", "area__path")]
