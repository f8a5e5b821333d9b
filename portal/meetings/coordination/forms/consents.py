"""The forms before the talks: rights told, consent, agents with mandates, identity seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest
from portal.meetings.coordination.forms.fields import PartyForm, SeveralForm, SideForm, channel_field
from portal.meetings.coordination.services import Side
from portal.meetings.models import Consent, Coordination, Party


class AgentForm(PartyForm, SideForm):
    """A party's agent, with the mandate that was seen."""

    mandate = CharField(
        label=gettext_lazy("What the agent may do"),
        max_length=longest(Party, "mandate"),
        rows=2,
        help_text=gettext_lazy("As the written mandate says it, such as: to negotiate and to sign."),
    )
    mandate_on = DayField(label=gettext_lazy("Date of the mandate"), back=10 * YEAR, ahead=NOTHING)
    field_order = ["party", "person", "name", "mandate", "mandate_on"]

    def prepare(self) -> None:
        """Parties, and where people are looked for."""
        PartyForm.prepare(self)
        SideForm.prepare(self)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("party", "mandate", "mandate_on")} | {
            "agent": Side(data["person"], data["name"])
        }


class RightsForm(SeveralForm):
    """Who was given the notice of rights and duties."""

    channel = channel_field()
    on = DayField(label=gettext_lazy("On"), ahead=NOTHING)

    def prepare(self) -> None:
        """Today, unless said otherwise."""
        super().prepare()
        self.begin({"on": clock.today()})


class IdentityForm(SeveralForm):
    """Whose proof of identity was seen."""

    on = DayField(label=gettext_lazy("Seen on"), ahead=NOTHING)

    def prepare(self) -> None:
        """Today, unless said otherwise."""
        super().prepare()
        self.begin({"on": clock.today()})


class ConsentForm(ActionForm[Coordination]):
    """Whether a party agrees to the meeting."""

    consent = forms.ChoiceField(
        label=gettext_lazy("The coordination meeting"),
        choices=[
            (Consent.YES, gettext_lazy("I agree to it")),
            (Consent.NO, gettext_lazy("I refuse; then it does not take place")),
        ],
        widget=forms.RadioSelect,
    )
    wants_open = forms.BooleanField(
        label=gettext_lazy("I ask for an open session"),
        help_text=gettext_lazy("It is open only if every party asks for it."),
        required=False,
    )
    waives = forms.BooleanField(
        label=gettext_lazy("I do without the week between the written points and the meeting"),
        help_text=gettext_lazy("It is shorter only if every party does without."),
        required=False,
    )


class ConsentForForm(PartyForm, ConsentForm):
    """What a party said on paper or at the counter."""

    channel = channel_field()
    field_order = ["party", "consent", "wants_open", "waives", "channel"]
