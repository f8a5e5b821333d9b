"""Codes on letters and parts of addresses: how they are made, written and recognised. Pure but for the secret key.

A code follows from a salt, what it is for and the secret key. As long as the salt is kept, the letters can be drawn
again; the database alone never tells a code, neither from the salt nor from the hash.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Without 0 O 1 I L U V: nothing that is misread on paper or misheard on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LENGTH = 8
HALF = LENGTH // 2


def new_salt() -> str:
    """64 random hexadecimal digits."""
    return secrets.token_hex(32)


@dataclass(frozen=True)
class Codes:
    """The codes of one purpose: none of another purpose is ever like them."""

    purpose: str

    def made_of(self, salt: str, key: int) -> str:
        """The code of what has a key, under a salt, as it is printed: K7QM-3XRT."""
        return self._made_of(salt, key, settings.SECRET_KEY)

    def found_again(self, salt: str, key: int, code_hash: str) -> str:
        """The same code, also after the secret key was changed; empty where the hash is not its hash."""
        for secret in _secrets():
            code = self._made_of(salt, key, secret)
            if code_hash in self.hashes(code):
                return code
        return ""

    def hashes(self, code: str) -> list[str]:
        """A typed code's keyed hash under the present secret key and under those it may have been made with."""
        plain = "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())
        return [
            salted_hmac(self.purpose, plain, secret=secret, algorithm="sha256").hexdigest()
            for secret in _secrets()
        ]

    def _made_of(self, salt: str, key: int, secret: str) -> str:
        purpose, seed = f"{self.purpose}.code", f"{salt}:{key}"
        digest = salted_hmac(purpose, seed, secret=secret, algorithm="sha256").digest()
        number, code = int.from_bytes(digest), ""
        for _each in range(LENGTH):
            number, sign = divmod(number, len(ALPHABET))
            code += ALPHABET[sign]
        return f"{code[:HALF]}-{code[HALF:]}"


@dataclass(frozen=True)
class Links:
    """Parts of addresses that nobody guesses, for one purpose: `12-` and 40 digits. Another salt makes another one.

    The database alone never tells them, neither from the salt nor from the key.
    """

    purpose: str

    def made_of(self, salt: str, key: int) -> str:
        """The part of what has a key, under a salt."""
        return self._made_of(salt, key, settings.SECRET_KEY)

    def key_of(self, token: str) -> int:
        """Whose it says to be; 0 where it says nothing."""
        key = token.partition("-")[0]
        return int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0

    def fits(self, token: str, salt: str, key: int) -> bool:
        """Whether it is the part of that key, also after the secret key was changed."""
        return any(constant_time_compare(token, self._made_of(salt, key, secret)) for secret in _secrets())

    def _made_of(self, salt: str, key: int, secret: str) -> str:
        digest = salted_hmac(f"{self.purpose}.link", f"{salt}:{key}", secret=secret, algorithm="sha256")
        return f"{key}-{digest.hexdigest()[:40]}"


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
