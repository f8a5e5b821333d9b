"""Forms about places."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.administration.permissions import areas_run_by
from portal.administration.services.moving import INTO
from portal.administration.services.places import MOST, PARTS
from portal.community.models import Area, Kind
from portal.community.places import ancestors
from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest, offer, reason_field

SPAN = re.compile(r"(\d{1,4})\s*[-–—~～至到]\s*(\d{1,4})")
APART = re.compile(r"[\n,，、;；]+")
REASON = longest(Area, "retired_reason")


class SearchForm(forms.Form):
    """Finding a place by its name; those that are retired only where they are asked for."""

    q = CharField(label=gettext_lazy("Name of the place"), required=False, max_length=40)
    retired = forms.BooleanField(label=gettext_lazy("Those that are retired"), required=False)


class AddForm(ActionForm[Area]):
    """What is added to a place: one neighbourhood, or buildings by their numbers."""

    names = CharField(
        label=gettext_lazy("Names"),
        help_text=gettext_lazy("One a line, or with commas between them."),
        max_length=4000,
        rows=4,
    )
    ending = CharField(
        label=gettext_lazy("What follows a number"),
        help_text=gettext_lazy("1-38 stands for 38 buildings: 1号楼, 2号楼 and so on."),
        max_length=10,
        required=False,
        initial="号楼",
    )
    slug = CharField(
        label=gettext_lazy("Name in the address"),
        help_text=gettext_lazy(
            "Latin letters, digits and hyphens, such as tianxin: short enough for a letter. It does not change later."
        ),
        max_length=longest(Area, "slug"),
        required=False,
        validators=[validate_slug],
    )

    def prepare(self) -> None:
        """Buildings have numbers and no address of their own; of what has one, one is added at a time."""
        kinds = PARTS[self.thing.kind]
        self.kind = kinds[0] if kinds else None
        if self.kind != Kind.BUILDING:
            del self.fields["ending"]
        if self.kind != Kind.NEIGHBOURHOOD:
            del self.fields["slug"]
        else:
            one = CharField(label=gettext_lazy("Name of the place"), max_length=longest(Area, "name"))
            self.fields["names"] = one
        if self.kind is not None:
            self.fields["names"].label = f"{self.fields['names'].label}（{self.kind.label}）"

    def clean(self) -> dict[str, Any]:
        """The names one by one, as `several`."""
        data = super().clean() or {}
        found = spelled(data.get("names", ""), data.get("ending", "").strip(), one="slug" in self.fields)
        if len(found) > MOST:
            raise forms.ValidationError(_("At most %(most)d at once, please.") % {"most": MOST})
        if any(len(name) > longest(Area, "name") for name in found):
            raise forms.ValidationError(
                _("A name has at most %(most)d characters.") % {"most": longest(Area, "name")}
            )
        data["several"] = found
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {"kind": self.kind, "names": data["several"], "slug": data.get("slug", "")}


class RenameForm(ActionForm[Area]):
    """The new name, and why."""

    name = CharField(label=gettext_lazy("New name"), max_length=longest(Area, "name"))
    reason = reason_field(REASON, rows=2)

    def prepare(self) -> None:
        """What it is called now."""
        self.begin({"name": self.thing.name})


class RetireForm(ActionForm[Area]):
    """From when there is no such place any more, and why."""

    day = DayField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("Today or a day before."),
        back=50 * YEAR,
        ahead=NOTHING,
        initial=clock.today,
    )
    reason = reason_field(REASON, rows=2)


class BackForm(ActionForm[Area]):
    """Why it is there again."""

    reason = reason_field(REASON, rows=2)


class MoveForm(ActionForm[Area]):
    """Where a place belongs from now on, and why."""

    to = forms.TypedChoiceField(label=gettext_lazy("Belongs to"), coerce=int)
    reason = reason_field(REASON, rows=2)

    def prepare(self) -> None:
        """The places it can belong to, each with those around it: two queries."""
        kinds = INTO.get(self.thing.kind, ())
        run = areas_run_by(self.user).filter(retired_on=None)
        found = run.filter(kind__in=kinds).exclude(path=self.thing.path[: -Area.steplen]).order_by("path")
        above = run.filter(kind__in=(Kind.SUBDISTRICT, Kind.NEIGHBOURHOOD)).values_list("path", "name")
        names = dict(above) if kinds else {}
        choices = [
            (
                area.pk,
                " › ".join([*(names[path] for path in ancestors(area.path) if path in names), area.name]),
            )
            for area in found
        ]
        offer(self, "to", [("", _("Please choose")), *choices])


def spelled(text: str, ending: str = "", *, one: bool = False) -> list[str]:
    """The names a text stands for: 1-3 with 号楼 after it is 1号楼, 2号楼, 3号楼. `one`: it is one name as it is."""
    if one:
        return [text.strip()] if text.strip() else []
    found: list[str] = []
    for part in filter(None, (part.strip() for part in APART.split(text))):
        span = SPAN.fullmatch(part) if ending else None
        first, last = (int(span[1]), int(span[2])) if span else (0, -1)
        # More than can be added is refused by the form; so long a row is not even written out.
        numbers = [f"{number}{ending}" for number in range(first, min(last, first + MOST) + 1)]
        found += numbers or [f"{part}{ending}" if part.isdecimal() else part]
    return found
