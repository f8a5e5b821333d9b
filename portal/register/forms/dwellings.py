"""Forms about dwellings: put right, retired, brought back, and the whole register as a file."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Area, AreaSource, Dwelling, Kind, Residency, Usage
from portal.community.places import inside
from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest, offer_rows
from portal.register import roster as rosters
from portal.register.exporting import FORMATS
from portal.register.services.dwellings import Facts

REASON = longest(Residency, "reason")


class CorrectForm(ActionForm[Dwelling]):
    """What a dwelling is, and why it is put right."""

    building = forms.ModelChoiceField(
        label=gettext_lazy("Building"), queryset=Area.objects.none(), empty_label=None
    )
    entrance = CharField(
        label=gettext_lazy("Entrance"), required=False, max_length=longest(Dwelling, "entrance")
    )
    room = CharField(label=gettext_lazy("Room"), max_length=longest(Dwelling, "room"))
    area = CharField(
        label=gettext_lazy("Exclusive area in square metres"),
        help_text=gettext_lazy("As in the property register, with up to two decimals, such as 86.42."),
        max_length=20,
    )
    area_source = forms.ChoiceField(label=gettext_lazy("Where the area is from"), choices=AreaSource.choices)
    usage = forms.ChoiceField(label=gettext_lazy("Use"), choices=Usage.choices)
    reason = CharField(label=gettext_lazy("Reason"), max_length=REASON, rows=2)

    def prepare(self) -> None:
        """What is known stands there."""
        home = self.thing
        offer_rows(self, "building", inside(home.neighbourhood, Kind.BUILDING))
        whole, rest = divmod(home.exclusive_area, 100)
        known = {name: getattr(home, name) for name in ("entrance", "room", "area_source", "usage")}
        self.begin({"building": home.building_id, "area": f"{whole}.{rest:02d}", **known})

    def clean_area(self) -> int:
        """Hundredths of a square metre."""
        try:
            return rosters.area(unicodedata.normalize("NFKC", self.cleaned_data["area"]).strip())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        """The facts, and the reason."""
        data = self.cleaned_data
        facts = Facts(
            data["building"],
            data["entrance"].strip(),
            data["room"].strip(),
            data["area"],
            AreaSource(data["area_source"]),
            Usage(data["usage"]),
        )
        return {"facts": facts, "reason": data["reason"]}


class RetireForm(ActionForm[Dwelling]):
    """From when there is no such dwelling any more, and why."""

    day = DayField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("Today or a day before. From this day on nobody lives there or owns it."),
        back=50 * YEAR,
        ahead=NOTHING,
        initial=clock.today,
    )
    reason = CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Such as: pulled down; joined with 302; entered twice."),
        max_length=REASON,
        rows=2,
    )


class ExportForm(forms.Form):
    """The register as a file: what for, and in which form."""

    reason = CharField(label=gettext_lazy("What for"), max_length=REASON, rows=2)
    form = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), choices=[(name, name.upper()) for name in FORMATS], initial="xlsx"
    )
