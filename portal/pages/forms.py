"""The forms of written pages: a new one on one screen, and what stands beside the sections later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit import clock
from portal.kit.fields import CharField, DayField
from portal.pages.blocks import TEXT_HELP, PictureForm


class OwnForm(forms.Form):
    """What stands beside the sections of a text."""

    title = CharField(label=_("Title"), max_length=60)
    version = CharField(widget=forms.HiddenInput, required=False, max_length=40)


class NoticeOwnForm(OwnForm):
    """A notice has a day, and a day until which the home page shows it."""

    day = DayField(label=_("Dated"), initial=clock.today)
    shown_until = DayField(label=_("On the home page until"), required=False)
    field_order = ("title", "day", "shown_until")

    def clean(self) -> dict[str, Any]:
        """The last day may not lie before the first."""
        data = super().clean() or {}
        if data.get("day") and data.get("shown_until") and data["shown_until"] < data["day"]:
            self.add_error("shown_until", _("This day lies before the day of the notice."))
        return data


class PageForm(OwnForm):
    """A new text: its first paragraphs and perhaps a picture; more sections are added afterwards."""

    body = CharField(label=_("Text"), max_length=20_000, rows=10, help_text=TEXT_HELP)
    photo = PictureForm.base_fields["photo"]
    alt = PictureForm.base_fields["alt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        self.fields["photo"].required = self.fields["alt"].required = False

    def clean(self) -> dict[str, Any]:
        """A picture needs its description."""
        data = super().clean() or {}
        if data.get("photo") and not data.get("alt"):
            self.add_error("alt", _("Please say in a few words what the picture shows."))
        return data


class NoticeForm(PageForm, NoticeOwnForm):
    """A new notice."""

    field_order = ("title", "day", "shown_until", "body", "photo", "alt")
