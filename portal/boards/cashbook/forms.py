"""What is typed about a line, and asked before a year is closed or a receipt replaced."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.boards.cashbook.models import BigSpending, CashBook, YearCheck
from portal.boards.cashbook.states import Earned, Spent
from portal.boards.models import BuildingBoardPage
from portal.boards.selectors import heads
from portal.community.models import Person
from portal.kit import clock
from portal.kit.fields import CharField, YuanField, longest, offer, reason_field
from portal.ledger.fields import line_day
from portal.ledger.models import Entry
from portal.ledger.selectors import years


class OpenForm(ActionForm[BuildingBoardPage]):
    """When the book begins, and with how much."""

    day = line_day(_("The book begins on"))
    amount = YuanField(
        label=_("Money at hand on this day"),
        help_text=_("In yuan, such as 860 or 64.80. Without any, write 0."),
    )


class LineForm(ActionForm[CashBook]):
    """A line: when, what for, how much, under which heading, and its receipts."""

    day = line_day(_("Day"))
    text = CharField(
        label=_("What it is for"),
        max_length=longest(BigSpending, "text"),
        help_text=_("Everybody can read it: the thing, not the name or the flat of a neighbour."),
    )
    amount = YuanField(label=_("Amount"), help_text=_("In yuan, such as 64.80 or 1,293."))
    heading = forms.ChoiceField(label=_("Under"), choices=())
    papers = FilesField(label=_("Receipts"), most=4, required=False)
    headings: type[Earned] | type[Spent]

    def prepare(self) -> None:
        """Its headings."""
        offer(self, "heading", self.headings.choices)


class EarnForm(LineForm):
    """Income."""

    headings = Earned


class SpendForm(LineForm):
    """Spending."""

    headings = Spent


class ReasonForm(ActionForm[Any]):
    """Why, for everybody to read."""

    reason = reason_field(100, rows=2)


class ReceiptForm(ActionForm[Entry]):
    """The right receipt, for which wrong one, and why."""

    receipt: Any = forms.ModelChoiceField(
        label=_("Instead of"),
        queryset=None,
        required=False,
        empty_label=_("None: a receipt was missing"),
        help_text=_("A wrong receipt stays to be seen, with your reason beside it."),
    )
    papers = FilesField(label=_("Receipts"), most=4)
    reason = reason_field(200, rows=2)

    def prepare(self) -> None:
        """The receipts that stand."""
        field: Any = self.fields["receipt"]
        field.queryset = self.thing.receipts.filter(replaced_by=None).select_related("upload")


class KeeperForm(ActionForm[CashBook]):
    """Who of those that look after the building."""

    keeper = forms.ModelChoiceField(label=_("Who keeps the book"), queryset=Person.objects.none())

    def prepare(self) -> None:
        """Those who hold the post, by the names they are read under."""
        field: Any = self.fields["keeper"]
        field.queryset = Person.objects.filter(pk__in=heads(self.thing.board).values("person"))
        field.label_from_instance = lambda person: person.public_name


class YearForm(ActionForm[CashBook]):
    """Which year."""

    year = forms.TypedChoiceField(label=_("Year"), choices=(), coerce=int)

    def prepare(self) -> None:
        """The years that are over and have lines, the newest first."""
        offer(
            self, "year", [(year, str(year)) for year in years(self.thing.book) if year < clock.today().year]
        )


class CheckForm(YearForm):
    """What was found in a year."""

    sound = forms.TypedChoiceField(
        label=_("What did you find?"),
        choices=[("yes", _("All lines have receipts and add up")), ("no", _("Something is not in order"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    note = CharField(
        label=_("What was found"),
        max_length=longest(YearCheck, "note"),
        rows=3,
        required=False,
        help_text=_("Everybody can read it."),
    )

    def clean(self) -> dict[str, Any]:
        """What is not in order is named."""
        data = super().clean() or {}
        if data.get("sound") is False and not data.get("note"):
            self.add_error("note", forms.ValidationError(_("Please say what is not in order.")))
        return data
