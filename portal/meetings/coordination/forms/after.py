"""The forms besides and afterwards: reasons, the return visit, the report, who mediates and who is in charge."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.finding import people_like
from portal.kit import clock
from portal.kit.fields import NOTHING, CharField, DayField, longest, offer, reason_field
from portal.meetings.coordination.forms.fields import ONLY_YOU
from portal.meetings.coordination.selectors import clerks
from portal.meetings.models import Coordination


class ReasonForm(ActionForm[Coordination]):
    """Why; for the parties alone."""

    reason = reason_field(longest(Coordination, "reason"), rows=3, help_text=ONLY_YOU)


class VisitForm(ActionForm[Coordination]):
    """How the parties get on."""

    on = DayField(label=gettext_lazy("Visited on"), ahead=NOTHING)
    text = CharField(
        label=gettext_lazy("How the parties get on"),
        max_length=longest(Coordination, "visit"),
        rows=4,
        help_text=ONLY_YOU,
    )

    def prepare(self) -> None:
        """Today, unless said otherwise."""
        self.begin({"on": clock.today()})


class CloseForm(ActionForm[Coordination]):
    """The report with which the file is closed."""

    report = CharField(
        label=gettext_lazy("Closing report"),
        max_length=longest(Coordination, "closing"),
        rows=5,
        help_text=ONLY_YOU,
    )

    def prepare(self) -> None:
        """As it stands."""
        self.begin({"report": self.thing.closing})


class MediatorForm(ActionForm[Coordination]):
    """Who mediates."""

    chair = PersonField(label=gettext_lazy("Who mediates: name, room or phone"))

    def prepare(self) -> None:
        """Where people are looked for."""
        here = self.thing.neighbourhood
        find_in(self, "chair", here, partial(people_like, here))


class HandOverForm(ActionForm[Coordination]):
    """To which colleague."""

    to = forms.TypedChoiceField(label=gettext_lazy("To whom"), coerce=int)

    def prepare(self) -> None:
        """The committee's others who are on no side."""
        sides = set(self.thing.participants.sitting().values_list("person", flat=True))
        self.held = {
            one.person_id: one for one in clerks(self.thing.neighbourhood, sides | {self.thing.in_charge_id})
        }
        offer(self, "to", [(person, one.record_title) for person, one in self.held.items()])

    def clean_to(self) -> Any:
        """The colleague."""
        return self.held[self.cleaned_data["to"]].person
