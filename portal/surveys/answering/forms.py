"""Forms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import CharField


class CodeForm(forms.Form):
    """The code of a letter."""

    code = CharField(
        label=_("Code in the letter"),
        max_length=40,
        help_text=_("Eight signs, for example K7QM-3XRT. Small letters and spaces do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
