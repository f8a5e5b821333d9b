"""What a list of topics can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.deliberation.listing import GROUPS, MINE, Wish
from portal.deliberation.models import Category
from portal.kit.fields import CharField


class ListForm(forms.Form):
    """Kind and words; the group comes from the tabs. A wrong value narrows nothing."""

    group = forms.ChoiceField(
        choices=[(name, name) for name in [*GROUPS, MINE]], required=False, widget=forms.HiddenInput
    )
    q = CharField(
        label=gettext_lazy("Search topics"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("All kinds")), *Category.choices],
        required=False,
    )

    def wish(self, **rest: Any) -> Wish:
        """What was understood of it."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return Wish(data.get("group", ""), data.get("category", ""), data.get("q", ""), **rest)
