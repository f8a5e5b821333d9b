"""Who comes: sign-ups for shifts, a guardian's consent, and the attendance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.community.models import Area, Person, Upload, User, Visitor
from portal.kit import clock
from portal.volunteers import states
from portal.volunteers.models.activities import Shift, kept_by
from portal.volunteers.models.choices import How
from portal.volunteers.states import ACTIVE, SignupState
from portal.voting.models import Channel


class SignupQuerySet(models.QuerySet["Signup"]):
    def visible_to(self, user: Visitor) -> SignupQuerySet:
        """One's own, those one is asked to consent to as a guardian, and those of lists one keeps."""
        person = getattr(user, "person_id", None) or 0
        return self.filter(Q(person=person) | Q(guardian=person) | kept_by(user, "shift__activity__team"))

    def active(self) -> SignupQuerySet:
        """Those that hold a place, wait for one, or for an answer."""
        return self.filter(state__in=ACTIVE)

    def accepted(self) -> SignupQuerySet:
        """Those that hold a place."""
        return self.filter(state=SignupState.ACCEPTED)

    def waiting(self) -> SignupQuerySet:
        """The waiting list, whoever came first."""
        return self.filter(state=SignupState.WAITLISTED).order_by("applied_at", "pk")


class Signup(models.Model):
    """A person wants to come to a shift. `entered_by`: who entered it for somebody without a phone.

    `needs_consent`: not known to be an adult; without a guardian's consent there is no place. `consented_by` is the
    guardian's account online, or who took in the signed paper (`consent_paper`).
    """

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="signups")
    person = models.ForeignKey(Person, models.PROTECT, related_name="signups")
    state = models.CharField(max_length=12, choices=SignupState, default=SignupState.APPLIED)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(default=clock.now)
    remark = models.CharField(max_length=200, blank=True)
    needs_consent = models.BooleanField(default=False)
    guardian = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    consented_at = models.DateTimeField(null=True, blank=True)
    consented_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    consent_paper = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    objects = SignupQuerySet.as_manager()
    life = states.SIGNUP
    # Of one that just ended: whether somebody who waited has its place now. Not kept.
    passed_on = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "person"],
                condition=Q(state__in=sorted(ACTIVE)),
                name="signup_once",
            ),
            models.CheckConstraint(
                condition=Q(needs_consent=False)
                | Q(consented_at__isnull=False)
                | ~Q(state__in=[SignupState.ACCEPTED, SignupState.WAITLISTED]),
                name="signup_of_minor_with_consent",
            ),
            models.CheckConstraint(condition=~Q(guardian=F("person")), name="signup_guardian_is_another"),
        ]
        indexes = [models.Index(fields=["person", "shift"], name="signup_person")]
        ordering = ["applied_at", "pk"]

    def __str__(self) -> str:
        return f"{self.person} – {self.shift}"

    def get_absolute_url(self) -> str:
        """The page of the time it is for."""
        return self.shift.get_absolute_url()

    @property
    def title(self) -> str:
        """The activity's."""
        return self.shift.title

    @property
    def neighbourhood(self) -> Area:
        """The activity's."""
        return self.shift.neighbourhood


class Attendance(models.Model):
    """When somebody came and went, how that was marked, and by whom. One a sign-up: a second mark changes nothing.

    `received_at` differs from `in_at` where a list was kept without network and sent later. `corrected_at`: a keeper
    set the times right; lists sent after that change nothing any more.
    """

    signup = models.OneToOneField(Signup, models.PROTECT, related_name="attendance")
    in_at = models.DateTimeField()
    in_how = models.CharField(max_length=10, choices=How)
    in_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    out_at = models.DateTimeField(null=True, blank=True)
    out_how = models.CharField(max_length=10, choices=How, blank=True)
    out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(out_at__gt=F("in_at")), name="attendance_out_after_in"
            ),
            models.CheckConstraint(
                condition=Q(out_at=None, out_how="", out_by=None)
                | (Q(out_at__isnull=False, out_by__isnull=False) & ~Q(out_how="")),
                name="attendance_out_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signup} {self.in_at:%H:%M}"
