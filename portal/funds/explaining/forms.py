"""What a voter types to see the own share."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import CharField
from portal.record import numbers


class CodeForm(forms.Form):
    """The check code of a sealed ballot, as its voter has written it down."""

    code = CharField(
        label=_("Check code of your ballot"),
        max_length=40,
        help_text=_("You wrote it down when you voted: twelve letters and digits, such as 7K3M-9QXP-2VHT."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        """The code that is meant; upper and lower case, O and 0 are not told apart."""
        code = numbers.meant(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("A check code has twelve letters and digits. Please look again."))
        return code
