"""What the portal's words are in Chinese: tests name them as the sources do."""

from __future__ import annotations

from django.utils import translation


def zh(source: str, **values: object) -> str:
    """The Chinese for a message, as pages show it, with its placeholders filled in."""
    with translation.override("zh-hans"):
        said = translation.gettext(source)
    return said % values if values else said
