"""How the committee is reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Contact
from portal.kit import phones
from portal.kit.fields import CharField, longest


def _telephone(text: str) -> None:
    """Refuses what nobody can dial. Raises ValidationError."""
    if not phones.is_written(text):
        raise forms.ValidationError(
            _("This is no telephone number: digits, spaces, + - ( ) and 转, and five digits at least.")
        )


class ContactForm(forms.Form):
    """Where the office is, when it is open, and whom to call: one form for the desk and for whoever runs the portal."""

    office = CharField(
        label=gettext_lazy("Address of the committee's office"),
        help_text=gettext_lazy("As somebody finds it who has never been there: street, number, floor."),
        max_length=longest(Contact, "office"),
        required=False,
    )
    hours = CharField(
        label=gettext_lazy("Office hours"),
        help_text=gettext_lazy("Such as: Monday to Friday 8:30 to 17:30."),
        max_length=longest(Contact, "hours"),
        required=False,
    )
    telephone = CharField(
        label=gettext_lazy("Telephone of the committee"),
        max_length=longest(Contact, "telephone"),
        required=False,
        validators=[_telephone],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    property_telephone = CharField(
        label=gettext_lazy("Telephone of the property management"),
        max_length=longest(Contact, "property_telephone"),
        required=False,
        validators=[_telephone],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        """With one way to reach the committee at least."""
        data = super().clean() or {}
        if not data.get("office") and not data.get("telephone"):
            raise forms.ValidationError(_("Please give the address of the office, or its telephone number."))
        return data
