"""What an account may choose about its news."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import offer
from portal.notifications.kinds import mail_groups


class PreferenceForm(forms.Form):
    """Which groups of news come by e-mail as well. In the portal everything is shown in any case."""

    mail = forms.MultipleChoiceField(
        label=_("Send me by e-mail"),
        help_text=_("In the portal you find all your notices, whatever you choose here."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "mail", mail_groups())
