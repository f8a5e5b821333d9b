"""What may be asked of the workbench, and how somebody objects."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.duties.models import Objection


class WhoseForm(forms.Form):
    """Whose promises to show."""

    whose = forms.ChoiceField(
        label=_("whose promises"), choices=[("mine", _("mine")), ("all", _("everybody's"))], required=False
    )


class ObjectionForm(forms.ModelForm[Objection]):
    """An objection to a public notice."""

    class Meta:
        model = Objection
        fields = ("text",)
        labels = {"text": _("What do you object to, and why?")}
        help_texts = {
            "text": _("Up to 1,000 characters. It is published under the name neighbours know you by.")
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "maxlength": 1000})}
