"""Forms around a team: what it is, who is in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.models import Area, Dwelling, Person
from portal.kit.fields import CharField, longest, offer
from portal.volunteers.models import Membership, Team, TeamRole


class TeamForm(forms.Form):
    """A team's name and what it does."""

    name = CharField(
        label=gettext_lazy("Name of the team"),
        max_length=longest(Team, "name"),
        help_text=gettext_lazy("For example: Peace patrol."),
    )
    about = CharField(
        label=gettext_lazy("What the team does"),
        max_length=longest(Team, "about"),
        required=False,
        rows=5,
        help_text=gettext_lazy("For whom, how often, who is welcome. Everybody can read it."),
    )


class EditTeamForm(ActionForm[Team], TeamForm):
    """A team that is changed."""

    def prepare(self) -> None:
        """With what stands there now."""
        self.begin({"name": self.thing.name, "about": self.thing.about})


class NeighbourForm(forms.Form):
    """For leaders: exactly who is meant, so that nobody looks through the register."""

    name = CharField(label=gettext_lazy("Real name, exactly"), max_length=longest(Person, "real_name"))
    building = forms.TypedChoiceField(label=gettext_lazy("Building"), coerce=int)
    room = CharField(label=gettext_lazy("Room, exactly"), max_length=longest(Dwelling, "room"))
    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=TeamRole, initial=TeamRole.MEMBER, widget=forms.RadioSelect
    )

    def __init__(self, buildings: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "building", buildings)


class AddForm(forms.Form):
    """For the committee: who is put in, and as what."""

    person = PersonField(
        label=gettext_lazy("Who is put in"), help_text=gettext_lazy("Name, room or phone number")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=TeamRole, initial=TeamRole.MEMBER, widget=forms.RadioSelect
    )

    def __init__(self, here: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = find_in(self, "person", here).seen


class RoleForm(ActionForm[Membership]):
    """What somebody is from now on."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role in the team"), choices=TeamRole, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """With the present role."""
        self.begin({"role": self.thing.role})
