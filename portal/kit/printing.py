"""Sheets of paper as PDF. Nothing is fetched for them: no network, no files but our own style sheets."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from django.contrib.staticfiles import finders
from PIL import ImageFile

# A long document takes 100 MB while it is drawn; several at once would take them several times, and no less time.
ONE_AT_A_TIME = Lock()


def can_print() -> bool:
    """Whether this computer makes PDF: WeasyPrint is there, and the libraries of Pango it draws letters with."""
    return _press() is not None


def pdf(html: str, styles: Sequence[str], *, tagged: bool = True) -> bytes:
    """A document as PDF, with style sheets named as for {% static %}. RuntimeError where `can_print()` is not so.

    `tagged`: so that a screen reader finds headings and tables.
    """
    press = _press()
    if press is None:
        raise RuntimeError("no PDF without Pango: see docs/operations.md")
    # What a document refers to is not looked up, wherever it lies: its words may have come from anybody.
    nothing = press.urls.URLFetcher(allowed_protocols=())
    sheets = [press.CSS(string=_style(name), url_fetcher=nothing) for name in styles]
    page = press.HTML(string=html, url_fetcher=nothing)
    with ONE_AT_A_TIME:
        written: bytes = page.write_pdf(stylesheets=sheets, pdf_tags=tagged)
    return written


@cache
def _press() -> Any:
    """WeasyPrint, or None where Pango is missing: everything else of the portal works without.

    Loaded for the first sheet, not at the start: that takes a second. Without Pango it raises OSError.
    """
    # It tells every step of every sheet.
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    try:
        press = import_module("weasyprint")
        # Loading it lets every picture of the process be cut short; what people bring is refused then (uploads).
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        return press
    except (ImportError, OSError):
        return None


@cache
def _style(name: str) -> str:
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found).read_text(encoding="utf-8")
