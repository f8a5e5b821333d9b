"""Joining a dwelling: by code, by request, and at the counter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Dwelling, Kind, Person
from portal.community.places import inside
from portal.kit import phones
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, PhoneField, longest, offer, offer_rows
from portal.register.forms.dated import (
    ask_whom,
    aware_field,
    day_field,
    require_aware,
    shown_field,
    watch_rolls,
    whom,
)
from portal.register.services import joining
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim


class ClaimForm(forms.Form):
    """What somebody is to a dwelling, and who they are. `person`: what is known already is not asked again."""

    real_name = CharField(
        label=gettext_lazy("Name as on your papers"),
        help_text=gettext_lazy("Only the committee's staff see it."),
        max_length=longest(Person, "real_name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    ties = forms.MultipleChoiceField(
        label=gettext_lazy("What are you to this dwelling?"),
        choices=[
            ("living", gettext_lazy("I live here")),
            ("owning", gettext_lazy("I own it")),
            ("tenancy", gettext_lazy("I hold the tenancy of this public dwelling")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    adult = forms.ChoiceField(
        label=gettext_lazy("Are you 18 or older?"),
        help_text=gettext_lazy("Only adults can vote. We keep only the day from which you can."),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    birthday = DayField(
        label=gettext_lazy("Date of birth, if you are under 18"),
        back=120 * YEAR,
        ahead=NOTHING,
        required=False,
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person is not None and person.real_name:
            self.fields["real_name"].initial = person.real_name
        if person is not None and person.adult_on is not None:
            for asked in ("adult", "birthday"):
                del self.fields[asked]

    def clean(self) -> dict[str, Any]:
        """The date of birth of those under 18."""
        cleaned = super().clean() or {}
        if {"owning", "tenancy"} <= {*cleaned.get("ties", ())}:
            self.add_error(
                "ties", _("Nobody owns a public dwelling they hold the tenancy of. Please choose one.")
            )
        if cleaned.get("adult") == "no" and not cleaned.get("birthday") and "birthday" not in self.errors:
            self.add_error("birthday", _("Please enter the date of birth."))
        return cleaned

    @property
    def claim(self) -> Claim:
        """What is claimed."""
        ties = self.cleaned_data["ties"]
        return Claim(living="living" in ties, owning="owning" in ties, tenancy="tenancy" in ties)

    @property
    def identity(self) -> Identity:
        """Who claims it."""
        data = self.cleaned_data
        return Identity(data["real_name"].strip(), data.get("adult", "yes") == "yes", data.get("birthday"))


class CodeForm(ClaimForm):
    """Joining with the code of a letter."""

    code = CharField(
        label=gettext_lazy("Invitation code"),
        help_text=gettext_lazy(
            "On your letter, or from your household: eight letters and digits, such as K7QM-3XRT."
        ),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    field_order = ["code", "real_name", "ties", "adult", "birthday"]


class PlaceForm(forms.Form):
    """The first step of a request: which building."""

    building = forms.ModelChoiceField(
        label=gettext_lazy("Building"),
        queryset=Area.objects.none(),
        empty_label=gettext_lazy("Please choose"),
    )

    def __init__(self, *args: Any, neighbourhood: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "building", inside(neighbourhood, Kind.BUILDING))


class DwellingField(forms.ModelChoiceField[Dwelling]):
    """A choice of dwellings by entrance and room."""

    def label_from_instance(self, obj: Dwelling) -> str:
        return f"{obj.entrance} {obj.room}".strip()


class AskForm(ClaimForm):
    """The second step of a request: which dwelling of the building, and what one is to it."""

    dwelling = DwellingField(
        label=gettext_lazy("Entrance and room"),
        queryset=Dwelling.objects.none(),
        empty_label=gettext_lazy("Please choose"),
    )
    field_order = ["dwelling", "real_name", "ties", "adult", "birthday"]

    def __init__(self, *args: Any, building: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "dwelling", Dwelling.objects.in_use().filter(building=building))


TIES = [
    ("living", gettext_lazy("lives there")),
    ("owning", gettext_lazy("owns it")),
    ("tenancy", gettext_lazy("holds the tenancy of this public dwelling")),
]


class RegisterForm(AskForm):
    """What staff enter at the counter for somebody who is there, perhaps from an earlier day.

    Whom the register knows at the dwelling under the name, by account or without, staff are asked about.
    """

    phone = PhoneField(
        label=gettext_lazy("Phone, if there is one"),
        required=False,
        max_length=longest(Person, "phone"),
    )
    replaces = forms.BooleanField(
        label=gettext_lazy(
            "The dwelling was sold or inherited: the titles of the owners until now end that day"
        ),
        required=False,
    )
    company = forms.BooleanField(
        label=gettext_lazy("It is a company or another body: one owner, whoever acts for it"), required=False
    )
    shown = shown_field()
    on = day_field()
    aware = aware_field()
    field_order = [
        "dwelling",
        "real_name",
        "company",
        "same",
        "phone",
        "ties",
        "shown",
        "replaces",
        "on",
        "aware",
        "adult",
        "birthday",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["real_name"].help_text = _("As on the person's papers. No copy and no ID number is kept.")
        self.fields["real_name"].widget.attrs["autocomplete"] = "off"
        self.fields["ties"].label = _("What is the person to this dwelling?")
        offer(self, "ties", TIES)
        self.fields["adult"].label = _("Is the person 18 or older?")
        self.fields["adult"].required = not self.data.get("company")
        home = self._home()
        watch_rolls(self, [home] if home else [])
        self.people = self._known(home)
        ask_whom(self, self.people, required=True)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """With the tick, where rolls were drawn since."""
        cleaned = super().clean()
        require_aware(self, cleaned)
        if cleaned.get("company") and cleaned.get("ties", ["owning"]) != ["owning"]:
            self.add_error(
                "ties", _("A company can own a dwelling here; who lives there is entered by name.")
            )
        return cleaned

    @property
    def claim(self) -> Claim:
        """With the paper that was shown."""
        return replace(super().claim, shown=self.cleaned_data["shown"])

    @property
    def identity(self) -> Identity:
        """A person, or a company."""
        return replace(super().identity, company=self.cleaned_data["company"])

    @property
    def entry(self) -> dict[str, Any]:
        """What the service takes besides dwelling, claim and identity."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("phone", "replaces", "on")}
        return {**said, "whom": whom(self.people, data.get("same"))}

    def _home(self) -> Dwelling | None:
        number = str(self.data.get("dwelling", ""))
        inside = cast("forms.ModelChoiceField[Dwelling]", self.fields["dwelling"]).queryset
        return inside.filter(pk=int(number)).first() if inside is not None and number.isdecimal() else None

    def _known(self, home: Dwelling | None) -> list[Person]:
        """Whom the name that was typed means there."""
        if home is None:
            return []
        typed, phone = str(self.data.get("real_name", "")), phones.reachable(str(self.data.get("phone", "")))
        who = Identity(typed, adult=True, company=bool(self.data.get("company")))
        return joining.known_at(home, who, phone)
