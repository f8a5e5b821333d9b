"""Reports and lists on A4."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from portal.kit import printing

STYLES = ("css/sheet.css",)
# Longer lists are for a spreadsheet: a sheet of paper a row of forty.
MOST_ROWS = 1000


def drawn(template: str, context: dict[str, Any]) -> bytes:
    """A page of HTML as PDF. RuntimeError where this computer makes none (`printing.can_print`)."""
    return printing.pdf(render_to_string(template, context), STYLES)
