"""A project that got money: agreement, instalments, invoices, changes, acceptance, accounts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Upload, User, Visitor
from portal.funds.models.applications import Application, BudgetLine
from portal.funds.models.funds import Due, Fund, Source
from portal.funds.states import (
    CHANGE,
    GRANT,
    INSTALMENT,
    INVOICE,
    ChangeState,
    GrantState,
    InstalmentState,
    InvoiceState,
)
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.ledger.models import Account, Entry


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: Visitor) -> GrantQuerySet:
        """All: what was given, and what became of it, is public."""
        return self.all()


class Grant(models.Model):
    """The money approved for an application (资助). Amounts in fen: paid ≤ approved, returned ≤ paid, by the database.

    `spent`: what the invoices that count come to. `account`: what was paid to it, in the fund's book, from the
    agreement on. `bears`: the required marks of its sources, as agreed. `posted_until`: how long the final accounts
    are on notice. `next_report_on`: by when the next progress note is due.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="grant")
    approved = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    account = models.OneToOneField(Account, models.PROTECT, null=True, blank=True, related_name="+")
    agreement = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    bears = models.CharField(max_length=300, blank=True)
    ends_on = models.DateField(_("to be finished by"), null=True, blank=True)
    next_report_on = models.DateField(null=True, blank=True)
    midterm_at = models.DateTimeField(null=True, blank=True)
    midterm_found = models.CharField(max_length=300, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=GrantState, default=GrantState.APPROVED)
    state_since = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=300, blank=True)
    objects = GrantQuerySet.as_manager()
    life: ClassVar[LifeCycle[GrantState]] = GRANT

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(approved__gt=0), name="fund_grant_approved"),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=F("approved")), name="fund_grant_paid_within_approved"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("paid")),
                name="fund_grant_returned_within_paid",
            ),
            in_order("posted_at", "posted_until", name="fund_accounts_posted"),
        ]

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        """The one page of the project."""
        return self.application.get_absolute_url()

    @property
    def title(self) -> str:
        """The name of the project."""
        return self.application.title

    @property
    def neighbourhood(self) -> Area:
        """Whose fund gave it."""
        return self.application.neighbourhood

    @property
    def record_subject(self) -> str:
        """The record files everything about a project under its application."""
        return f"application:{self.application_id}"


class GrantPart(models.Model):
    """Something of a project that got money, which has the name and the place of that project."""

    grant: Grant

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """It stands on the page of the project."""
        return self.grant.get_absolute_url()

    @property
    def neighbourhood(self) -> Area:
        """Whose fund gives the money."""
        return self.grant.neighbourhood

    @property
    def title(self) -> str:
        """The name of the project."""
        return self.grant.title


class Funding(models.Model):
    """How much of a grant comes from which source, how much of that was paid, and came back again, in fen.

    `amount` less `paid` is what the source has set aside for it; what will not be paid any more is taken off `amount`.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="fundings")
    source = models.ForeignKey(Source, models.PROTECT, related_name="fundings")
    amount = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grant", "source"], name="fund_funding_once"),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=F("amount")), name="fund_funding_within"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("paid")), name="fund_funding_returned"
            ),
        ]

    def __str__(self) -> str:
        return str(self.source)


class Instalment(GrantPart):
    """One payment of the plan, in fen. It is paid exactly when its line stands in the book (`entry`): one transaction.

    `voucher`: the number of the payment voucher, once in a fund. `approved_by` and `paid_by` are two people.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="instalments")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    due = models.CharField(max_length=12, choices=Due)
    state = models.CharField(max_length=12, choices=InstalmentState, default=InstalmentState.SCHEDULED)
    state_since = models.DateTimeField(default=clock.now)
    requested_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    paid_on = models.DateField(null=True, blank=True)
    voucher = models.CharField(_("number of the voucher"), max_length=40, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="instalment")
    reason = models.CharField(max_length=300, blank=True)
    life: ClassVar[LifeCycle[InstalmentState]] = INSTALMENT

    class Meta:
        ordering: ClassVar[list[str]] = ["grant", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grant", "order"], name="fund_instalment_once"),
            models.UniqueConstraint(
                fields=["fund", "voucher"], condition=~Q(voucher=""), name="fund_voucher_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fund_instalment_amount"),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "reconciled"], entry__isnull=False)
                | (~Q(state__in=["paid", "reconciled"]) & Q(entry=None)),
                name="fund_instalment_paid_is_booked",
            ),
            models.CheckConstraint(
                condition=Q(paid_by=None) | ~Q(paid_by=F("approved_by")), name="fund_instalment_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant} {self.order}"

    def get_absolute_url(self) -> str:
        """It stands on the project's page."""
        return f"{self.grant.get_absolute_url()}#instalment-{self.order}"


class Invoice(GrantPart):
    """What the project spent, proved by an invoice (发票). Total in fen, above nothing; a line of it may be negative.

    `number` and the file's fingerprint are there once in the whole fund while it is not refused or taken out. `xml`:
    the signed original of a digital invoice, beside the readable `pdf`. `buyer`: the title of the invoice, checked
    against the holder of the account.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="invoices")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    number = models.CharField(_("number of the invoice"), max_length=30)
    day = models.DateField(_("day of the invoice"))
    seller = models.CharField(_("who was paid"), max_length=80)
    buyer = models.CharField(_("title of the invoice"), max_length=80)
    total = models.BigIntegerField()
    pdf = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    xml = models.FileField(upload_to="invoices/%Y/", blank=True)
    xml_sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)
    looked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=InvoiceState, default=InvoiceState.ENTERED)
    reason = models.CharField(max_length=300, blank=True)
    life: ClassVar[LifeCycle[InvoiceState]] = INVOICE

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["fund", "number"],
                condition=Q(state__in=["entered", "counted"]),
                name="fund_invoice_number_once",
            ),
            models.UniqueConstraint(
                fields=["fund", "sha256"],
                condition=Q(state__in=["entered", "counted"]),
                name="fund_invoice_file_once",
            ),
            models.UniqueConstraint(
                fields=["fund", "xml_sha256"],
                condition=Q(state__in=["entered", "counted"]) & ~Q(xml_sha256=""),
                name="fund_invoice_xml_once",
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="fund_invoice_total"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """It stands among the receipts of the project."""
        return f"{reverse('funds:receipts', args=[self.grant_id])}#invoice-{self.pk}"


class InvoiceLine(models.Model):
    """One line of an invoice, put to a line of the budget. In fen; a credit is negative."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="invoice_lines")
    text = models.CharField(_("what for"), max_length=80)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(amount=0), name="fund_invoice_line_amount"),
        ]

    def __str__(self) -> str:
        return self.text


class BudgetChange(GrantPart):
    """That a budget line should become another amount, and why; raising one line lowers another (`from_line`)."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="changes")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="changes")
    from_line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, blank=True, related_name="+")
    was = models.BigIntegerField()
    amount = models.BigIntegerField(_("new amount"))
    why = models.CharField(_("why"), max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=ChangeState, default=ChangeState.ASKED)
    life: ClassVar[LifeCycle[ChangeState]] = CHANGE

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="fund_change_amount"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="asked"), name="fund_change_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.why

    def get_absolute_url(self) -> str:
        """It stands on the project's page."""
        return f"{self.grant.get_absolute_url()}#changes"


class Refund(GrantPart):
    """Money that came back unspent, with its line in the book. `taken_back_at`: it was written by mistake."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    day = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="fund_refund")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fund_refund_amount"),
        ]

    def __str__(self) -> str:
        return str(self.amount)

    def get_absolute_url(self) -> str:
        """It stands among the receipts of the project."""
        return reverse("funds:receipts", args=[self.grant_id])


class Part(models.TextChoices):
    """What somebody on the acceptance team stands for."""

    COMMITTEE = "committee", _("the committee")
    DELEGATE = "delegate", _("the residents' delegates")
    FINANCE = "finance", _("finance")
    OTHER = "other", _("another member")


class Acceptor(GrantPart):
    """Somebody on the team that accepts the finished work (验收), at least three, none of whom applied.

    `accepts` None: has not signed yet.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="acceptors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    part = models.CharField(_("stands for"), max_length=12, choices=Part)
    named_at = models.DateTimeField(default=clock.now)
    accepts = models.BooleanField(null=True, blank=True)
    found = models.CharField(_("what you found"), max_length=500, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    photo = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["grant", "person"], condition=Q(ended_at=None), name="fund_acceptor_once"
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, accepts=None) | Q(signed_at__isnull=False, accepts__isnull=False),
                name="fund_acceptor_signed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
