"""Books kept by double entry in whole fen: lines are added and reversed, never changed and never taken out."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, NoReturn, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Upload, User
from portal.kit import clock
from portal.ledger.constraints import AppendOnly

LONGEST_TEXT = 120
M = TypeVar("M", bound=models.Model)


class AccountKind(models.TextChoices):
    """What an account counts. What a book has and spends is positive, what it got from outside negative."""

    ASSET = "asset", _("money at hand")
    INCOME = "income", _("income")
    EXPENSE = "expense", _("spending")
    FUND = "fund", _("brought in at the beginning")


class EntryKind(models.TextChoices):
    """What a line is."""

    OPENING = "opening", _("brought forward")
    INCOME = "income", _("income")
    SPENDING = "spending", _("spending")
    TRANSFER = "transfer", _("moved between accounts")
    REVERSAL = "reversal", _("reversal")


class AddedOnly(models.QuerySet[M], Generic[M]):
    """Rows that are added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("books are append-only")

    def delete(self) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("books are append-only")


class Added(models.Model):
    """A row that is written once. Never changed; a correction is another row."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever insert: what was written stays."""
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: raises TypeError."""
        raise TypeError("books are append-only")


class Book(models.Model):
    """The books of one thing, such as a building's cash book or a fund. Its row is the lock of every line.

    `subject`: the key of what it is about, under which the public record files its lines. `sequence` and `hash`: number
    and fingerprint of the newest line.
    """

    subject = models.CharField(max_length=60, unique=True)
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    opened_at = models.DateTimeField(default=clock.now)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.title

    @property
    def record_subject(self) -> str:
        """The public record files its lines under what it is about."""
        return self.subject


class Account(models.Model):
    """One account of a book. `balance` is the sum of its postings in fen, kept under the book's lock.

    `floor`: the database refuses a balance below nothing.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=AccountKind)
    floor = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="ledger_account_once"),
            models.CheckConstraint(condition=Q(floor=False) | Q(balance__gte=0), name="ledger_account_floor"),
        ]
        ordering = ["book", "pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(Added):
    """One line of a book: its postings add up to nothing. `hash` is over the line and the hash before it.

    `once`: the key of what it was written for; a second writing for the same finds it. `reverses`: the line it takes
    back, each at most once.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    day = models.DateField(_("day"))
    text = models.CharField(_("what for"), max_length=LONGEST_TEXT)
    kind = models.CharField(max_length=10, choices=EntryKind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    once = models.CharField(max_length=60, null=True, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    objects = AddedOnly.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "sequence"], name="ledger_entry_sequence"),
            models.UniqueConstraint(fields=["book", "once"], name="ledger_entry_once"),
            models.UniqueConstraint(fields=["book", "previous"], name="ledger_entry_never_forks"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVERSAL, reverses__isnull=False)
                | ~Q(kind=EntryKind.REVERSAL) & Q(reverses=None),
                name="ledger_entry_reversal",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="ledger_entry_not_itself"),
            AppendOnly(name="ledger_entry_stays"),
        ]
        indexes = [models.Index(fields=["book", "day"], name="ledger_entry_day")]
        ordering = ["book", "sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.text}"


class Posting(Added):
    """What a line puts on one account, in fen: signed, never nothing."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()
    objects = AddedOnly.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="ledger_posting_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_posting_amount"),
            AppendOnly(name="ledger_posting_stays"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


class Receipt(Added):
    """A photo or PDF that proves a line. A wrong one stays; the right one names it and why (`replaces`, `reason`)."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="receipts")
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=200, blank=True)
    objects = AddedOnly.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "upload"], name="ledger_receipt_once"),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""), name="ledger_receipt_says_why"
            ),
            AppendOnly(name="ledger_receipt_stays"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.upload)


class ClosedYear(Added):
    """A year whose lines are complete: none of it, or of a year before, is written after. `balance`: fen at its end."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="closed_years")
    year = models.PositiveSmallIntegerField()
    balance = models.BigIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    objects = AddedOnly.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "year"], name="ledger_year_closed_once"),
            AppendOnly(name="ledger_closed_year_stays"),
        ]
        ordering = ["book", "year"]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def last_day(self) -> date:
        """The last of its days."""
        return date(self.year, 12, 31)
