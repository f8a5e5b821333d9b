"""Promises with clocks, public notices that gate a step, and when the periodic work last ran."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Post, User, Visitor
from portal.duties.calendar import CALENDAR, NAMED_DATE, WORKING, Deadline
from portal.duties.kinds import title_of
from portal.duties.levels import TOP_LEVEL
from portal.kit import clock
from portal.kit.constraints import in_order

LONGEST_OBJECTION = 1000
# From when on a duty counts as late, as a column.
LATE_FROM = Coalesce("late_at", "due_at")


def is_late() -> Q:
    """Of open duties: those whose time has run out. Who was called overdue once, stays so."""
    now = clock.now()
    return Q(due_at__lte=now) & ~Q(late_at__gt=now) | Q(level__gt=0)


class DutyQuerySet(models.QuerySet["Duty"]):
    def active(self) -> DutyQuerySet:
        """Open duties: neither done nor dropped."""
        return self.filter(done_at=None, dropped_at=None)

    def overdue(self) -> DutyQuerySet:
        """Open duties whose time has run out; who was called overdue once, stays so."""
        return self.active().filter(is_late())

    def about(self, subject: str) -> DutyQuerySet:
        """Duties on one subject, by its key."""
        return self.filter(subject=subject)

    def to_remind(self) -> DutyQuerySet:
        """Open duties whose ower should hear about them before they are due."""
        now = clock.now()
        ahead = Q(due_at__gt=now) | Q(late_at__gt=now)
        return self.active().filter(ahead, reminded_at=None, remind_at__lte=now, level=0)

    def to_raise(self) -> DutyQuerySet:
        """Overdue duties that have not reached the highest supervision level."""
        return self.overdue().filter(level__lt=TOP_LEVEL)

    def promised_since(self, moment: datetime) -> DutyQuerySet:
        """Duties of posts that were kept or ran out after a moment: what the public figures count."""
        came_due = Q(late__gt=moment) & (Q(late__lte=clock.now()) | Q(level__gt=0))
        promised = self.alias(late=LATE_FROM).filter(dropped_at=None).exclude(post="")
        return promised.filter(came_due | Q(done_at__gt=moment))


class Duty(models.Model):
    """Who owes what on which subject by when. Owed by a person, or by whoever holds a post for an area."""

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="duties")
    post = models.CharField(max_length=20, choices=Post, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    late_at = models.DateTimeField(
        null=True, blank=True, help_text="from when on it is late, where the portal stood still meanwhile"
    )
    counted_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="the moment on day 0; none where the date was named or is fixed otherwise",
    )
    counted_in = models.CharField(max_length=8, blank=True, help_text="empty: not noted then")
    counted_by = models.CharField(max_length=60, blank=True, help_text="the key of the rule")
    remind_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(
        default=False, help_text="the working-day calendar of that year was not published"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=0, help_text="supervision level 0-5; never falls")
    reminded_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who of those who hold the post said: I have it",
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    urged_at = models.DateTimeField(
        null=True, blank=True, help_text="when somebody who watches over it last reminded of it by hand"
    )
    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, post="")
                | (Q(person=None, area__isnull=False) & ~Q(post="")),
                name="duty_has_one_ower",
            ),
            models.CheckConstraint(condition=Q(level__lte=TOP_LEVEL), name="duty_level"),
            in_order("opened_at", "due_at", name="duty_due_after_opened"),
            in_order("counted_from", "due_at", name="duty_due_after_counted"),
            models.CheckConstraint(
                condition=Q(counted_from=None, counted_in__in=("", NAMED_DATE), counted_by="")
                | Q(counted_from__isnull=False, counted_in__in=(WORKING, CALENDAR)),
                name="duty_counted_in_days",
            ),
            in_order("remind_at", "due_at", name="duty_reminded_before_due", same=True),
            in_order("due_at", "late_at", name="duty_late_after_due", same=True),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None)
                | (Q(taken_by__isnull=False, taken_at__isnull=False) & ~Q(post="")),
                name="duty_taken_of_post",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(done_at=None, dropped_at=None, person=None),
                name="duty_of_post_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject", "person"],
                condition=Q(done_at=None, dropped_at=None),
                name="duty_of_person_once",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="duty_subject"),
            models.Index(fields=["due_at"], condition=Q(done_at=None, dropped_at=None), name="duty_due"),
            models.Index(
                fields=["remind_at"],
                condition=Q(done_at=None, dropped_at=None, reminded_at=None),
                name="duty_remind",
            ),
        ]
        ordering = ["due_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def get_absolute_url(self) -> str:
        """Where it is done."""
        return self.url

    @property
    def step_url(self) -> str:
        """For lists and letters: to the form that settles it, for whoever owes it; to its page for everybody else."""
        return reverse("duties:step", args=[self.pk])

    @property
    def late_from(self) -> datetime:
        """From when on it counts as late: with its date, or later where the portal stood still meanwhile."""
        return self.late_at or self.due_at

    @property
    def deadline(self) -> Deadline:
        """Its date with how it was counted: for whoever owes the same until the same day."""
        counted = (self.counted_from, self.counted_in, self.counted_by)
        return Deadline(self.due_at, self.provisional, *counted)

    @property
    def excused_until(self) -> datetime | None:
        """Where the portal stood still: from when on it is late; None where it was called overdue before."""
        called = self.level > 0 and self.late_from > clock.now()
        return None if called else self.late_at

    @property
    def is_overdue(self) -> bool:
        """Whether the time has run out and nothing was done; who was called overdue once, stays so."""
        if self.done_at is not None or self.dropped_at is not None:
            return False
        return self.level > 0 or clock.passed(self.late_from)

    @property
    def what(self) -> str:
        """What is to be done, in the reader's language; `title` names the thing it is about."""
        return title_of(self.kind)


class PublicNoticeQuerySet(models.QuerySet["PublicNotice"]):
    def visible_to(self, user: Visitor) -> PublicNoticeQuerySet:
        """Everybody reads what has begun to be posted."""
        return self.filter(starts_at__lte=clock.now())

    def running(self) -> PublicNoticeQuerySet:
        """Notices whose period has not run out."""
        return self.filter(starts_at__lte=clock.now(), ends_at__gt=clock.now())


class PublicNotice(models.Model):
    """A public notice (公示) from a moment to a moment. What it gates may not go on before `ends_at`."""

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="public_notices")
    subject = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40, help_text="what the notice is of, such as topic or hearing")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    places = models.CharField(_("where it is posted"), max_length=200, blank=True)
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="public_notice_dates"),
        ]
        indexes = [
            models.Index(fields=["subject"], name="public_notice_subject"),
            models.Index(fields=["neighbourhood", "ends_at"], name="public_notice_running"),
        ]
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page, which is also what is printed."""
        return reverse("duties:public_notice", args=[self.pk])

    @property
    def record_subject(self) -> str:
        """What happens to a notice is filed under what it is about."""
        return self.subject

    @property
    def is_over(self) -> bool:
        """Whether the notice period has run out, by the clock alone."""
        return clock.now() >= self.ends_at


class Objection(models.Model):
    """What somebody objects during a public notice; one a person and notice."""

    notice = models.ForeignKey(PublicNotice, models.CASCADE, related_name="objections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(_("objection"), max_length=LONGEST_OBJECTION)
    at = models.DateTimeField(default=clock.now)
    answer = models.TextField(max_length=LONGEST_OBJECTION, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="objection_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="objection_answer_has_its_moment",
            ),
        ]
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:40]


class Heartbeat(models.Model):
    """When a periodic job last ran, and how that ended; other rows only note when something was last done.

    `reason` is short and names nobody: the kind of the failure and where it was.
    """

    name = models.CharField(max_length=60, primary_key=True)
    ran_at = models.DateTimeField(default=clock.now)
    took = models.PositiveIntegerField(null=True, blank=True, help_text="milliseconds")
    good_at = models.DateTimeField(null=True, blank=True, help_text="when it last ran to its end")
    failing_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
