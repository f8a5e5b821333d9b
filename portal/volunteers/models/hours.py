"""Hours: one record of a person and a shift, its versions, and what was said against it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Upload, Visitor
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.record.services import key
from portal.volunteers import states
from portal.volunteers.models.activities import Activity, Shift, kept_by
from portal.volunteers.models.choices import Finding, Source
from portal.volunteers.models.constraints import MinutesBetween, NoOverlap
from portal.volunteers.models.signups import Signup
from portal.volunteers.models.teams import Team
from portal.volunteers.spans import Span
from portal.volunteers.states import LIVE, DisputeState, HourState


class HourQuerySet(models.QuerySet["HourRecord"]):
    """Hour records, read as English."""

    def visible_to(self, user: Visitor) -> HourQuerySet:
        """One's own, and those of a team one keeps.

        What others may read of a record is its notice, without the name, and the sums.
        """
        return self.filter(Q(person=getattr(user, "person_id", None) or 0) | kept_by(user, "team"))

    def booked(self) -> HourQuerySet:
        """Records that stand."""
        return self.filter(state=HourState.BOOKED)

    def counted(self) -> HourQuerySet:
        """Service hours: booked, and not credited elsewhere as elder-care mutual aid."""
        return self.booked().filter(mutual_aid=False)

    def minutes(self) -> int:
        """The sum of their minutes. Totals are always this sum; none is kept beside the records."""
        return self.aggregate(sum=Sum("minutes"))["sum"] or 0


class HourRecord(models.Model):
    """Time one person served in one shift (时长记录). Never changed once verified: a correction is a new version.

    `minutes` are whole, a multiple of the step, at most the time from `starts_at` to `ends_at`, which lies inside
    the shift. `recorder` verified it and is another person. `month` is year * 100 + month of `day`, in Shanghai.
    `mutual_aid` is copied from the activity. `replaces` is the version before. `notice` gates the booking.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="hours")
    team = models.ForeignKey(Team, models.PROTECT, related_name="hours")
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="hours")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="hours")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="hours")
    signup = models.ForeignKey(Signup, models.PROTECT, null=True, blank=True, related_name="hours")
    day = models.DateField(_("day"))
    month = models.PositiveIntegerField()
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    minutes = models.PositiveIntegerField(_("minutes"))
    mutual_aid = models.BooleanField(default=False)
    source = models.CharField(max_length=12, choices=Source)
    state = models.CharField(max_length=12, choices=HourState, default=HourState.ENTERED)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    remark = models.CharField(max_length=300, blank=True)
    evidence = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorder = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, blank=True, related_name="hours")
    booked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_why = models.CharField(max_length=300, blank=True)
    objects = HourQuerySet.as_manager()
    life = states.HOURS

    class Meta:
        constraints = [
            NoOverlap(
                owner="person",
                starts="starts_at",
                ends="ends_at",
                state="state",
                among=HourState.BOOKED.value,
                name="hours_never_overlap",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="hours_times"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=MinutesBetween(F("starts_at"), F("ends_at"))),
                name="hours_minutes",
            ),
            models.CheckConstraint(condition=~Q(recorder=F("person")), name="hours_recorder_is_another"),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "on_notice", "booked"])
                | Q(recorder__isnull=False, verified_at__isnull=False),
                name="hours_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=HourState.BOOKED) | Q(notice__isnull=False, booked_at__isnull=False),
                name="hours_booked_after_notice",
            ),
            models.UniqueConstraint(
                fields=["shift", "person"],
                condition=Q(state__in=sorted(LIVE)),
                name="hours_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-day"], name="hours_of_person"),
            models.Index(fields=["team", "state"], name="hours_of_team"),
            # Sums read this index alone; SQLite does so only where the columns of its condition are in it too.
            models.Index(
                fields=["neighbourhood", "month", "person", "minutes", "state", "mutual_aid"],
                condition=Q(state=HourState.BOOKED, mutual_aid=False),
                name="hours_sums",
            ),
            models.Index(fields=["notice"], condition=Q(state=HourState.ON_NOTICE), name="hours_to_book"),
        ]
        ordering = ["-starts_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.day} {self.minutes}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("volunteers:record", args=[self.pk])

    @property
    def title(self) -> str:
        """The activity's title and the day."""
        return self.shift.dated_title

    @property
    def record_subject(self) -> str:
        """The public record files it under the time it is of, and names no person."""
        return key(self.shift)

    @property
    def record_title(self) -> str:
        """What the public record calls that time."""
        return self.shift.record_title

    @property
    def span(self) -> Span:
        """Its time."""
        return Span(self.starts_at, self.ends_at)


class HourDispute(models.Model):
    """Somebody says that a record is wrong. One recorder finds, a second person confirms; the writer is told.

    `by` is null where the portal found that the record overlaps another when it was to be booked. `was` is
    the state of the record before. `starts_at`, `ends_at`: the corrected time, where the finding corrects.
    """

    record = models.ForeignKey(HourRecord, models.PROTECT, related_name="disputes")
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(_("what is wrong"), max_length=500)
    at = models.DateTimeField(default=clock.now)
    was = models.CharField(max_length=12, choices=HourState)
    finding = models.CharField(max_length=12, choices=Finding, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    found_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    life = states.DISPUTE

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(confirmed_at=None), name="dispute_one_open"
            ),
            models.CheckConstraint(condition=~Q(confirmed_by=F("found_by")), name="dispute_second_person"),
            in_order("starts_at", "ends_at", name="dispute_times"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(found_at__isnull=False, confirmed_by__isnull=False),
                name="dispute_found_before_confirmed",
            ),
        ]
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def state(self) -> DisputeState:
        """How far it has come."""
        if self.confirmed_at is not None:
            return DisputeState.ANSWERED
        return DisputeState.OPEN if self.found_at is None else DisputeState.FOUND
