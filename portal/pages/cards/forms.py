"""What a card says besides what the portal knows, and a head's own number."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit import phones
from portal.kit.fields import CharField
from portal.pages.cards.models import CardsFile, ContactCard
from portal.pages.cards.services import FIELDS


def telephone(text: str) -> None:
    """Refuses what nobody can dial. Raises ValidationError."""
    if not phones.is_written(text):
        raise forms.ValidationError(
            _("This is no telephone number: digits, spaces, + - ( ) and 转, and five digits at least.")
        )


def telephone_field(**kwargs: Any) -> CharField:
    """A number that everybody reads."""
    widget = forms.TextInput(attrs={"type": "tel"})
    return CharField(**{"max_length": 40, "widget": widget, "validators": [telephone], **kwargs})


class CardForm(forms.Form):
    """All that a card stores itself; with `common`, what an empty field of a building says instead."""

    def __init__(self, *args: Any, common: ContactCard | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[name] = _field(name, getattr(common, name, ""))


def _field(name: str, common: str) -> forms.Field:
    field = cast("Field[str, str]", ContactCard._meta.get_field(name))
    told: dict[str, Any] = {
        "label": capfirst(str(field.verbose_name)),
        "required": False,
        "max_length": field.max_length,
    }
    if common:
        told["help_text"] = _("Empty: as for all buildings, “%(text)s”.") % {"text": common}
    return telephone_field(**told) if name.endswith("telephone") else CharField(**told)


class CheckForm(ActionForm[ContactCard]):
    """Whether those of the buildings were looked at, too."""

    buildings = forms.BooleanField(
        label=gettext_lazy("I have looked at the cards of the buildings, too"), required=False
    )

    def prepare(self) -> None:
        """A building's card speaks for itself."""
        if not self.thing.area.is_neighbourhood:
            del self.fields["buildings"]


class DrawForm(ActionForm[ContactCard]):
    """On which paper."""

    size = forms.ChoiceField(
        label=gettext_lazy("Size of one card"), choices=CardsFile.Size, widget=forms.RadioSelect
    )


class NumberForm(forms.Form):
    """A building head's number, with the consent; empty takes it back."""

    telephone = telephone_field(
        label=gettext_lazy("Telephone everybody may read"),
        help_text=gettext_lazy("Leave it empty to take your number off the card."),
        required=False,
    )
    agree = forms.BooleanField(
        label=gettext_lazy("I agree that this number is printed on the card and shown to everybody"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A number needs the tick."""
        data = super().clean() or {}
        if data.get("telephone") and not data.get("agree"):
            self.add_error("agree", _("Without your consent the number is not shown."))
        return data
