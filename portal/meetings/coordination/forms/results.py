"""The forms of the result: the agreement, signatures, or none; what was done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest, offer
from portal.meetings.coordination.forms.fields import ONLY_YOU
from portal.meetings.coordination.selectors import parties
from portal.meetings.coordination.services.agreements import Promise
from portal.meetings.models import Coordination, Obligation, PaperMark

PROMISES = 6


class AgreeForm(ActionForm[Coordination]):
    """The agreement, and what each party does by when."""

    text = CharField(
        label=gettext_lazy("What the parties agreed on"),
        max_length=longest(Coordination, "agreement"),
        rows=8,
    )
    oral = forms.BooleanField(
        label=gettext_lazy("Agreed by word of mouth"),
        help_text=gettext_lazy(
            "It stands in the register of oral agreements; the parties confirm what is written here."
        ),
        required=False,
    )

    def prepare(self) -> None:
        """Rows for what is promised; the first as it stands."""
        held = list(self.thing.obligations.all())
        self.begin({"text": self.thing.agreement, "oral": self.thing.oral})
        sides = [("", _("nobody")), *((party.pk, party.name) for party in parties(self.thing))]
        for n in range(1, PROMISES + 1):
            self._row(n, sides)
            if n <= len(held):
                one = held[n - 1]
                self.begin({f"party_{n}": one.party_id, f"text_{n}": one.text, f"due_{n}": one.due_on})

    def _row(self, n: int, sides: list[tuple[Any, str]]) -> None:
        self.fields[f"party_{n}"] = forms.TypedChoiceField(
            label=_("%(n)d. Who") % {"n": n}, choices=sides, coerce=int, empty_value=None, required=False
        )
        self.fields[f"text_{n}"] = CharField(
            label=_("What is to be done"), max_length=longest(Obligation, "text"), required=False
        )
        self.fields[f"due_{n}"] = DayField(label=_("Until"), back=NOTHING, ahead=5 * YEAR, required=False)

    def clean(self) -> dict[str, Any]:
        """A promise is whole: who, what, by when."""
        data = super().clean() or {}
        for n in range(1, PROMISES + 1):
            given = [data.get(f"{name}_{n}") for name in ("party", "text", "due")]
            if any(given) and not all(given) and not self.errors:
                self.add_error(f"text_{n}", _("Please say who does it, what, and until when."))
        return data

    @property
    def head(self) -> list[forms.BoundField]:
        """The text."""
        return [self["text"], self["oral"]]

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What each does."""
        return [
            (_("To be done, %(n)d") % {"n": n}, [self[f"{name}_{n}"] for name in ("party", "text", "due")])
            for n in range(1, PROMISES + 1)
        ]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        given = [
            Promise(data[f"party_{n}"], data[f"text_{n}"], data[f"due_{n}"])
            for n in range(1, PROMISES + 1)
            if data[f"party_{n}"]
        ]
        return {"text": data["text"], "oral": data["oral"], "promises": given}


class SignForm(ActionForm[Coordination]):
    """The signature under the text that was read."""

    text_hash = CharField(max_length=64, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The text this page shows."""
        self.begin({"text_hash": self.thing.agreement_hash})


class NotAgreeForm(ActionForm[Coordination]):
    """Why there is none."""

    text = CharField(
        label=gettext_lazy("On what the parties do not agree, and why"),
        max_length=longest(Coordination, "no_agreement"),
        rows=5,
        help_text=ONLY_YOU,
    )


class ReferForm(ActionForm[Coordination]):
    """That the other routes were told, and who signed the statement."""

    on = DayField(label=gettext_lazy("Told on"), ahead=NOTHING)

    def prepare(self) -> None:
        """Of each party, whether it signed; after a breach nothing is signed."""
        self.begin({"on": clock.today()})
        self.sides = parties(self.thing) if self.thing.no_agreement and not self.thing.sealed_at else []
        for party in self.sides:
            self.fields[f"mark_{party.pk}"] = forms.ChoiceField(
                label=_("Statement: %(name)s") % {"name": party.name},
                choices=PaperMark.choices,
                widget=forms.RadioSelect,
            )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {"on": data["on"], "marks": {party.pk: data[f"mark_{party.pk}"] for party in self.sides}}


class ReceiptForm(ActionForm[Coordination]):
    """What was done."""

    number = forms.TypedChoiceField(label=gettext_lazy("What was done"), coerce=int)
    on = DayField(label=gettext_lazy("Done on"), ahead=NOTHING)
    receipt = CharField(
        label=gettext_lazy("By what it is proved"),
        max_length=longest(Obligation, "receipt"),
        help_text=gettext_lazy("Such as: the receipt, seen by the worker; the pipe looked at together."),
    )

    def prepare(self) -> None:
        """What is still to be done."""
        self.begin({"on": clock.today()})
        owed = self.thing.obligations.filter(done_on=None)
        offer(self, "number", [(one.number, f"{one.number}. {one.text}") for one in owed])
