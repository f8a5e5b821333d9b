"""What is asked before answers are taken away as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField
from portal.surveys.exchange.exports import waves_before
from portal.surveys.models import ExportFile, ExportForm, Survey


class TakeForm(ActionForm[Survey]):
    """Kind of file, with the waves before or not, and what for."""

    form = forms.ChoiceField(
        label=_("Kind of file"), choices=ExportForm.choices, initial=ExportForm.CSV, widget=forms.RadioSelect
    )
    earlier = forms.BooleanField(label=_("With the answers of the waves before"), required=False)
    purpose = CharField(
        label=_("What do you need the answers for?"),
        help_text=_("It is kept with your name and post. Your colleagues can read it."),
        max_length=ExportFile._meta.get_field("purpose").max_length,
    )

    def prepare(self) -> None:
        """Without a wave before there is nothing to add."""
        if not waves_before(self.thing):
            del self.fields["earlier"]

    def values(self) -> dict[str, Any]:
        """The service always gets all three."""
        return {"earlier": False, **self.cleaned_data}
