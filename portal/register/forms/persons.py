"""What staff fill in on the page of a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.models import Area, Authority, Person, Residency
from portal.community.persons import Section
from portal.kit import clock, phones
from portal.kit.errors import NotPossible
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, PhoneField, longest, offer
from portal.register import facts
from portal.register.forms.dated import (
    ask_whom,
    aware_field,
    day_field,
    require_aware,
    shown_field,
    watch_rolls,
    whom,
)
from portal.register.services import identity, persons
from portal.register.services.identity import Identity


def _reason(**kwargs: Any) -> CharField:
    return CharField(label=gettext_lazy("Reason"), max_length=longest(Residency, "reason"), rows=2, **kwargs)


def _here(person: Person) -> Area:
    here: Area = person.neighbourhood
    return here


class NameForm(ActionForm[Person]):
    """The name as on the papers."""

    real_name = CharField(
        label=gettext_lazy("Name as on the papers"), max_length=longest(Person, "real_name"), strip=True
    )
    reason = _reason(help_text=gettext_lazy("What the person showed, such as: identity card seen."))

    def prepare(self) -> None:
        """Begin with the name as it is."""
        self.begin({"real_name": self.thing.real_name})


class PhoneForm(ActionForm[Person]):
    """The number somebody can be reached under."""

    phone = PhoneField(
        label=gettext_lazy("Phone number"),
        max_length=longest(Person, "phone"),
    )
    reason = _reason()


class ReleaseForm(ActionForm[Person]):
    """Why a number is released."""

    reason = _reason(help_text=gettext_lazy("Such as: the carrier has given the number to somebody else."))


class RepresentForm(ActionForm[Person]):
    """Who acts for a company."""

    acting = PersonField(label=gettext_lazy("Who acts for the company"))
    proof = shown_field(choices=Authority.choices, required=True)
    since = DayField(label=gettext_lazy("From"), back=50 * YEAR, ahead=NOTHING, initial=clock.today)

    def prepare(self) -> None:
        """Anybody the desk knows."""
        find_in(self, "acting", _here(self.thing))


class DeathForm(ActionForm[Person]):
    """When somebody died."""

    on = DayField(label=gettext_lazy("Day of death"), back=50 * YEAR, ahead=NOTHING)
    reason = _reason(help_text=gettext_lazy("What was shown, such as: death certificate seen."))
    aware = aware_field()

    def prepare(self) -> None:
        """The rolls on which the person may still stand."""
        homes = {tie.dwelling_id: tie.dwelling for ties in _ties(self.thing) for tie in ties}
        watch_rolls(self, list(homes.values()))

    def clean(self) -> dict[str, Any]:
        """With the tick, where rolls were drawn since."""
        cleaned = super().clean() or {}
        require_aware(self, cleaned)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The day and the reason."""
        return {"on": self.cleaned_data["on"], "reason": self.cleaned_data["reason"]}


class PassOnForm(ActionForm[Person]):
    """Who succeeds to a title: somebody known, or a name to enter."""

    title = forms.ChoiceField(label=gettext_lazy("Dwelling"))
    heir = PersonField(
        label=gettext_lazy("Who succeeds, if the person is known here"),
        help_text=gettext_lazy("Name, room or phone number. Leave it empty to enter somebody new."),
        required=False,
    )
    real_name = CharField(
        label=gettext_lazy("Name as on the papers, if the person is new"),
        max_length=longest(Person, "real_name"),
        required=False,
    )
    phone = PhoneField(
        label=gettext_lazy("Phone, if there is one"),
        required=False,
        max_length=longest(Person, "phone"),
    )
    birthday = DayField(
        label=gettext_lazy("Date of birth, if the person is under 18"),
        back=18 * YEAR,
        ahead=NOTHING,
        required=False,
    )
    on = day_field(label=gettext_lazy("The title passes on from"))
    aware = aware_field()

    def prepare(self) -> None:
        """The titles that ended; the day is that of the death."""
        self.titles = persons.titles_left(self.thing)
        offer(self, "title", [(title.pk, str(title.dwelling)) for title in self.titles])
        find_in(self, "heir", _here(self.thing))
        if self.thing.died_on:
            self.begin({"on": self.thing.died_on})
        watch_rolls(self, [title.dwelling for title in self.titles])
        self.people = self._known()
        ask_whom(self, self.people, required=True)

    def clean(self) -> dict[str, Any]:
        """One who succeeds."""
        cleaned = super().clean() or {}
        require_aware(self, cleaned)
        if not cleaned.get("heir") and not cleaned.get("real_name") and "heir" not in self.errors:
            self.add_error("heir", _("Please say who succeeds: somebody who is known, or a name to enter."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The title, the heir known or to be entered, and the day."""
        data = self.cleaned_data
        title = next(title for title in self.titles if str(title.pk) == data["title"])
        born = data.get("birthday")
        who = Identity(data["real_name"].strip(), born is None, born) if data["real_name"] else None
        return {
            "title": title,
            "heir": data["heir"],
            "who": who,
            "phone": data["phone"],
            "whom": whom(self.people, data.get("same")),
            "on": data["on"],
        }

    def _known(self) -> list[Person]:
        """Who is known at the dwelling under the name that was typed."""
        typed, chosen = (self.data.get(name, "") for name in ("real_name", "title"))
        if not self.is_bound or not typed or self.data.get("heir"):
            return []
        home = next((title.dwelling for title in self.titles if str(title.pk) == chosen), None)
        return identity.candidates(home, typed, phones.reachable(self.data.get("phone", ""))) if home else []


class UniteForm(ActionForm[Person]):
    """Which record is of the same human, brought along by the address, and why."""

    other = forms.IntegerField(widget=forms.HiddenInput)
    reason = _reason(
        help_text=gettext_lazy("How you know, such as: both telephone numbers asked, papers seen.")
    )

    def prepare(self) -> None:
        """Find the second record, and what uniting the two would do."""
        self.second: Person | None = None
        self.preview: Any = None
        self.refusal = ""
        number = str(self.data.get("other", "") if self.is_bound else self.initial.get("other", ""))
        known = persons.can_be_united(_here(self.thing), self.thing)
        self.second = known.filter(pk=int(number)).first() if number.isdecimal() else None
        if self.second is not None and not self.is_bound:
            try:
                self.preview = persons.preview(self.user, self.thing, self.second, _here(self.thing))
            except NotPossible as refusal:
                self.refusal = str(refusal)

    @property
    def sides(self) -> list[tuple[Person, list[Section]]]:
        """Both people with what is known of them; the first is the one that stays."""
        here, both = _here(self.thing), [self.thing, self.second]
        return [(person, facts.sections(person, here, self.user)) for person in both if person is not None]

    def clean_other(self) -> Person:
        """A record the desk knows."""
        if self.second is None:
            raise forms.ValidationError(_("This record cannot be united with the other one."))
        return self.second


class PeopleForm(forms.Form):
    """Finding people."""

    q = CharField(label=gettext_lazy("Name, room or phone number"), required=False, max_length=60)
    unite = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _ties(person: Person) -> list[Any]:
    return [
        ties.filter(until=None).select_related("dwelling__building")
        for ties in (person.residencys, person.ownerships)
    ]
