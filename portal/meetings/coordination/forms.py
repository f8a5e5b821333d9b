"""The forms of a coordination meeting."""

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
from portal.community.models import Area
from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, MomentField, longest, offer, reason_field
from portal.meetings.coordination.selectors import clerks, parties
from portal.meetings.coordination.services import Side
from portal.meetings.coordination.services.agreements import Promise
from portal.meetings.models import Consent, Coordination, Obligation, PaperMark, Participant, Party
from portal.voting.models import Channel

ONLY_YOU = gettext_lazy("Only the parties and who mediates read it.")
PROMISES = 6
BY_STAFF = (Channel.PAPER, Channel.COUNTER, Channel.PHONE)


class MatterForm(forms.Form):
    """What it is about."""

    matter = CharField(
        label=gettext_lazy("What it is about, in a few words"),
        max_length=longest(Coordination, "matter"),
        help_text=ONLY_YOU,
    )
    facts = CharField(
        label=gettext_lazy("What happened, and what you ask for"),
        max_length=longest(Coordination, "facts"),
        rows=6,
        help_text=ONLY_YOU,
    )

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = here


class ApplyForm(MatterForm):
    """A party's application."""

    others = CharField(
        label=gettext_lazy("Who else is concerned"),
        max_length=longest(Coordination, "others"),
        rows=2,
        help_text=gettext_lazy("Name, building and room, as far as you know. The committee asks them."),
    )


class CounterForm(MatterForm):
    """An application taken down at the counter, or a meeting that the committee offers."""

    offered = forms.BooleanField(
        label=gettext_lazy("The committee offers it; nobody applied"), required=False
    )
    first = PersonField(label=gettext_lazy("First party: name, room or phone"), required=False)
    first_name = CharField(
        label=gettext_lazy("Or, if not in the register: the name"),
        max_length=longest(Participant, "name"),
        required=False,
    )
    second = PersonField(label=gettext_lazy("Second party: name, room or phone"), required=False)
    second_name = CharField(
        label=gettext_lazy("Or, if not in the register: the name"),
        max_length=longest(Participant, "name"),
        required=False,
    )
    field_order = ["offered", "first", "first_name", "second", "second_name", "matter", "facts"]

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, here=here, **kwargs)
        for name in ("first", "second"):
            find_in(self, name, here, partial(people_like, here))

    def clean(self) -> dict[str, Any]:
        """Of each side either somebody of the register or a name."""
        data = super().clean() or {}
        for name in ("first", "second"):
            _one_of(self, data, name, f"{name}_name")
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        sides = [Side(data[name], data[f"{name}_name"]) for name in ("first", "second")]
        return {name: data[name] for name in ("matter", "facts", "offered")} | {"sides": sides}


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
        _one_of(self, data, "person", "name")
        return data

    def values(self) -> dict[str, Any]:
        """The side."""
        return {"side": Side(self.cleaned_data["person"], self.cleaned_data["name"])}


class PartyForm(ActionForm[Coordination]):
    """About one of the parties."""

    party = forms.TypedChoiceField(label=gettext_lazy("Party"), coerce=int)

    def prepare(self) -> None:
        """The parties of the meeting."""
        offer(self, "party", [(party.pk, party.name) for party in parties(self.thing)])


class AgentForm(PartyForm, SideForm):
    """A party's agent, with the mandate that was seen."""

    mandate = CharField(
        label=gettext_lazy("What the agent may do"),
        max_length=longest(Party, "mandate"),
        rows=2,
        help_text=gettext_lazy("As the written mandate says it, such as: to negotiate and to sign."),
    )
    mandate_on = DayField(label=gettext_lazy("Date of the mandate"), ahead=NOTHING)
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


class SeveralForm(ActionForm[Coordination]):
    """About several of the parties."""

    who = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Parties"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The parties of the meeting."""
        named = [(party.pk, party.name) for party in parties(self.thing)]
        self.fields["who"].choices = named  # type: ignore[attr-defined]


class RightsForm(SeveralForm):
    """Who was given the notice of rights and duties."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(one.value, one.label) for one in BY_STAFF]
    )
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

    channel = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(one.value, one.label) for one in BY_STAFF]
    )
    field_order = ["party", "consent", "wants_open", "waives", "channel"]


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
        seats = [(party.participant_id, party.name) for party in parties(self.thing)]
        agents = [
            (
                party.agent.pk,
                _("%(agent)s, for %(party)s") % {"agent": party.agent.real_name, "party": party.name},
            )
            for party in parties(self.thing)
            if party.agent
        ]
        self.fields["present"].choices = [*seats, *agents]  # type: ignore[attr-defined]


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


class ReasonForm(ActionForm[Coordination]):
    """Why; for the parties alone."""

    reason = reason_field(longest(Coordination, "reason"), rows=3, help_text=ONLY_YOU)


class StopForm(ActionForm[Coordination]):
    """Nobody has to say why."""

    reason = reason_field(longest(Coordination, "reason"), rows=3, required=False, help_text=ONLY_YOU)


class StopForForm(PartyForm, StopForm):
    """Which party ended it."""


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


def _one_of(form: forms.Form, data: dict[str, Any], person: str, name: str) -> None:
    if form.has_error(person) or form.has_error(name):
        return
    if bool(data.get(person)) == bool(data.get(name)):
        form.add_error(
            person, ValidationError(_("Please give one of both: somebody of the register, or a name."))
        )
