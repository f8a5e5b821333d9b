"""Fields that several forms share."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


class YuanField(forms.CharField):
    """An amount typed in yuan, such as 48,000 or 12.50. Cleans to whole fen, or None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> int | None:
        """The amount in fen, by whole numbers only."""
        text = super().clean(value).replace(",", "").replace("，", "").strip()
        if not text:
            return None
        found = YUAN.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Please write an amount in yuan, such as 48000 or 12.50."))
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def prepare_value(self, value: Any) -> Any:
        """Fen as yuan, when the field shows what is kept."""
        if isinstance(value, int):
            whole, rest = divmod(value, 100)
            return f"{whole}.{rest:02d}" if rest else str(whole)
        return value
