"""The form of a written page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit import clock
from portal.kit.fields import CharField, DayField


class PageForm(forms.Form):
    """Title, text, one picture with its description."""

    title = CharField(label=_("Title"), max_length=60)
    body = CharField(
        label=_("Text"),
        max_length=20_000,
        rows=12,
        help_text=_(
            "An empty line starts a paragraph, “## ” a heading, “- ” a list item, **two stars** bold."
        ),
    )
    photo = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, up to 8 MB. Its position data is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "data-max-mb": "8"}),
    )
    alt = CharField(
        label=_("What the picture shows"),
        max_length=200,
        required=False,
        help_text=_("Read aloud to those who cannot see it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    def drop_removing(self) -> None:
        """There is no picture that could be removed."""
        del self.fields["remove_picture"]

    def clean(self) -> dict[str, Any]:
        """A picture needs its description."""
        data = super().clean() or {}
        if data.get("photo") and not data.get("alt"):
            self.add_error("alt", _("Please say in a few words what the picture shows."))
        return data


class NoticeForm(PageForm):
    """A notice has a day, and a day until which the home page shows it."""

    day = DayField(label=_("Dated"), initial=clock.today)
    shown_until = DayField(label=_("On the home page until"), required=False)
    field_order = ("title", "day", "shown_until", "body", "photo", "alt", "remove_picture")

    def clean(self) -> dict[str, Any]:
        """The last day may not lie before the first."""
        data = super().clean()
        if data.get("day") and data.get("shown_until") and data["shown_until"] < data["day"]:
            self.add_error("shown_until", _("This day lies before the day of the notice."))
        return data
