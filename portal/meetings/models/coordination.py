"""The coordination meeting (协调会): its parties and what each agreed to, the agreement, what is to be done by it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person
from portal.community.rules import rule
from portal.kit import clock
from portal.meetings.models.base import Meeting, Participant
from portal.meetings.states.coordination import COURSE, LIFE
from portal.voting.models import Channel


class Origin(models.TextChoices):
    """How a coordination meeting came about."""

    APPLIED = "applied", _("a party’s application")
    COUNTER = "counter", _("taken down at the counter")
    OFFERED = "offered", _("offered by the committee")


class Coordination(Meeting):
    """A coordination meeting. Only its number, kind, outcome and day are public, so `title` is its number.

    `others`: whom the applicant named on the other side, in the applicant's words; staff find out who is meant.
    `in_charge`: the worker who carries it out, `chair`: the mediator; they, the parties and their agents read the rest.
    `points`: what is to be settled, in writing, `points_at` when the parties got it. `agreement_hash`: of the text and
    what is to be done by it, which the parties sign; `sealed_at`: the mediator signed and it took effect.
    `outcome_on`: the day of the outcome, for the public row. `closed_at`: the file is closed with `closing`.
    """

    course = COURSE
    life = LIFE
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.APPLIED)
    in_charge = models.ForeignKey(Person, models.PROTECT, related_name="+")
    matter = models.CharField(_("matter"), max_length=100)
    others = models.CharField(_("who else is concerned"), max_length=300, blank=True)
    facts = models.TextField(_("facts, and what is asked for"), max_length=3000)
    points = models.TextField(_("points to settle"), max_length=2000, blank=True)
    points_at = models.DateTimeField(null=True, blank=True)
    open_session = models.BooleanField(default=False)
    agreement = models.TextField(_("agreement"), max_length=5000, blank=True)
    oral = models.BooleanField(_("agreed orally"), default=False)
    agreement_hash = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    no_agreement = models.TextField(_("why there is no agreement"), max_length=2000, blank=True)
    routes_told_on = models.DateField(null=True, blank=True)
    outcome_on = models.DateField(null=True, blank=True)
    visited_on = models.DateField(null=True, blank=True)
    visit = models.TextField(_("return visit"), max_length=2000, blank=True)
    closing = models.TextField(_("closing report"), max_length=3000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_at=None) | ~Q(agreement_hash=""), name="coordination_sealed_text"
            ),
            models.CheckConstraint(
                condition=Q(visited_on=None, visit="") | (Q(visited_on__isnull=False) & ~Q(visit="")),
                name="coordination_visit_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closing="") | (Q(closed_at__isnull=False) & ~Q(closing="")),
                name="coordination_closed_with_report",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page; whoever is not concerned reads the public row there."""
        return reverse("meetings:coordination", args=[self.pk])

    @property
    def owed_by(self) -> Person:
        """What is owed on the way the worker in charge owes."""
        return self.in_charge

    @property
    def confirm_until(self) -> date | None:
        """The last day for asking the court together to confirm the agreement (《人民调解法》第33条); None before."""
        if self.sealed_at is None:
            return None
        return clock.day_of(self.sealed_at) + timedelta(
            days=rule("coordination.confirm_days", self.neighbourhood)
        )


class Consent(models.TextChoices):
    YES = "yes", _("agrees to it")
    NO = "no", _("refuses")


class PaperMark(models.TextChoices):
    """What a party did with the statement that there is no agreement."""

    SIGNED = "signed", _("signed")
    REFUSED = "refused", _("refused to sign")


class PartyQuerySet(models.QuerySet["Party"]):
    """The parties of coordination meetings."""

    def whole(self) -> PartyQuerySet:
        """With the people behind them."""
        return self.select_related("participant__person", "agent__person").order_by("pk")


class Party(models.Model):
    """One party (当事人) and its papers: told of its rights, consent, identity seen, agent, signatures.

    Each answer has its channel; `consent_entered`, `signed_entered`: who of the staff entered it from paper. Identity
    is “seen by, on”: no number is kept. `waives`: needs no week's notice. `agent`: with the mandate of `mandate_on`.
    """

    meeting = models.ForeignKey(Coordination, models.CASCADE, related_name="parties")
    participant = models.OneToOneField(Participant, models.CASCADE, related_name="party")
    applies = models.BooleanField(default=False)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=10, choices=Channel, blank=True)
    consent = models.CharField(max_length=3, choices=Consent, blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_by = models.CharField(max_length=10, choices=Channel, blank=True)
    consent_entered = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    wants_open = models.BooleanField(default=False)
    waives = models.BooleanField(default=False)
    seen_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    seen_on = models.DateField(null=True, blank=True)
    agent = models.OneToOneField(Participant, models.PROTECT, null=True, blank=True, related_name="acts_for")
    mandate_on = models.DateField(null=True, blank=True)
    mandate = models.CharField(_("what the agent may do"), max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_hash = models.CharField(max_length=64, blank=True)
    signed_by = models.CharField(max_length=10, choices=Channel, blank=True)
    signed_entered = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    statement = models.CharField(max_length=8, choices=PaperMark, blank=True)
    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(consent="", consent_at=None) | (~Q(consent="") & Q(consent_at__isnull=False)),
                name="party_consent_dated",
            ),
            models.CheckConstraint(
                condition=Q(seen_by=None, seen_on=None) | Q(seen_by__isnull=False, seen_on__isnull=False),
                name="party_identity_seen_by_on",
            ),
            models.CheckConstraint(
                condition=Q(agent=None) | (Q(mandate_on__isnull=False) & ~Q(mandate="")),
                name="party_agent_with_mandate",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_hash="")
                | (Q(signed_at__isnull=False) & ~Q(signed_hash="")),
                name="party_signed_a_text",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.participant.shown

    @property
    def name(self) -> str:
        """As the papers of the file name it."""
        return self.participant.real_name

    @property
    def people(self) -> list[int]:
        """The keys of the people who speak for it: itself and its agent, where they are records of the portal."""
        both = [self.participant.person_id, self.agent.person_id if self.agent else None]
        return [person for person in both if person is not None]


class Obligation(models.Model):
    """What a party does by the agreement until the end of a day, and how it was done (履行事项)."""

    meeting = models.ForeignKey(Coordination, models.CASCADE, related_name="obligations")
    number = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="obligations")
    text = models.CharField(_("what is to be done"), max_length=300)
    due_on = models.DateField(_("until"))
    done_on = models.DateField(null=True, blank=True)
    receipt = models.CharField(_("receipt"), max_length=300, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="obligation_number_once"),
            models.CheckConstraint(
                condition=Q(done_on=None, receipt="", noted_by=None)
                | (Q(done_on__isnull=False, noted_by__isnull=False) & ~Q(receipt="")),
                name="obligation_done_with_receipt",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the meeting."""
        return self.meeting.get_absolute_url()

    @property
    def title(self) -> str:
        """What duties call it: no word of what was agreed."""
        return f"{self.meeting.title} · {self.number}"

    @property
    def neighbourhood(self) -> Area:
        """Where it was agreed."""
        return self.meeting.neighbourhood
