"""The form fields of questions that are answered in several parts: tables and orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MatrixField(forms.MultiValueField):
    """One choice for each row; cleans to {row key: option key} of the rows that were answered."""

    def __init__(self, rows: list[tuple[str, str]], choices: list[tuple[str, str]], **kwargs: Any) -> None:
        fields = [
            forms.ChoiceField(label=text, required=False, choices=choices, widget=forms.RadioSelect())
            for _key, text in rows
        ]
        self.rows = [key for key, _text in rows]
        widget = MatrixWidget({key: field.widget for key, field in zip(self.rows, fields, strict=True)})
        super().__init__(fields, require_all_fields=False, widget=widget, **kwargs)

    def compress(self, data_list: list[Any]) -> dict[str, str]:
        """The rows that were answered."""
        return {key: value for key, value in zip(self.rows, data_list or [], strict=False) if value}


class MatrixWidget(forms.MultiWidget):
    """The rows of a matrix beneath each other; each is named <question>_<row key>."""

    def __init__(self, widgets: Mapping[str, forms.Widget]) -> None:
        self.keys = list(widgets)
        super().__init__(dict(widgets))

    def decompress(self, value: Any) -> list[Any]:
        """The rows' values in order."""
        return [(value or {}).get(key) for key in self.keys]


class RankingField(forms.MultiValueField):
    """A list for each place; cleans to the keys in order, without gaps. An option twice is refused."""

    default_error_messages = {"twice": _("Each can stand in one place only.")}

    def __init__(self, pairs: list[tuple[str, str]], places: int, **kwargs: Any) -> None:
        choices = [("", "—"), *pairs]
        fields = [forms.ChoiceField(required=False, choices=choices) for _place in range(places)]
        widget = PlacesWidget([field.widget for field in fields])
        super().__init__(fields, require_all_fields=False, widget=widget, **kwargs)

    def compress(self, data_list: list[Any]) -> list[str]:
        """The keys in order; raises ValidationError where one stands twice."""
        keys = [key for key in data_list or [] if key]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(self.error_messages["twice"], code="twice")
        return keys


class PlacesWidget(forms.MultiWidget):
    """The places beneath each other, named <question>_0, <question>_1 …"""

    def decompress(self, value: Any) -> list[Any]:
        """The options in order, then empty places."""
        return [*(value or []), *[""] * (len(self.widgets) - len(value or []))]
