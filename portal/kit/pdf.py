"""Judging a PDF without opening it: what it would do in a reader is told by the names inside it."""

from __future__ import annotations

import re
import zlib

from django.utils.translation import gettext as _

ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)(?![A-Za-z])"
)
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
PACKED = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
MAX_UNPACKED = 32 * 1024 * 1024


def objection(content: bytes) -> str:
    """Why a PDF cannot be taken, in the reader's words; empty when nothing speaks against it."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        return _("This PDF is incomplete. Please save it again and choose it once more.")
    names = _plain(content)
    if LOCKED.search(names):
        return _("This PDF is locked with a password. Please save it without one.")
    packed = _unpacked(content)
    if packed is None:
        return _("This PDF is damaged. Please save it again and choose it once more.")
    if ACTIVE.search(names) or ACTIVE.search(_plain(packed)):
        return _("This PDF carries a program or other files. Please print it to a new PDF and choose that.")
    return ""


def _plain(content: bytes) -> bytes:
    """Names may be written with #xx for any letter, to hide them."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unpacked(content: bytes) -> bytes | None:
    """The text of all compressed object streams; None where one cannot be read or they are out of measure."""
    text, room = [], MAX_UNPACKED
    for found in PACKED.finditer(_same_length(content)):
        try:
            part = zlib.decompressobj().decompress(content[found.end() :], room)
        except zlib.error:
            return None
        room -= len(part)
        if room <= 0:
            return None
        text.append(part)
    return b"\n".join(text)


def _same_length(content: bytes) -> bytes:
    """Escapes undone without moving anything, so that positions hold in the original."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]).ljust(3, b"\x00"), content)
