"""What voters type: a choice, a receipt; and what staff look for in a roll."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.voting import receipts
from portal.voting.models import Vote


class BallotForm(forms.Form):
    """One of the vote's options. `checked`: already chosen, hidden on the page where the voter checks it."""

    choice = forms.ChoiceField(
        label=_("Your vote"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the options.")},
    )

    def __init__(self, vote: Vote, *args: Any, checked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(option, vote.label_of(option)) for option in vote.options]
        if checked:
            field.widget = forms.HiddenInput()


class ReceiptForm(forms.Form):
    """A receipt, as somebody reads it from paper."""

    number = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        help_text=_("Twelve letters and digits, such as 7K3M-9QXP-2VHT."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        """The receipt that is meant; upper and lower case, O and 0 are not told apart."""
        number = receipts.meant(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("A receipt has twelve letters and digits. Please look again."))
        return number


class RollFilter(forms.Form):
    """Looking for a line of the roll."""

    q = forms.CharField(label=_("Name, flat or code"), max_length=60, required=False)
