"""Fields that several forms of hearings share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.kit import clock

FARTHEST = timedelta(days=366)


class WordsField(forms.CharField):
    """Text in one line, or in several with `rows`; lines end alike whatever the browser sends."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class MomentField(forms.DateTimeField):
    """A moment to come, within a year, by Shanghai's clock. Cleans to an aware moment."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Refuse what is past or too far away to be meant."""
        moment: datetime | None = super().clean(value)
        if moment and moment <= clock.now():
            raise forms.ValidationError(_("This moment is past. Please choose a later one."))
        if moment and moment > clock.now() + FARTHEST:
            raise forms.ValidationError(_("This is more than a year away. Please check the year."))
        return moment
