"""Whom letters with invitation codes go to, and how the office is reached that they name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Dwelling, Kind
from portal.kit.fields import CharField, offer_rows, text_area
from portal.register import flats
from portal.register.services import mailings

WHOLE, BUILDINGS, FLATS = "whole", "buildings", "flats"
# What is chosen stands in the address of the next page; a longer one does not get through every server.
MOST_TYPED = 800


class LettersForm(forms.Form):
    """Whom to write to. It is sent as the address of the page that shows what would be done."""

    to = forms.ChoiceField(
        label=gettext_lazy("Whom to write to"),
        choices=[
            (WHOLE, gettext_lazy("The whole neighbourhood")),
            (BUILDINGS, gettext_lazy("The buildings ticked below")),
            (FLATS, gettext_lazy("The dwellings typed below")),
        ],
        widget=forms.RadioSelect,
        initial=WHOLE,
    )
    buildings = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Buildings"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    flats = CharField(
        label=gettext_lazy("Dwellings"),
        help_text=gettext_lazy("Building and rooms, such as: 3号楼 501, 502、601-604"),
        required=False,
        max_length=MOST_TYPED,
        widget=text_area(3),
    )
    only_new = forms.BooleanField(
        label=gettext_lazy("Only dwellings where nobody has an account yet"), required=False, initial=True
    )

    def __init__(self, *args: Any, neighbourhood: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.neighbourhood = neighbourhood
        inside = Area.objects.filter(path__startswith=neighbourhood.path, kind=Kind.BUILDING)
        offer_rows(self, "buildings", inside.order_by("path"))

    def clean(self) -> dict[str, Any]:
        """With the dwellings that are meant, as `chosen`."""
        data = super().clean() or {}
        if not self.errors:
            data["chosen"] = self._chosen(data)
        return data

    def _chosen(self, data: dict[str, Any]) -> list[Dwelling]:
        if data["to"] == WHOLE:
            return mailings.addressees(self.neighbourhood)
        if data["to"] == BUILDINGS:
            if not data["buildings"]:
                self.add_error("buildings", _("Please tick at least one building."))
                return []
            return mailings.addressees(*data["buildings"])
        return self._typed(data["flats"])

    def _typed(self, text: str) -> list[Dwelling]:
        found = flats.find(
            text, mailings.addressees(self.neighbourhood), mailings.estates(self.neighbourhood)
        )
        for problem in found.problems:
            self.add_error("flats", problem)
        if not found.homes and not found.problems:
            self.add_error("flats", _("Please type at least one dwelling."))
        return flats.in_order(found.homes.values())


class MakeForm(forms.Form):
    """What was shown, so that nothing else is made."""

    digest = CharField(widget=forms.HiddenInput)
