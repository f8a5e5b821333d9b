"""The stock admin's own text fields: what nobody sees is no text there, either."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from portal.kit.fields import visible


def seen_text(text: Any, *, required: bool) -> Any:
    """The text without signs nobody sees; ValidationError where it has to say something, and says nothing."""
    if not isinstance(text, str):
        return text
    kept = visible(text)
    if text and required and not kept:
        raise ValidationError(_("Please write something that can be read."))
    return kept


class SeenBlock:
    """A block of text whose clean drops what cannot be seen. To migrations it is Wagtail's own."""

    kept_as = ""

    def clean(self: Any, value: Any) -> Any:
        """The text as it is kept."""
        return seen_text(super().clean(value), required=self.required)  # type: ignore[misc]

    def deconstruct(self: Any) -> tuple[str, Any, Any]:
        """The rows are the same."""
        _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return self.kept_as, args, kwargs


class LineBlock(SeenBlock, blocks.CharBlock):
    """One line."""

    kept_as = "wagtail.blocks.CharBlock"


class LinesBlock(SeenBlock, blocks.TextBlock):
    """Several lines."""

    kept_as = "wagtail.blocks.TextBlock"


class SeenForm(WagtailAdminModelForm):
    """The form of a model in the stock admin."""

    def clean(self) -> dict[str, Any]:
        """Each text as it is kept."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in self.fields if name in data]:
            try:
                data[name] = seen_text(data[name], required=self.fields[name].required)
            except ValidationError as refusal:
                self.add_error(name, refusal)
        return data


class SeenPageForm(SeenForm, WagtailAdminPageForm):
    """The form of a page in the stock admin."""
