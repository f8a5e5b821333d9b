"""Mobile numbers as people write them, in the one form they are kept in."""

from __future__ import annotations

import re
import unicodedata

MOBILE = re.compile(r"1[3-9]\d{9}")
# No area begins with 00: those are other countries.
LANDLINE = re.compile(r"0[1-9]\d{8,10}|[2-9]\d{6,7}")
SEPARATORS = re.compile(r"[\s\-–—().·]+")
# And the 0 that was dialled before mobile numbers of another place.
COUNTRY = re.compile(r"(?:(?:\+|00)?86|0)(?=1[3-9]\d{9}$)")
# What a number that everybody reads is written with: 021-5555 0101 转 8, +86 (21) 5555 0101.
WRITTEN = re.compile(r"[\d\s+\-–—().·转]+")
FEWEST_DIGITS = 5
EXTENSION = re.compile(r"(?P<number>.*\d)[\s\-–—.·]+\d{1,5}")


def mobile(text: str) -> str:
    """The eleven digits of a Chinese mobile number, however it was written; empty when it is none."""
    digits = _plain(text)
    return digits if MOBILE.fullmatch(digits) else ""


def reachable(text: str) -> str:
    """The digits of a mobile or landline number; empty when it is neither, as with an extension or abroad."""
    digits = _plain(text)
    extended = EXTENSION.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if extended and LANDLINE.fullmatch(_plain(extended["number"])):
        return ""
    return digits if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits) else ""


def is_written(text: str) -> bool:
    """Whether a text can stand in public as a telephone number: digits, spaces, + - ( ) 转; five digits at least."""
    narrow = unicodedata.normalize("NFKC", text)
    return bool(WRITTEN.fullmatch(narrow)) and sum(sign.isdecimal() for sign in narrow) >= FEWEST_DIGITS


def dialled(text: str) -> str:
    """What a link dials of a number as it was written: a + and the digits, without the extension behind 转."""
    narrow = unicodedata.normalize("NFKC", text).partition("转")[0].strip()
    return ("+" if narrow.startswith("+") else "") + "".join(sign for sign in narrow if sign.isdecimal())


def masked(number: str) -> str:
    """138****0001: enough to recognise one's own, too little to call."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" if number else ""


def _plain(text: str) -> str:
    """Full-width digits narrowed, separators and the country code dropped."""
    return COUNTRY.sub("", SEPARATORS.sub("", unicodedata.normalize("NFKC", text)))
