"""What is typed about certificates: the days, who at the counter, how it is issued, what a paper says."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.finding import people_like
from portal.community.models import Area, Person
from portal.kit import clock
from portal.kit.fields import YEAR, CharField, DayField, longest, offer_rows, reason_field
from portal.volunteers.models import Certificate
from portal.volunteers.services.certificates import last_contact


class PeriodForm(forms.Form):
    """From which day to which the hours are counted: this year, unless something else is chosen."""

    since = DayField(label=_("From day"), back=50 * YEAR)
    until = DayField(label=_("To day"), back=50 * YEAR)

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


class CounterForm(PeriodForm):
    """A certificate for somebody at the counter. `served`: those who can ask for one here."""

    person = PersonField(
        label=_("Certificate for"),
        help_text=_("Name, room or phone number"),
        error_messages={"nobody": _("Nobody of this name has hours booked here.")},
    )
    field_order = ("person", "since", "until")

    def __init__(self, here: Area, served: QuerySet[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find_in(self, "person", here, partial(people_like, here, among=served))


class IssueForm(ActionForm[Certificate]):
    """What the committee adds to a certificate; the contact is that of its last one here."""

    contact = CharField(
        label=_("Contact for questions, on the paper"),
        max_length=60,
        help_text=_("The telephone of the committee's office."),
    )
    remarks = CharField(label=_("Remarks, on the paper"), max_length=120, required=False)

    def prepare(self) -> None:
        """Begin with the contact of the last one."""
        self.fields["contact"].initial = last_contact(self.thing)


class WhyForm(ActionForm[Certificate]):
    """Why a certificate is refused or voided."""

    why = reason_field(
        longest(Certificate, "voided_why"),
        rows=2,
        help_text=_("The volunteer reads it. When voided, so does whoever checks the number: name nobody."),
    )


class CompareForm(forms.Form):
    """What a paper says, to be compared with what was issued."""

    name = CharField(label=_("Name on the paper"), max_length=longest(Person, "real_name"))
    hours = forms.DecimalField(
        label=_("Hours on the paper"),
        min_value=0,
        max_digits=8,
        decimal_places=1,
        help_text=_("Such as 37.5."),
    )
    digits = CharField(
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
