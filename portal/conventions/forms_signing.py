"""Forms of signing: for one's own household, and by who enters what was signed on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Area, Dwelling, Kind
from portal.community.places import inside
from portal.conventions import signatures
from portal.conventions.models import Proposal
from portal.kit.fields import CharField, offer_rows, reason_field

MOST_ROOMS = 200
ANSWERS = [("1", gettext_lazy("We agree")), ("0", gettext_lazy("We do not agree"))]


def _answer() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("What the household says"),
        choices=ANSWERS,
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )


class SignForm(ActionForm[Proposal]):
    """For which home, where somebody has several; and, where it decides, whether the household agrees."""

    agrees = _answer()
    dwelling = forms.ModelChoiceField(
        label=gettext_lazy("For which of your homes"),
        queryset=Dwelling.objects.none(),
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """Drop what need not be asked; a wrong key is refused by the field."""
        homes = signatures.Household.of(self.user, self.thing).to_sign
        rows = Dwelling.objects.filter(pk__in=[home.pk for home in homes]).select_related("building")
        offer_rows(self, "dwelling", rows, empty_label=None)
        if len(homes) < 2:
            del self.fields["dwelling"]
        if not self.thing.round.page.is_building:
            del self.fields["agrees"]

    def values(self) -> dict[str, Any]:
        """The home by its key, where one was asked for."""
        data = dict(self.cleaned_data)
        home = data.pop("dwelling", None)
        return data | ({"dwelling": home.pk} if home else {})


class RoomsForm(ActionForm[Proposal]):
    """Homes by building and room, many at once: as they stand on a list on paper."""

    building = forms.ModelChoiceField(label=gettext_lazy("Building"), queryset=Area.objects.none())
    rooms = CharField(
        label=gettext_lazy("Rooms"),
        max_length=MOST_ROOMS * 12,
        rows=4,
        help_text=gettext_lazy(
            "Several at once: 501 502 601. Where the building has entrances, with the entrance: 2-501."
        ),
    )

    def prepare(self) -> None:
        """Only buildings of the place that agrees; none to choose where it is one."""
        buildings = inside(self.thing.round.page.area, Kind.BUILDING)
        offer_rows(self, "building", buildings, empty_label=None)
        if len(buildings) == 1:
            self.begin({"building": buildings[0].pk})

    def clean(self) -> dict[str, Any]:
        """The homes that are meant; words that name none are named."""
        data = super().clean() or {}
        if data.get("building") and data.get("rooms"):
            found = signatures.rooms(data["building"], data["rooms"])
            if found.unknown:
                said = _("No home, or more than one, is meant by: %(words)s") % {
                    "words": " ".join(found.unknown)
                }
                self.add_error("rooms", said)
            self.cleaned_data["dwellings"] = found.homes
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The homes, and what else was asked."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"building", "rooms"}}


class EnterForm(RoomsForm):
    """What these households signed on paper."""

    agrees = _answer()

    def prepare(self) -> None:
        """A dissent is counted only where signatures decide."""
        super().prepare()
        if not self.thing.round.page.is_building:
            del self.fields["agrees"]


class StrikeForm(RoomsForm):
    """Whose signature was entered by mistake, and why."""

    reason = reason_field()
