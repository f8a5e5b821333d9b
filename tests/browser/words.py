"""What the portal's words are in Chinese: tests name them as the sources do."""

from __future__ import annotations

from django.utils import translation


def zh(source: str, context: str = "") -> str:
    """The Chinese for a message, as pages show it."""
    with translation.override("zh-hans"):
        return translation.pgettext(context, source) if context else translation.gettext(source)
