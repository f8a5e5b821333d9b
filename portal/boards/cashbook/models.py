"""A building's cash book, the spending that waits for a second person, and the look at a closed year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.boards.cashbook.states import SPENDING, SpendingState, Spent
from portal.community.models import Area, Person, Upload, User, Visitor
from portal.kit import clock
from portal.ledger.models import LONGEST_TEXT, Book, ClosedYear, Entry


class CashBookQuerySet(models.QuerySet["CashBook"]):
    def visible_to(self, user: Visitor) -> CashBookQuerySet:
        """Open books: everybody reads them; receipts are for neighbours (permissions.CASHBOOKS)."""
        return self.all()


class CashBook(models.Model):
    """The cash book of a building's board. `keeper`: who of those that look after the building writes it."""

    board = models.OneToOneField("boards.BuildingBoardPage", models.PROTECT, related_name="cashbook")
    book = models.OneToOneField(Book, models.PROTECT, related_name="cashbook")
    keeper = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = CashBookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.book.title

    def get_absolute_url(self) -> str:
        """Its page, open to everybody."""
        return reverse("boards:cashbook", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where the building is now."""
        area: Area = self.board.neighbourhood
        return area

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return gettext("%(board)s cash book") % {"board": self.board.title}

    @property
    def record_subject(self) -> str:
        """The public record files it where it files the lines."""
        return self.book.subject


class BigSpendingQuerySet(models.QuerySet["BigSpending"]):
    def visible_to(self, user: Visitor) -> BigSpendingQuerySet:
        """All of them: the door asks who may read what is not in the book yet (permissions.SPENDINGS)."""
        return self.all()

    def waiting(self) -> BigSpendingQuerySet:
        """Those a second person has still to look at."""
        return self.filter(entry=None, refused_at=None, withdrawn_at=None)


class BigSpending(models.Model):
    """A spending above the amount from which a second person looks at it first; then it is a line. Amount in fen."""

    cashbook = models.ForeignKey(CashBook, models.PROTECT, related_name="spendings")
    day = models.DateField(_("day"))
    text = models.CharField(_("what for"), max_length=LONGEST_TEXT)
    heading = models.CharField(_("under"), max_length=20, choices=Spent)
    amount = models.PositiveBigIntegerField()
    receipts = models.ManyToManyField(Upload, related_name="+", blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="spending")
    refused_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    objects = BigSpendingQuerySet.as_manager()
    life = SPENDING

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="spending_amount"),
            models.CheckConstraint(
                condition=Q(seen_by=None) | ~Q(seen_by=models.F("asked_by")), name="spending_seen_by_another"
            ),
            models.CheckConstraint(
                condition=Q(entry=None) | Q(seen_by__isnull=False, refused_at=None, withdrawn_at=None),
                name="spending_booked_after_a_look",
            ),
        ]
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Where a second person looks at it."""
        return reverse("boards:spending", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where the building is."""
        return self.cashbook.neighbourhood

    @property
    def title(self) -> str:
        """What duties and notices call it."""
        return self.text

    @property
    def record_subject(self) -> str:
        """It is filed with the book."""
        return self.cashbook.record_subject

    @property
    def record_title(self) -> str:
        """The public record has the book's name; what was typed is not in it."""
        return self.cashbook.title

    @property
    def state(self) -> SpendingState:
        """Where it stands."""
        if self.entry_id:
            return SpendingState.BOOKED
        if self.refused_at:
            return SpendingState.REFUSED
        return SpendingState.WITHDRAWN if self.withdrawn_at else SpendingState.WAITING


class YearCheck(models.Model):
    """Somebody who does not keep the book looked through a closed year. `sound`: whether all was in order."""

    closed = models.OneToOneField(ClosedYear, models.PROTECT, related_name="check_of_year")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)
    sound = models.BooleanField()
    note = models.CharField(_("what was found"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sound=True) | ~Q(note=""), name="year_check_says_what")
        ]

    def __str__(self) -> str:
        return f"{self.closed} {self.sound}"
