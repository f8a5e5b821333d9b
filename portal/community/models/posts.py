"""Who holds which post where, from a day to a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models.people import Person, Visitor
from portal.community.models.places import Area
from portal.kit import clock


class Post(models.TextChoices):
    """The posts a person can be appointed to. Permissions follow from these, never from flags."""

    DIRECTOR = "director", _("committee director")
    WORKER = "worker", _("committee worker")
    PARTY = "party", _("party branch secretary")
    OVERSIGHT = "oversight", _("oversight committee member")
    OWNERS_COMMITTEE = "owners_committee", _("owners' committee member")
    PROPERTY = "property", _("property manager")
    BUILDING_HEAD = "building_head", _("building head")
    DELEGATE = "delegate", _("residents' delegate")
    OFFICER = "officer", _("subdistrict officer")
    AUDITOR = "auditor", _("auditor")
    EDITOR = "editor", _("district editor")
    OPERATOR = "operator", _("operator of the portal")


# Posts that show personal data of others or decide: whoever holds one signs in with a second factor.
OFFICES = frozenset(Post) - {Post.BUILDING_HEAD, Post.DELEGATE}
# The director answers for the whole committee: what its workers owe waits on the director's page too.
STANDS_FOR: dict[str, tuple[str, ...]] = {Post.DIRECTOR: (Post.DIRECTOR, Post.WORKER)}


def stands_for(post: str) -> tuple[str, ...]:
    """The posts whose duties somebody with a post owes: its own, and those it answers for."""
    return STANDS_FOR.get(post, (post,))


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> AppointmentQuerySet:
        """Appointments that hold on a day; `until` is the first day without the post."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def standing(self) -> AppointmentQuerySet:
        """Appointments that hold or will hold; one that was ended before its first day does not."""
        return self.filter(Q(until=None) | Q(until__gt=clock.today()) & Q(until__gt=F("since")))

    def acted_in_by(self, user: Visitor) -> AppointmentQuerySet:
        """The posts in which an account acts today: those its person holds, offices only behind a second factor."""
        held = self.on(clock.today()).filter(person=getattr(user, "person_id", None))
        return held if user.is_authenticated and user.acts_in_offices else held.exclude(post__in=OFFICES)

    def served_by(self, user: Visitor, posts: Iterable[str]) -> list[str]:
        """The paths of the areas for which an account acts in one of these posts today. One query."""
        held = self.acted_in_by(user).filter(post__in=posts)
        return list(held.values_list("area__path", flat=True).distinct())


class Appointment(models.Model):
    """A person holds a post for an area from a day to a day. `title` is how the post is signed in public.

    A deputy holds it beside its holder for the days of a leave (`deputy_for`); that ends by itself.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    post = models.CharField(max_length=20, choices=Post)
    area = models.ForeignKey(Area, models.PROTECT, related_name="appointments")
    title = models.CharField(max_length=40)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    deputy_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deputies",
        help_text="for whose leave the post is held beside its holder",
    )
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="when it was ended by hand")
    dismissed_until = models.DateField(
        null=True, blank=True, help_text="its last day as it was before it was ended by hand"
    )
    handed_over = models.JSONField(
        default=dict, blank=True, help_text="what went to whom when it was ended by hand (community.leaving)"
    )
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post", "area"], condition=Q(until=None), name="appointment_once"
            ),
            models.CheckConstraint(
                condition=Q(deputy_for=None) | Q(until__isnull=False), name="appointment_deputy_ends"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="appointment_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.person}"

    def get_absolute_url(self) -> str:
        """The list of posts: of its neighbourhood, or of its wider area."""
        try:
            return reverse("register:posts", args=[self.neighbourhood.slug])
        except LookupError:
            return reverse("administration:posts", args=[self.area_id])

    @property
    def last_day(self) -> date | None:
        """The last day of the post, if it has one."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def state(self) -> str:
        """Whether it has ended; one that ends before it begins never holds (see register.states)."""
        over = self.until is not None and self.until <= max(self.since, clock.today())
        return "ended" if over else "held"

    @property
    def is_to_come(self) -> bool:
        """Whether its first day has not come."""
        return self.since > clock.today()

    @property
    def never_began(self) -> bool:
        """Whether it was ended by hand before its first day."""
        return self.dismissed_at is not None and clock.day_of(self.dismissed_at) < self.since

    @property
    def neighbourhood(self) -> Area:
        """Whose desk gives and ends it. Raises LookupError for a post of a wider area."""
        return self.area.neighbourhood

    @property
    def record_title(self) -> str:
        """Posts are public: who holds one is in the record by the name neighbours read."""
        return f"{self.title} {self.person.public_name}"

    @property
    def record_data(self) -> dict[str, str]:
        """Which post it is."""
        return {"post": self.post}


def inside_offices(user: Visitor, posts: Iterable[str], field: str = "area") -> Q:
    """Rows whose area, found by `field`, is or lies in one for which an account acts in one of these posts today.

    One query, here and now; none of the rows for who acts in no such post.
    """
    paths = Appointment.objects.served_by(user, posts)
    return reduce(or_, [Q(**{f"{field}__path__startswith": path}) for path in paths], Q(pk__in=()))
