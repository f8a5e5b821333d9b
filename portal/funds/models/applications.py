"""An application: what is needed, what will be done, what it costs, who stands behind it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.actions.versions import Versioned
from portal.community.models import Area, Person, Upload, User, Visitor, inside_offices
from portal.deliberation.models import Topic
from portal.funds.models.constraints import BallotStands
from portal.funds.models.funds import KEEPERS, ApplicantKind, Call, CostClass
from portal.funds.states import APPLICATION, PUBLIC, ApplicationState
from portal.kit import clock
from portal.surveys.models import Demand


class PayeeKind(models.TextChoices):
    """Whose account money goes to: never a private one."""

    COMMITTEE = "committee", _("the residents' committee")
    ORGANISATION = "organisation", _("a registered organisation")


# What stood on public notice stays public while an objection leads it back to the review.
AGAIN = frozenset({ApplicationState.REVIEWING, ApplicationState.SHORTLISTED})
OUT = Q(state__in=PUBLIC) | Q(state__in=AGAIN, call__notice_until__isnull=False)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def public(self) -> ApplicationQuerySet:
        """What everybody can read: from the public notice on."""
        return self.filter(OUT)

    def visible_to(self, user: Visitor) -> ApplicationQuerySet:
        """From the public notice on; before that whoever applied, the office, and reviewers who said their ties.

        A tie bars from seeing it before then, also somebody of the office.
        """
        person = getattr(user, "person_id", None)
        if not user.is_authenticated or person is None:
            return self.filter(OUT)
        own = Q(lead=person) | Q(pk__in=CoApplicant.objects.filter(person=person).values("application"))
        handed_in = ~Q(state=ApplicationState.DRAFT) & ~Q(number=None)
        on_paper = Q(entered_by__isnull=False)
        office = inside_offices(user, KEEPERS, "call__fund__neighbourhood") & (handed_in | on_paper)
        tied = Q(conflicts__reviewer__person=person)
        reviews = handed_in & Q(
            call__reviewers__person=person,
            call__reviewers__ended_at=None,
            call__reviewers__no_ties_at__isnull=False,
        )
        return self.filter(OUT | own | ((office | reviews) & ~tied)).distinct()


class Application(Versioned):
    """A project that asks for money (申报). Amounts in fen; asked = costs - other sources, held by the database.

    `number` is YYYY-NBH-NNN, given when it is handed in first and kept for good. `summary`: one line, as it stands on
    the ballot. `exclusion`: of projects that bear the same word at most one is funded. `option`: its code on the
    ballot. `written`: at which version each part of the form was saved last, so that of two writers of the same part
    neither undoes the other unseen. `entered_by`: who wrote it down for somebody without a phone, from the signed
    sheet `paper`. `struck_why`: why it is on no ballot any more. `payee`: the name of the account's holder.
    `score`: the weighted mean of its reviews, in hundredths of a point of 100. `review_round`: one more after each
    objection that was right.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    number = models.CharField(max_length=80, null=True, blank=True, unique=True)
    title = models.CharField(_("name of the project"), max_length=60)
    summary = models.CharField(_("the project in one line"), max_length=60, blank=True)
    kind = models.CharField(_("who applies"), max_length=16, choices=ApplicantKind)
    group = models.CharField(_("name of the group"), max_length=60)
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scope = models.ForeignKey(Area, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="fund_applications")
    demand = models.ForeignKey(
        Demand, models.PROTECT, null=True, blank=True, related_name="fund_applications"
    )
    need = models.TextField(_("why it is needed"), max_length=2000, blank=True)
    evidence = models.TextField(_("how you know"), max_length=1000, blank=True)
    households = models.PositiveIntegerField(_("households that gain"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people who gain"), null=True, blank=True)
    outcomes = models.TextField(
        _("what will be different, and how it is measured"), max_length=1000, blank=True
    )
    risks = models.TextField(_("what could go wrong, and what then"), max_length=1000, blank=True)
    upkeep = models.TextField(_("who looks after it later"), max_length=1000, blank=True)
    payee_kind = models.CharField(_("whose account"), max_length=16, choices=PayeeKind, blank=True)
    payee = models.CharField(_("holder of the account"), max_length=80, blank=True)
    conflict = models.CharField(_("ties to those who decide"), max_length=300, blank=True)
    conflict_declared = models.BooleanField(default=False)
    costs = models.BigIntegerField(default=0)
    other_sources = models.BigIntegerField(default=0)
    asked = models.BigIntegerField(default=0)
    cover = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    exclusion = models.CharField(_("only one of"), max_length=40, blank=True)
    option = models.CharField(max_length=8, blank=True)
    struck_why = models.CharField(max_length=200, blank=True)
    written = models.JSONField(default=dict)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=16, choices=ApplicationState, default=ApplicationState.DRAFT)
    state_since = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    need_note = models.CharField(max_length=500, blank=True)
    score = models.PositiveIntegerField(null=True, blank=True)
    review_round = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    objects = ApplicationQuerySet.as_manager()
    life: ClassVar[LifeCycle[ApplicationState]] = APPLICATION

    class Meta:
        ordering: ClassVar[list[str]] = ["call", "number", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(costs__gte=0)
                & Q(other_sources__gte=0)
                & Q(asked__gte=0)
                & Q(asked=F("costs") - F("other_sources")),
                name="fund_application_sums",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(number=None),
                name="fund_application_number",
            ),
            BallotStands(name="fund_application_ballot_stands"),
            models.UniqueConstraint(
                fields=["call", "option"], condition=~Q(option=""), name="fund_application_option"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The one page of the project, from the application to its accounts."""
        return reverse("funds:project", args=[self.pk])

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it, as `public` says of many."""
        return self.state in PUBLIC or (self.state in AGAIN and self.call.notice_until is not None)

    @property
    def neighbourhood(self) -> Area:
        """Whose fund is asked."""
        return self.call.fund.neighbourhood


class ApplicationPart(models.Model):
    """A row of an application, which stands as the application does."""

    application: Application
    life: ClassVar[LifeCycle[ApplicationState]] = APPLICATION

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """It stands on the page of the project."""
        return self.application.get_absolute_url()

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self)

    @property
    def neighbourhood(self) -> Area:
        """Whose fund is asked."""
        return self.application.neighbourhood

    @property
    def state(self) -> ApplicationState:
        """How its application stands."""
        return ApplicationState(self.application.state)


class CoApplicant(ApplicationPart):
    """A neighbour who applies together with the lead, once they said so themselves.

    `paper`: the sheet that somebody without an account signed.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="co_applicants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    paper = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "person"], name="fund_co_applicant_once"),
        ]

    def __str__(self) -> str:
        return self.person.public_name


class PlannedActivity(ApplicationPart, Versioned):
    """What will be done, from when to when."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="activities")
    what = models.CharField(_("what is done"), max_length=120)
    place = models.CharField(_("where"), max_length=80, blank=True)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        ordering: ClassVar[list[str]] = ["begins_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="fund_activity_days"),
        ]

    def __str__(self) -> str:
        return self.what


class PaidBy(models.TextChoices):
    """Who pays a budget line."""

    GRANT = "grant", _("this fund")
    OWN = "own", _("our own money")
    MATCH = "match", _("match funding")
    IN_KIND = "in_kind", _("given in kind")


class BudgetLine(ApplicationPart, Versioned):
    """One line of the budget: quantity in hundredths of a unit, price and amount in fen.

    `amount` is quantity × price, rounded to the fen. `spent`: the sum of the invoices that count, kept under the lock
    of the grant. `agreed`: what the agreement and agreed changes allow; nothing before the decision.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="lines")
    cost_class = models.ForeignKey(CostClass, models.PROTECT, related_name="+")
    item = models.CharField(_("what for"), max_length=80)
    unit = models.CharField(_("unit"), max_length=10)
    quantity = models.PositiveIntegerField(_("how many"))
    price = models.BigIntegerField(_("price of one"))
    amount = models.BigIntegerField()
    paid_by = models.CharField(_("who pays"), max_length=10, choices=PaidBy, default=PaidBy.GRANT)
    quote = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    agreed = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(price__gt=0) & Q(amount__gt=0), name="fund_line_positive"
            ),
            models.CheckConstraint(
                # Whole division: half a fen is rounded up.
                condition=Q(amount=(F("quantity") * F("price") + 50) / 100),
                name="fund_line_amount",
            ),
            models.CheckConstraint(condition=Q(agreed__gte=0), name="fund_line_agreed"),
        ]

    def __str__(self) -> str:
        return self.item


class ApplicationTrace(models.Model):
    """What was done to an application and why, as whoever applied and the office read it; never changed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="traces")
    what = models.CharField(max_length=40)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    signed = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return self.what
