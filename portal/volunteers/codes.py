"""What proves that somebody is at the place: a code in the QR on the screen, a code said aloud, and the pass
that a scanned code gives, so that signing in does not lose it. Pure functions of the shift's secret and the time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django.core import signing

# The QR changes each minute, so that a picture of it sent to somebody at home is soon worth nothing.
QR_SECONDS = 60
# The spoken code has to be said, heard, remembered and typed by many one after the other.
SPOKEN_SECONDS = 600
# After a code has changed it is taken for so long: somebody was just scanning or typing it.
GRACE_SECONDS = 60
# Time for a sign-in by SMS or password between scanning and the button.
PASS_LASTS = timedelta(minutes=10)
QR_BYTES, SPOKEN_DIGITS = 10, 6
SALT = "portal.volunteers.place"


def place_code(secret: str, shift: int, now: datetime) -> str:
    """The code in the QR of this minute: 16 letters and digits."""
    digest = _digest(secret, f"qr:{shift}:{_turn(now, QR_SECONDS)}")
    return base64.b32encode(digest[:QR_BYTES]).decode().lower()


def spoken_code(secret: str, shift: int, now: datetime) -> str:
    """The six digits of these ten minutes."""
    digest = _digest(secret, f"say:{shift}:{_turn(now, SPOKEN_SECONDS)}")
    return f"{int.from_bytes(digest[:8]) % 10**SPOKEN_DIGITS:0{SPOKEN_DIGITS}d}"


def is_place_code(secret: str, shift: int, code: str, now: datetime) -> bool:
    """Whether a code is that of this minute or of the one before."""
    return _same(code.lower(), [place_code(secret, shift, moment) for moment in _still(now)])


def is_spoken_code(secret: str, shift: int, code: str, now: datetime) -> bool:
    """Whether a code is the one that is said now, or was until a minute ago."""
    return _same(code, [spoken_code(secret, shift, moment) for moment in _still(now)])


def give_pass(shift: int, now: datetime) -> str:
    """A signed note that a right code of this shift was scanned at a moment."""
    return signing.dumps([shift, int(now.timestamp())], salt=SALT)


def is_pass(text: str, shift: int, now: datetime) -> bool:
    """Whether a pass is genuine, for this shift, and not older than PASS_LASTS."""
    try:
        whose, at = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    age = now.timestamp() - at
    return bool(whose == shift and -1 <= age <= PASS_LASTS.total_seconds())


def _still(now: datetime) -> list[datetime]:
    return [now, now - timedelta(seconds=GRACE_SECONDS)]


def _turn(moment: datetime, seconds: int) -> int:
    return int(moment.timestamp()) // seconds


def _digest(secret: str, what: str) -> bytes:
    return hmac.new(secret.encode(), what.encode(), hashlib.sha256).digest()


def _same(given: str, codes: list[str]) -> bool:
    """Each compared in constant time."""
    return any(hmac.compare_digest(given.encode(), code.encode()) for code in codes)
