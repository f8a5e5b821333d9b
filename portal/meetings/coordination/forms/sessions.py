"""The forms of the talks: points and date, who is there, ending by a party."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import NOTHING, CharField, MomentField, longest, offer, reason_field
from portal.meetings.coordination.forms.fields import ONLY_YOU, PartyForm
from portal.meetings.coordination.selectors import parties
from portal.meetings.models import Coordination


class NotifyForm(ActionForm[Coordination]):
    """The points to settle, and the date."""

    points = CharField(
        label=gettext_lazy("Points to settle, one a line"), max_length=longest(Coordination, "points"), rows=5
    )
    starts_at = MomentField(label=gettext_lazy("Begins"), back=NOTHING)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Coordination, "place"))


class DateForm(ActionForm[Coordination]):
    """Another date, and why."""

    starts_at = MomentField(label=gettext_lazy("Begins"), back=NOTHING)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Coordination, "place"))
    reason = reason_field(longest(Coordination, "reason"), rows=2, help_text=ONLY_YOU)

    def prepare(self) -> None:
        """The same place, unless said otherwise."""
        self.begin({"place": self.thing.place})


class PresentForm(ActionForm[Coordination]):
    """Who is here: each party, or its agent."""

    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who is here"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Parties and their agents."""
        sides = parties(self.thing)
        seats = [(party.participant_id, party.name) for party in sides]
        agents = [
            (
                party.agent.pk,
                _("%(agent)s, for %(party)s") % {"agent": party.agent.real_name, "party": party.name},
            )
            for party in sides
            if party.agent
        ]
        offer(self, "present", [*seats, *agents])


class StopForm(ActionForm[Coordination]):
    """Nobody has to say why."""

    reason = reason_field(longest(Coordination, "reason"), rows=3, required=False, help_text=ONLY_YOU)


class StopForForm(PartyForm, StopForm):
    """Which party ended it."""
