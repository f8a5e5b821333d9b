"""What is typed about certificates: the days, who at the counter, how it is issued, what a paper says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import DayField
from portal.actions.forms import ActionForm
from portal.community.models import Area
from portal.kit import clock
from portal.volunteers.forms.hours import offer, offer_rows
from portal.volunteers.models import Certificate
from portal.volunteers.services.certificates import last_contact


class PeriodForm(forms.Form):
    """From which day to which the hours are counted: this year, unless something else is chosen."""

    since = DayField(label=_("From day"))
    until = DayField(label=_("To day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = clock.today()
        year = {"since": today.replace(month=1, day=1), "until": today}
        super().__init__(*args, **{**kwargs, "initial": {**year, **(kwargs.get("initial") or {})}})

    def clean(self) -> dict[str, Any]:
        """The days must follow each other."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one. Exchange the two."))
        return cleaned


class AskForm(PeriodForm):
    """One's own certificate. `places`: the neighbourhoods where hours were booked."""

    here = forms.ModelChoiceField(label=_("Neighbourhood"), queryset=Area.objects.none(), empty_label=None)
    field_order = ("here", "since", "until")

    def __init__(self, places: QuerySet[Area], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "here", places)
        if len(places) == 1:
            self.fields["here"].widget = forms.HiddenInput()
            self.fields["here"].initial = places[0]


class FindForm(forms.Form):
    """Looking for a volunteer in the register."""

    q = forms.CharField(label=_("Name"), max_length=60, required=False)


class CounterForm(PeriodForm):
    """A certificate for somebody at the counter. `found`: value and label of each who could be meant."""

    person = forms.ChoiceField(label=_("Certificate for"), widget=forms.RadioSelect)
    field_order = ("person", "since", "until")

    def __init__(self, found: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", found)


class IssueForm(ActionForm[Certificate]):
    """What the committee adds to a certificate; the contact is that of its last one here."""

    contact = forms.CharField(
        label=_("Contact for questions, on the paper"),
        max_length=60,
        help_text=_("The telephone of the committee's office."),
    )
    remarks = forms.CharField(label=_("Remarks, on the paper"), max_length=120, required=False)

    def prepare(self) -> None:
        """Begin with the contact of the last one."""
        self.fields["contact"].initial = last_contact(self.thing)


class WhyForm(ActionForm[Certificate]):
    """Why a certificate is refused or voided."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The volunteer reads it. When voided, so does whoever checks the number: name nobody."),
    )


class CompareForm(forms.Form):
    """What a paper says, to be compared with what was issued."""

    name = forms.CharField(label=_("Name on the paper"), max_length=60)
    hours = forms.DecimalField(
        label=_("Hours on the paper"),
        min_value=0,
        max_digits=8,
        decimal_places=1,
        help_text=_("Such as 37.5."),
    )
    digits = forms.CharField(
        label=_("First 16 digits of the fingerprint"),
        max_length=40,
        help_text=_("Four times four, printed at the end."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, as `certificates.agrees` takes it. Only of a valid form."""
        typed = self.cleaned_data
        return {"name": typed["name"], "tenths": int(typed["hours"] * 10), "digits": typed["digits"]}
