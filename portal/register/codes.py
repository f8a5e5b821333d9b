"""Invitation codes: how they are made, written and recognised. Pure functions but for the portal's secret key.

A code follows from a salt of its mailing, the dwelling and the secret key. As long as the salt is kept, the letters can
be drawn again; the database alone never tells a code, neither from the salt nor from the hash.
"""

from __future__ import annotations

import secrets
import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac

# Without 0 O 1 I L U V: nothing that is misread on paper or misheard on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LENGTH = 8
HALF = LENGTH // 2


def new_salt() -> str:
    """64 random hexadecimal digits."""
    return secrets.token_hex(32)


def made_of(salt: str, dwelling: int) -> str:
    """The code of a dwelling (its key) under a salt, as it is printed: K7QM-3XRT."""
    return _made_of(salt, dwelling, settings.SECRET_KEY)


def found_again(salt: str, dwelling: int, code_hash: str) -> str:
    """The same code, also after the secret key was changed; empty where the hash is not its hash."""
    for secret in _secrets():
        code = _made_of(salt, dwelling, secret)
        if code_hash in hashes(code):
            return code
    return ""


def hashes(code: str) -> list[str]:
    """A typed code's keyed hash under the present secret key and under those it may have been made with."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())
    return [
        salted_hmac("invitation", plain, secret=secret, algorithm="sha256").hexdigest()
        for secret in _secrets()
    ]


def _made_of(salt: str, dwelling: int, secret: str) -> str:
    digest = salted_hmac("invitation.code", f"{salt}:{dwelling}", secret=secret, algorithm="sha256").digest()
    number, code = int.from_bytes(digest), ""
    for _each in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        code += ALPHABET[sign]
    return f"{code[:HALF]}-{code[HALF:]}"


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
