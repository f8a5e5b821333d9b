"""Mobile numbers as people write them, in the one form they are kept in."""

from __future__ import annotations

import re
import unicodedata

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}|[2-9]\d{6,7}")
SEPARATORS = re.compile(r"[\s\-–—().·]+")
COUNTRY = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$)")


def mobile(text: str) -> str:
    """The eleven digits of a Chinese mobile number, however it was written; empty when it is none."""
    digits = _plain(text)
    return digits if MOBILE.fullmatch(digits) else ""


def reachable(text: str) -> str:
    """The digits of a mobile or landline number; empty when it is neither."""
    digits = _plain(text)
    return digits if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits) else ""


def masked(number: str) -> str:
    """138****0001: enough to recognise one's own, too little to call."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" if number else ""


def _plain(text: str) -> str:
    """Full-width digits narrowed, separators and the country code dropped."""
    return COUNTRY.sub("", SEPARATORS.sub("", unicodedata.normalize("NFKC", text)))
