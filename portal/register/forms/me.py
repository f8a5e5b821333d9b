"""One's own settings."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from portal.community.models import Person
from portal.kit.fields import CharField, confirm_field, longest


class SettingsForm(forms.Form):
    """The name neighbours read, and how the portal speaks."""

    display_name = CharField(
        label=gettext_lazy("Name shown to neighbours"),
        help_text=gettext_lazy("Your building is shown with it. What you signed before stays as it was."),
        max_length=longest(Person, "display_name"),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    elder_mode = forms.BooleanField(
        label=gettext_lazy("Elder view: large type, strong contrast, pages read aloud"), required=False
    )


class CloseForm(forms.Form):
    """A last question before an account is closed."""

    sure = confirm_field(gettext_lazy("Yes, close my account. I understand that nobody can open it again."))
