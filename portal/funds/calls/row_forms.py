"""Forms of several rows: what reviewers score, the plan of instalments, kinds of cost. An emptied row goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.funds.calls.forms import RuleForm
from portal.funds.calls.selectors import WHOLE
from portal.funds.calls.services.writing import Cost, Step, Weighed
from portal.funds.models import CostClass, Criterion, Due
from portal.kit.fields import CharField, longest, number_field

MOST_ROWS = 40
SPARE = 3


class RowsForm(RuleForm):
    """Rows that are there, and some empty ones. `first`: the column without which a row is empty."""

    first: ClassVar[str]
    unit: ClassVar[str] = ""  # the column that adds up to 100 percent

    def columns(self) -> dict[str, forms.Field]:
        """The fields of one row."""
        raise NotImplementedError

    def present(self) -> Sequence[Mapping[str, Any]]:
        """The rows there are."""
        raise NotImplementedError

    def prepare(self) -> None:
        """A field for each column of each row."""
        super().prepare()
        there = self.present()
        self.known = {str(row.get("key", "")) for row in there}
        self.count = min(max(len(there) + SPARE, self._sent()), MOST_ROWS)
        for place in range(self.count):
            row = there[place] if place < len(there) else {}
            for name, field in self.columns().items():
                field.required = False
                self.fields[f"{name}_{place}"] = field
                self.initial.setdefault(f"{name}_{place}", row.get(name))
        if "reason" in self.fields:
            self.order_fields([name for name in self.fields if name != "reason"])

    def rows(self) -> Iterator[list[forms.BoundField]]:
        """The fields as the page shows them, row by row."""
        for place in range(self.count):
            yield [self[f"{name}_{place}"] for name in self.columns()]

    def others(self) -> list[forms.BoundField]:
        """What is asked once."""
        return [self["reason"]] if "reason" in self.fields else []

    def filled(self) -> list[dict[str, Any]]:
        """The rows that say something, as they were typed; an unknown key is a new row."""
        found = [
            {name: self.cleaned_data.get(f"{name}_{place}") for name in self.columns()}
            for place in range(self.count)
        ]
        rows = [row for row in found if row[self.first]]
        for row in rows:
            if row.get("key") not in self.known:
                row["key"] = ""
        return rows

    def clean(self) -> dict[str, Any]:
        """Each row has its part of the whole, and the parts are all of it."""
        data = super().clean() or {}
        if self.unit and not self.errors:
            parts = [row[self.unit] or 0 for row in self.filled()]
            if sum(parts) != WHOLE:
                said = _("Together they are %(sum)s %%. They have to be 100 %%.") % {"sum": sum(parts)}
                raise forms.ValidationError(said)
        return data

    def _sent(self) -> int:
        """How many rows a page sent that was made when there were more of them."""
        found = (re.fullmatch(rf"{self.first}_(\d{{1,2}})", name) for name in (self.data or {}))
        return max((int(one[1]) + 1 for one in found if one), default=0)


def _percent(label: Any) -> forms.IntegerField:
    return number_field(label=label, min_value=1, max_value=WHOLE)


class WeighForm(RowsForm):
    """By what reviewers score."""

    first, unit = "label", "weight"

    def columns(self) -> dict[str, forms.Field]:
        """Name, weight, help."""
        return {
            "key": CharField(widget=forms.HiddenInput, max_length=20),
            "label": CharField(label=gettext_lazy("Criterion"), max_length=longest(Criterion, "label")),
            "weight": _percent(gettext_lazy("Weight in percent")),
            "help": CharField(label=gettext_lazy("What to look at"), max_length=longest(Criterion, "help")),
        }

    def present(self) -> Sequence[Mapping[str, Any]]:
        """As they are."""
        return list(self.thing.criteria.values("key", "label", "weight", "help"))

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        criteria = [
            Weighed(row["label"], row["weight"] or 0, row["help"] or "", row["key"]) for row in self.filled()
        ]
        return {"criteria": criteria, "reason": self.cleaned_data.get("reason", "")}


class PlanForm(RowsForm):
    """In which instalments money is paid."""

    first, unit = "percent", "percent"

    def columns(self) -> dict[str, forms.Field]:
        """How much, and when."""
        return {
            "percent": _percent(gettext_lazy("Percent")),
            "due": forms.ChoiceField(label=gettext_lazy("When it is due"), choices=Due.choices),
        }

    def present(self) -> Sequence[Mapping[str, Any]]:
        """As they are."""
        return list(self.thing.plan.values("percent", "due"))

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        steps = [Step(row["percent"], row["due"] or Due.AGREEMENT) for row in self.filled()]
        return {"steps": steps, "reason": self.cleaned_data.get("reason", "")}


class CostsForm(RowsForm):
    """What is paid, and what not."""

    first = "label"

    def columns(self) -> dict[str, forms.Field]:
        """Name, whether not, why, how much at most."""
        return {
            "key": CharField(widget=forms.HiddenInput, max_length=20),
            "label": CharField(label=gettext_lazy("Kind of cost"), max_length=longest(CostClass, "label")),
            "most_percent": number_field(
                label=gettext_lazy("Most, in percent of the costs"), min_value=0, max_value=WHOLE
            ),
            "why": CharField(
                label=gettext_lazy("Why not, or what to mind"), max_length=longest(CostClass, "why")
            ),
            "forbidden": forms.BooleanField(label=gettext_lazy("Not paid from this fund")),
        }

    def present(self) -> Sequence[Mapping[str, Any]]:
        """As they are; no limit is an empty field."""
        rows = self.thing.cost_classes.values("key", "label", "most_percent", "why", "forbidden")
        return [row | {"most_percent": row["most_percent"] or None} for row in rows]

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        costs = [
            Cost(row["label"], bool(row["forbidden"]), row["why"] or "", row["most_percent"] or 0, row["key"])
            for row in self.filled()
        ]
        return {"costs": costs, "reason": self.cleaned_data.get("reason", "")}
