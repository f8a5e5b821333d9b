"""What several forms of a coordination meeting ask: who, which party, on which day."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.finding import people_like
from portal.kit.fields import CharField, longest, offer
from portal.meetings.coordination.selectors import parties
from portal.meetings.coordination.services import Side
from portal.meetings.models import Coordination, Participant
from portal.voting.models import Channel

ONLY_YOU = gettext_lazy("Only the parties and who mediates read it.")
BY_STAFF = (Channel.PAPER, Channel.COUNTER, Channel.PHONE)


def one_of(form: forms.Form, data: dict[str, Any], person: str, name: str) -> None:
    """Note an error unless exactly one of both fields is given: somebody of the register, or a name."""
    if form.has_error(person) or form.has_error(name):
        return
    if bool(data.get(person)) == bool(data.get(name)):
        form.add_error(
            person, ValidationError(_("Please give one of both: somebody of the register, or a name."))
        )


def channel_field() -> forms.ChoiceField:
    """On which way a party said or got something, as staff enter it."""
    return forms.ChoiceField(label=gettext_lazy("How"), choices=[(one.value, one.label) for one in BY_STAFF])


class PartyForm(ActionForm[Coordination]):
    """About one of the parties."""

    party = forms.TypedChoiceField(label=gettext_lazy("Party"), coerce=int)

    def prepare(self) -> None:
        """The parties of the meeting."""
        offer(self, "party", [(party.pk, party.name) for party in parties(self.thing)])


class SeveralForm(ActionForm[Coordination]):
    """About several of the parties."""

    who = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Parties"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The parties of the meeting."""
        offer(self, "who", [(party.pk, party.name) for party in parties(self.thing)])


class SideForm(ActionForm[Coordination]):
    """Somebody with a part in the meeting: of the register, or by name."""

    person = PersonField(label=gettext_lazy("Name, room or phone"), required=False)
    name = CharField(
        label=gettext_lazy("Or, if not in the register: the name"),
        max_length=longest(Participant, "name"),
        required=False,
    )

    def prepare(self) -> None:
        """Where people are looked for."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(people_like, here))

    def clean(self) -> dict[str, Any]:
        """One of both."""
        data = super().clean() or {}
        one_of(self, data, "person", "name")
        return data

    def values(self) -> dict[str, Any]:
        """The side."""
        return {"side": Side(self.cleaned_data["person"], self.cleaned_data["name"])}
