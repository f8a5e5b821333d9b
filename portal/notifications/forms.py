"""What an account may choose about its news."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import CharField, offer
from portal.kit.webpush import LONGEST_ENDPOINT, Browser
from portal.notifications.kinds import mail_groups, optional_groups
from portal.notifications.models import Channel, Pace

WAY = "way_"


class PreferenceForm(forms.Form):
    """By which ways news comes and how soon, which groups go out of the portal, and which are not wanted even in it."""

    mail = forms.MultipleChoiceField(
        label=_("What goes out of the portal by these ways"),
        help_text=_("In the portal you find all your notices, unless you switch some off below."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    hidden = forms.MultipleChoiceField(
        label=_("Not even in the portal"),
        help_text=_(
            "Calls to vote, what you owe or are asked for, and what is about a right of yours cannot be switched off."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, ways: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel in ways:
            self.fields[WAY + channel] = forms.ChoiceField(
                label=Channel(channel).label, choices=Pace.choices, widget=forms.RadioSelect
            )
        self.order_fields([*(WAY + channel for channel in ways), "mail", "hidden"])
        offer(self, "mail", mail_groups())
        offer(self, "hidden", optional_groups())

    def paces(self) -> dict[str, str]:
        """How soon by each way."""
        said = self.cleaned_data.items()
        return {name.removeprefix(WAY): value for name, value in said if name.startswith(WAY)}


class PushForm(forms.Form):
    """What a browser says when its owner lets news in; filled in by its script."""

    endpoint = CharField(max_length=LONGEST_ENDPOINT)
    p256dh = CharField(max_length=120)
    auth = CharField(max_length=40)

    def browser(self) -> Browser:
        """As it was said; of what is too long or missing, an address that leads nowhere."""
        return Browser(**self.cleaned_data) if self.is_valid() else Browser("", "", "")
