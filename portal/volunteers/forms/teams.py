"""Forms around a team: what it is, who is in it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.fields import text_area
from portal.volunteers.models import TeamRole


class TeamForm(forms.Form):
    """A team's name and what it does."""

    name = forms.CharField(
        label=gettext_lazy("Name of the team"),
        max_length=60,
        help_text=gettext_lazy("For example: Peace patrol."),
    )
    about = forms.CharField(
        label=gettext_lazy("What the team does"),
        max_length=2000,
        required=False,
        widget=text_area(5),
        help_text=gettext_lazy("For whom, how often, who is welcome. Everybody can read it."),
    )


class NeighbourForm(forms.Form):
    """For leaders: exactly who is meant, so that nobody looks through the register."""

    name = forms.CharField(label=gettext_lazy("Real name, exactly"), max_length=60)
    building = forms.TypedChoiceField(label=gettext_lazy("Building"), coerce=int)
    room = forms.CharField(label=gettext_lazy("Room, exactly"), max_length=20)
    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=TeamRole, initial=TeamRole.MEMBER, widget=forms.RadioSelect
    )

    def __init__(self, buildings: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["building"]).choices = buildings


class SearchForm(forms.Form):
    """For the committee: part of a name, a room, or a whole phone number."""

    q = forms.CharField(
        label=gettext_lazy("Name, room or phone number"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class AddForm(forms.Form):
    """Which of those found is put in, and as what."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who is put in"), coerce=int, widget=forms.RadioSelect)
    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=TeamRole, initial=TeamRole.MEMBER, widget=forms.RadioSelect
    )

    def __init__(self, people: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["person"])
        field.choices = people
        if len(people) == 1:
            field.initial = people[0][0]


OUT = "out"


class RoleForm(forms.Form):
    """What somebody is from now on, or that the person is no longer in the team."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role in the team"),
        choices=[*TeamRole.choices, (OUT, gettext_lazy("no longer in the team"))],
        widget=forms.RadioSelect,
    )
