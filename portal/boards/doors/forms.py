"""What a neighbour says of being called, and what a head notes at the doors."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.boards.doors import reading
from portal.boards.doors.matters import OpenMatter
from portal.boards.doors.models import CallConsent, DoorResult
from portal.boards.doors.reading import Door
from portal.boards.doors.services import ERASE
from portal.boards.models import BuildingBoardPage
from portal.community.finding import named, neighbours_like
from portal.kit.fields import PhoneField, longest


class CallForm(ActionForm[BuildingBoardPage]):
    """The number at which the head may call; at first the one that is known."""

    phone = PhoneField(
        label=gettext_lazy("Your number"), max_length=longest(CallConsent, "phone"), autocomplete="tel"
    )

    def prepare(self) -> None:
        """The number said before, else that of the account."""
        before = reading.may_call(self.thing, self.user.person_id)
        self.begin({"phone": before.phone if before else self.user.phone})


class NoteCallForm(ActionForm[BuildingBoardPage]):
    """Who without an account agreed, at which number, and that it was seen."""

    person = PersonField(label=gettext_lazy("Name or room of the neighbour"))
    phone = PhoneField(label=gettext_lazy("Phone number"), max_length=longest(CallConsent, "phone"))
    seen = forms.BooleanField(label=gettext_lazy("The neighbour signed for it, or said so at the counter"))

    def prepare(self) -> None:
        """Among those who live or own here."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(neighbours_like, here))

    def values(self) -> dict[str, Any]:
        """Without the tick."""
        return {"person": self.cleaned_data["person"], "phone": self.cleaned_data["phone"]}


class ForgetCallForm(ActionForm[BuildingBoardPage]):
    """Whose number leaves the list."""

    consent = forms.ModelChoiceField(
        CallConsent.objects.none(), label=gettext_lazy("Whose number"), empty_label=None
    )

    def prepare(self) -> None:
        """Those that were noted here, by name and flat."""
        found = list(reading.noted(self.thing))
        names = dict(named([one.person for one in found], self.thing.neighbourhood))
        field: Any = self.fields["consent"]
        field.queryset = reading.noted(self.thing)
        field.widget.choices = [(one.pk, names[str(one.person_id)]) for one in found]


class RoundForm(forms.Form):
    """One choice a flat: what came of today's try; nothing chosen changes nothing."""

    def __init__(self, *args: Any, doors: list[Door], matter: OpenMatter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doors = {f"flat_{door.dwelling.pk}": door for door in doors if door.asked}
        results = [one for one in DoorResult if matter.paper or one != DoorResult.PAPER]
        for name, door in self.doors.items():
            self.fields[name] = forms.ChoiceField(
                label=_("Today at %(flat)s") % {"flat": door.flat},
                required=False,
                choices=[
                    ("", _("nothing to note")),
                    *((one.value, one.label) for one in results),
                    *_erase(door),
                ],
            )

    @property
    def found(self) -> dict[int, str]:
        """What was chosen, by the key of the flat."""
        return {self.doors[name].dwelling.pk: value for name, value in self.cleaned_data.items() if value}

    def rows(self, doors: list[Door]) -> list[tuple[Door, Any]]:
        """Each flat with its choice; none where it is not asked."""
        return [
            (door, self[name] if (name := f"flat_{door.dwelling.pk}") in self.fields else None)
            for door in doors
        ]


def _erase(door: Door) -> list[tuple[str, str]]:
    return [(ERASE, _("take today's mark away"))] if door.today else []
