"""The forms of what the file rests on: what parties hand in, and notes of whom the mediator asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField, one_file
from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.fields import NOTHING, CharField, DayField, longest, offer, reason_field
from portal.meetings.coordination.forms.fields import ONLY_YOU, PartyForm, channel_field
from portal.meetings.coordination.permissions import retractable
from portal.meetings.coordination.selectors import party_of
from portal.meetings.models import Coordination, Evidence, Inquiry, Read


class HandInForm(ActionForm[Coordination]):
    """What a party hands in."""

    title = CharField(
        label=gettext_lazy("What it is, and what it shows"),
        max_length=longest(Evidence, "title"),
        help_text=gettext_lazy("Such as: photo of the ceiling of 12 May, shows the damp spot."),
    )
    text = CharField(
        label=gettext_lazy("In words"), max_length=longest(Evidence, "text"), rows=4, required=False
    )
    file = FilesField(label=gettext_lazy("Photo or paper"), most=1, required=False)

    def clean(self) -> dict[str, Any]:
        """Words, a file, or both."""
        data = super().clean() or {}
        if not self.errors and not data.get("text") and not data.get("file"):
            self.add_error("text", _("Please write it in words, or choose a file."))
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return self.cleaned_data | {"file": one_file(self.cleaned_data["file"])}


class HandInForForm(PartyForm, HandInForm):
    """What a party brought."""

    channel = channel_field()
    field_order = ["party", "title", "text", "file", "channel"]


class TakeBackForm(ActionForm[Coordination]):
    """Which of one's own."""

    number = forms.TypedChoiceField(label=gettext_lazy("What to take back"), coerce=int)

    def prepare(self) -> None:
        """What can still be taken back."""
        party = party_of(self.thing, self.user.person_id)
        own = retractable(self.thing, party) if party else Evidence.objects.none()
        offer(self, "number", [(one.number, str(one)) for one in own])


class RemoveForm(ActionForm[Coordination]):
    """Which, and why."""

    number = forms.TypedChoiceField(label=gettext_lazy("What to remove"), coerce=int)
    reason = reason_field(longest(Evidence, "removed_why"), rows=2, help_text=ONLY_YOU)

    def prepare(self) -> None:
        """What stands."""
        offer(self, "number", [(one.number, str(one)) for one in self.thing.evidence.standing()])


class InquiryForm(ActionForm[Coordination]):
    """Whom the mediator asked, and what was said."""

    asked = CharField(label=gettext_lazy("Who was asked"), max_length=longest(Inquiry, "asked"))
    relation = CharField(
        label=gettext_lazy("Who that is to the parties"),
        max_length=longest(Inquiry, "relation"),
        help_text=gettext_lazy("Such as: lives next door; the plumber who came in May."),
    )
    on = DayField(label=gettext_lazy("Asked on"), ahead=NOTHING)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Inquiry, "place"))
    text = CharField(
        label=gettext_lazy("Questions and answers"),
        max_length=longest(Inquiry, "text"),
        rows=8,
        help_text=ONLY_YOU,
    )

    def prepare(self) -> None:
        """Today, unless said otherwise."""
        self.begin({"on": clock.today()})


class ReadBackForm(ActionForm[Coordination]):
    """What came of reading a note back."""

    number = forms.TypedChoiceField(label=gettext_lazy("Which note"), coerce=int)
    read = forms.ChoiceField(
        label=gettext_lazy("What they said to it"), choices=Read.choices, widget=forms.RadioSelect
    )
    correction = CharField(
        label=gettext_lazy("The correction, if there is one"),
        max_length=longest(Inquiry, "correction"),
        rows=2,
        required=False,
    )
    on = DayField(label=gettext_lazy("Read back on"), ahead=NOTHING)

    def prepare(self) -> None:
        """The notes not read back yet."""
        self.begin({"on": clock.today()})
        offer(self, "number", [(one.number, str(one)) for one in self.thing.inquiries.filter(read="")])

    def clean(self) -> dict[str, Any]:
        """A correction is written down."""
        data = super().clean() or {}
        if data.get("read") == Read.CORRECTED and not data.get("correction"):
            self.add_error("correction", _("Please write down the correction."))
        return data
