"""The forms of gatherings: planned, prepared, announced and held."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField, PersonField, find_in, one_file
from portal.actions.forms import ActionForm
from portal.community.finding import neighbours_like
from portal.community.models import Area, Person
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.kit.fields import NOTHING, CharField, MomentField, longest, number_field, offer
from portal.meetings import hooks
from portal.meetings.gatherings.forms_of import ROWS
from portal.meetings.gatherings.services.calling import Plan
from portal.meetings.hallvote.services import came_by_name
from portal.meetings.minutes.forms import DecideForm
from portal.meetings.models import CHAIRS, AgendaItem, Counted, Finding, Form, Gathering, Participant

# So many topics are offered where a meeting is planned.
NEWEST = 20


class PlanForm(forms.Form):
    """Which form, what it is called, who chairs; of an assembly, of whom it is made."""

    form = forms.ChoiceField(
        label=gettext_lazy("What kind of meeting"), choices=Form.choices, widget=forms.RadioSelect
    )
    about = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        required=False,
        help_text=gettext_lazy("A topic shows every meeting that was called about it."),
    )
    title = CharField(label=gettext_lazy("Title"), max_length=longest(Gathering, "title"))
    chair = forms.TypedChoiceField(label=gettext_lazy("Who chairs"), coerce=int)
    counted = forms.ChoiceField(
        label=gettext_lazy("Only for an assembly: who makes it up"),
        choices=[("", gettext_lazy("no assembly")), *Counted.choices],
        required=False,
    )
    body_size = number_field(
        label=gettext_lazy("Only for an assembly: how many those are"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Its quorum is reckoned of this number."),
    )
    asked_by = number_field(
        label=gettext_lazy("Only for an assembly: how many asked for it"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Empty where the committee calls it by itself."),
    )

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chairs: dict[int, Person] = {}
        names: dict[int, str] = {}
        for held in (held for post in CHAIRS for held in holders(post, here)):
            self.chairs[held.person_id] = held.person
            names.setdefault(held.person_id, f"{held.title} {held.person.public_name}")
        offer(self, "chair", names.items())
        topics = _offered(hooks.current(here), self["about"].value() or "")
        offer(self, "about", [("", _("nothing of its own")), *topics])
        if not topics:
            del self.fields["about"]

    def clean_chair(self) -> Person:
        """The person behind the chosen post."""
        return self.chairs[self.cleaned_data["chair"]]

    def plan(self) -> Plan:
        """What the service plans with."""
        return Plan(**self.cleaned_data)


def _offered(topics: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """The newest, and the one that was come from; an older one is met about from its own page."""
    return [*topics[:NEWEST], *(one for one in topics[NEWEST:] if one[0] == chosen)]


class PointForm(ActionForm[Gathering]):
    """One point of the agenda."""

    title = CharField(label=gettext_lazy("Point"), max_length=longest(AgendaItem, "title"))
    presenter = CharField(
        label=gettext_lazy("Presented by"), max_length=longest(AgendaItem, "presenter"), required=False
    )
    minutes = number_field(label=gettext_lazy("Minutes"), min_value=1, max_value=480, initial=10)


class FindingForm(ActionForm[Gathering]):
    """What the patrol found, where, and a photo of it."""

    place = CharField(label=gettext_lazy("Where"), max_length=longest(Finding, "place"))
    found = CharField(label=gettext_lazy("What was found"), max_length=longest(Finding, "found"), rows=3)
    photo = FilesField(label=gettext_lazy("Photo"), most=1, required=False)

    def values(self) -> dict[str, Any]:
        """With the one photo."""
        return {**self.cleaned_data, "photo": one_file(self.cleaned_data["photo"])}


class WhichPointForm(ActionForm[Gathering]):
    """A point of the agenda."""

    point = forms.TypedChoiceField(label=gettext_lazy("Which point"), coerce=int, widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The points there are."""
        offer(self, "point", [(point.pk, str(point)) for point in self.thing.agenda_items.all()])


class OutcomeForm(WhichPointForm):
    """What came of a point."""

    outcome = CharField(
        label=gettext_lazy("What the result is"), max_length=longest(AgendaItem, "outcome"), rows=4
    )


class InviteForm(ActionForm[Gathering]):
    """A neighbour, or somebody of outside."""

    person = PersonField(label=gettext_lazy("A neighbour: name or phone"), required=False)
    name = CharField(
        label=gettext_lazy("Or somebody of outside, by name"),
        max_length=longest(Participant, "name"),
        required=False,
        help_text=gettext_lazy("Such as: police officer Zhou of the Honglin station."),
    )
    group = CharField(
        label=gettext_lazy("For whom they come"),
        max_length=longest(Participant, "group"),
        help_text=gettext_lazy("Such as: police, owners’ committee, building 6."),
    )

    def prepare(self) -> None:
        """Neighbours are found here."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(neighbours_like, here))

    def clean(self) -> dict[str, Any]:
        """One of both."""
        data = super().clean() or {}
        if not self.errors and bool(data.get("person")) == bool(data.get("name")):
            self.add_error("name", _("Please give one: a neighbour, or a name."))
        return data


class UninviteForm(ActionForm[Gathering]):
    """Who is not expected any more."""

    who = forms.TypedChoiceField(label=gettext_lazy("Whom"), coerce=int, widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Those who were invited and have not come."""
        seats = self.thing.participants.filter(attended_at=None).select_related("person")
        offer(self, "who", [(seat.pk, f"{seat.real_name} · {seat.group}") for seat in seats])


class AnnounceForm(ActionForm[Gathering]):
    """When and where."""

    starts_at = MomentField(label=gettext_lazy("Begins"), back=NOTHING)
    ends_at = MomentField(label=gettext_lazy("Ends"), back=NOTHING, required=False)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Gathering, "place"))
    link = forms.URLField(
        label=gettext_lazy("Link for taking part from home"),
        max_length=longest(Gathering, "link"),
        required=False,
        assume_scheme="https",
    )

    def prepare(self) -> None:
        """How early it has to be told."""
        days = rule(ROWS[Form(self.thing.form)].notice, self.thing.neighbourhood)
        self.fields["starts_at"].help_text = _("At least %(n)d days from now.") % {"n": days}
        self.begin({"place": self.thing.place, "link": self.thing.link})


class AttendanceForm(ActionForm[Gathering]):
    """Who is here, and how many were counted."""

    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who is here"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    came = number_field(
        label=gettext_lazy("Counted at the door"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Of those who make up the assembly, with those ticked above."),
    )

    def prepare(self) -> None:
        """Those invited; the count only where its quorum is of more than them."""
        seats = list(self.thing.participants.select_related("person"))
        offer(self, "present", [(seat.pk, f"{seat.real_name} · {seat.group}") for seat in seats])
        now = [seat.pk for seat in seats if self.thing.round in seat.rounds]
        self.begin({"present": now, "came": self.thing.came})
        if ROWS[Form(self.thing.form)].by_name:
            del self.fields["came"]
        elif not seats:
            del self.fields["present"]

    def values(self) -> dict[str, Any]:
        """Both, also where only one is asked."""
        return {"present": [], "came": None, **self.cleaned_data}


class SignInForm(ActionForm[Gathering]):
    """Who came, found by name or phone."""

    person = PersonField(label=gettext_lazy("A neighbour: name or phone"))

    def prepare(self) -> None:
        """Neighbours are found here."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(neighbours_like, here))


class SignOutForm(ActionForm[Gathering]):
    """Which of those noted by name."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who left"), coerce=int)

    def prepare(self) -> None:
        """Who is here by name."""
        self.people = {one.pk: one for one in Person.objects.filter(pk__in=came_by_name(self.thing))}
        offer(
            self,
            "person",
            [("", _("Please choose")), *((pk, one.real_name) for pk, one in self.people.items())],
        )

    def values(self) -> dict[str, Any]:
        """The person."""
        return {"person": self.people[self.cleaned_data["person"]]}


class FindingAnswerForm(DecideForm):
    """Which finding, what is done about it, by whom and until when."""

    finding = forms.TypedChoiceField(
        label=gettext_lazy("What was found"), coerce=int, widget=forms.RadioSelect
    )
    field_order = ["finding"]

    def prepare(self) -> None:
        """What is not answered yet."""
        super().prepare()
        waiting = Finding.objects.filter(gathering=self.thing.pk, decision=None).select_related("point")
        offer(self, "finding", [(one.pk, str(one.point)) for one in waiting])
        self.fields["text"].label = _("What is done about it")

    def values(self) -> dict[str, Any]:
        """The answer is the text of the decision."""
        given = dict(self.cleaned_data)
        return {"answer": given.pop("text"), **given}
