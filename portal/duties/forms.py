"""What may be asked of the workbench, and how somebody objects."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.duties.models import LONGEST_OBJECTION, PublicNotice
from portal.kit.fields import CharField


class WhoseForm(forms.Form):
    """Whose promises to show."""

    whose = forms.ChoiceField(
        label=_("Whose promises"), choices=[("mine", _("my own")), ("all", _("everybody's"))], required=False
    )


class ObjectionForm(ActionForm[PublicNotice]):
    """An objection to a public notice."""

    text = CharField(
        label=_("What do you object to, and why?"),
        help_text=_("Up to 1,000 characters. It is published under the name neighbours know you by."),
        max_length=LONGEST_OBJECTION,
        rows=5,
    )
