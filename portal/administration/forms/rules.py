"""Setting a rule of a place of its own, and ending it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.administration import rule_values
from portal.administration.rule_values import CHOICES, Leaf
from portal.administration.services.rules import Own, in_force
from portal.community.models import Area, LegalStatus, RuleSet
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.fields import CharField, DayField, longest, number_field, offer, reason_field


class OwnRuleForm(ActionForm[Area]):
    """A rule of the place's own: the numbers of the one that ships, each a field; from when, from which source, why."""

    key = forms.ChoiceField(label=gettext_lazy("Rule"))
    since = DayField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy(
            "Today or later. What was called or promised before keeps the rule of its day."
        ),
        back=timedelta(),
        initial=clock.today,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("How binding"),
        choices=[(status.value, status.label) for status in LegalStatus if status != LegalStatus.LAW],
        initial=LegalStatus.PRACTICE,
    )
    source = CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Such as: resolution of the residents' delegates of 12 March 2026."),
        max_length=longest(RuleSet, "source"),
    )
    reason = reason_field(longest(RuleSet, "reason"), rows=2)

    def prepare(self) -> None:
        """The fields of the rule that is meant; first of all which one, where nobody said so yet."""
        groups = [(label, [one for one in rules if not one.fixed]) for label, rules in in_force(self.thing)]
        free = {one.key: one for _label, rules in groups for one in rules}
        listed = [(label, [(one.key, one.words.label) for one in rules]) for label, rules in groups if rules]
        offer(self, "key", [("", _("Please choose")), *listed])
        meant = free.get(str(self.data.get("key") or self.initial.get("key", "")))
        self.leaves: list[Leaf] = []
        if meant is None:
            self.fields = {"key": self.fields["key"]}
            return
        self.shipped = meant.shipped
        self.fields["key"].widget = forms.HiddenInput()
        self.begin({"key": meant.key})
        self.leaves = rule_values.leaves(meant.key, meant.row.value)
        for leaf in self.leaves:
            self.fields[leaf.name] = _field(leaf)
        self.order_fields(["key", *(leaf.name for leaf in self.leaves)])
        said = _("%(rule)s: in force now %(now)s; as the portal ships %(shipped)s.")
        words = {"rule": meant.words.label, "now": meant.said, "shipped": meant.shipped_said}
        self.fields[self.leaves[0].name].help_text = said % words

    def clean(self) -> dict[str, Any]:
        """With the value, of the shape that ships."""
        data = super().clean() or {}
        parts = {}
        for leaf in self.leaves:
            if leaf.name not in data:
                continue
            try:
                parts[leaf.way] = leaf.read(data[leaf.name])
            except NotPossible as refusal:
                self.add_error(leaf.name, str(refusal))
        if self.leaves and len(parts) == len(self.leaves):
            data["value"] = rule_values.put_in(self.shipped.value, parts)
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        status = LegalStatus(data["status"])
        return {"own": Own(data["key"], data["value"], data["since"], data["source"], status, data["reason"])}


class EndRuleForm(ActionForm[RuleSet]):
    """From which day a rule of a place holds no more."""

    until = DayField(
        label=gettext_lazy("Holds no more from"),
        help_text=gettext_lazy("Today or later. From then on what held before holds again."),
        back=timedelta(),
        initial=clock.today,
    )


def _field(leaf: Leaf) -> forms.Field:
    if leaf.kind == "number":
        return number_field(label=leaf.label, min_value=leaf.least, max_value=leaf.most, initial=leaf.typed)
    if leaf.kind == "choice":
        return forms.ChoiceField(label=leaf.label, choices=CHOICES[leaf.key].choices, initial=leaf.typed)
    return CharField(label=leaf.label, max_length=60, initial=leaf.typed)
