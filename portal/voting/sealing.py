"""Sealed envelopes, and the key that opens them in three parts, of which two are enough. Nothing here is stored.

All envelopes of a vote are of one size whatever they hold: the sender's one-time public key (65), a nonce (12), and
padded JSON `{"code", "choice"}` (512 bytes for each sixty options or part of it: 605 bytes in all for up to sixty)
under AES-256-GCM with its tag (16). The AES key is HKDF-SHA256 of the ECDH
secret (P-256); the vote's public id is authenticated with it, so an envelope opens in its own vote only.
static/js/seal.js does the same in the browser.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from itertools import combinations
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.record.numbers import LETTERS, MEANT

PrivateKey = ec.EllipticCurvePrivateKey
CURVE = ec.SECP256R1()
POINT, NONCE, PLAIN, TAG = 65, 12, 512, 16
SIZE = POINT + NONCE + PLAIN + TAG
# However a choice is written, sixty options fit into one PLAIN.
OPTIONS = 60
PURPOSE = b"portal-ballot/1"
# The order of P-256, a prime: private keys are numbers below it, and so are their parts.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SHARES, NEEDED = 3, 2
NUMBER_BITS, VALUE_BITS, CHECK_BITS = 2, 256, 42
SHARE_LETTERS, GROUP = 60, 4


class Unreadable(ValueError):
    """An envelope that this key does not open, or that holds something else than a ballot."""


class BadShare(ValueError):
    """A part of a key that was mistyped, belongs to another vote, or does not fit the others."""


def make_key() -> PrivateKey:
    """A new private key."""
    return ec.generate_private_key(CURVE)


def public_text(private: PrivateKey) -> str:
    """The public key of a private one, as a vote keeps it: base64 of the uncompressed point, 88 letters."""
    return b64encode(_point(private.public_key())).decode("ascii")


def room(options: int) -> int:
    """How many bytes the padded content of an envelope has in a vote of so many options."""
    return PLAIN * max(1, -(-options // OPTIONS))


def seal(public_key: str, vote_id: UUID, code: str, choice: str, space: int = PLAIN) -> bytes:
    """Seal a choice and its check code for a vote. `space`: its `room`. Raises ValueError where they do not fit."""
    plain = json.dumps({"code": code, "choice": choice}).encode("ascii")
    if len(plain) > space:
        raise ValueError("too long for an envelope")
    recipient = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, b64decode(public_key))
    once = make_key()
    sender = _point(once.public_key())
    key = _aes_key(once.exchange(ec.ECDH(), recipient), sender, _point(recipient))
    nonce = os.urandom(NONCE)
    return sender + nonce + AESGCM(key).encrypt(nonce, plain.ljust(space), str(vote_id).encode("ascii"))


def open_(private: PrivateKey, vote_id: UUID, envelope: bytes, space: int = PLAIN) -> tuple[str, str]:
    """The check code and the choice in an envelope; Unreadable where there is none such."""
    if not is_envelope(envelope, space):
        raise Unreadable("not an envelope")
    sender, nonce, sealed = envelope[:POINT], envelope[POINT : POINT + NONCE], envelope[POINT + NONCE :]
    peer = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
    key = _aes_key(private.exchange(ec.ECDH(), peer), sender, _point(private.public_key()))
    try:
        content = json.loads(AESGCM(key).decrypt(nonce, sealed, str(vote_id).encode("ascii")))
    except (InvalidTag, ValueError, RecursionError) as error:
        raise Unreadable("another key, another vote, or no JSON") from error
    if not isinstance(content, dict):
        raise Unreadable("no ballot")
    code, choice = content.get("code"), content.get("choice")
    if not isinstance(code, str) or not isinstance(choice, str):
        raise Unreadable("no ballot")
    return code, choice


def is_envelope(envelope: bytes, space: int = PLAIN) -> bool:
    """Whether these bytes can be an envelope: of its length, beginning with a point of the curve."""
    if len(envelope) != SIZE - PLAIN + space:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, envelope[:POINT])
    except ValueError:
        return False
    return True


def fingerprint(envelope: bytes) -> str:
    """What an envelope is told from all others by."""
    return hashlib.sha256(envelope).hexdigest()


def split(private: PrivateKey, vote_id: UUID) -> list[str]:
    """Three parts of a key as text to print. Two of them give it back; one alone says nothing (Shamir)."""
    secret = private.private_numbers().private_value
    slope = secrets.randbelow(ORDER - 1) + 1
    return [_written(vote_id, at, (secret + slope * at) % ORDER) for at in range(1, SHARES + 1)]


def join(vote_id: UUID, typed: Sequence[str]) -> PrivateKey:
    """The key of two parts, or of three that agree.

    Raises BadShare for a mistyped part, the same part twice, and parts that do not belong together.
    """
    parts = dict(read_share(vote_id, text) for text in typed)
    if len(parts) != len(typed) or len(parts) < NEEDED:
        raise BadShare("two different parts are needed")
    found = {_at_zero(one, other) for one, other in combinations(parts.items(), NEEDED)}
    secret = found.pop()
    if found or not secret:
        raise BadShare("the parts do not belong together")
    return ec.derive_private_key(secret, CURVE)


def read_share(vote_id: UUID, typed: str) -> tuple[int, int]:
    """Number and value of a part somebody typed from paper; BadShare where the check letters do not fit."""
    letters = "".join(typed.split()).upper().translate(MEANT)
    if len(letters) != SHARE_LETTERS or not set(letters) <= set(LETTERS):
        raise BadShare("a part has sixty letters and digits")
    bits = 0
    for letter in letters:
        bits = bits << 5 | LETTERS.index(letter)
    number = bits >> VALUE_BITS + CHECK_BITS
    value = bits >> CHECK_BITS & (1 << VALUE_BITS) - 1
    if not 1 <= number <= SHARES or value >= ORDER or _written(vote_id, number, value) != _grouped(letters):
        raise BadShare("mistyped, or of another vote")
    return number, value


def _written(vote_id: UUID, number: int, value: int) -> str:
    body = number << VALUE_BITS | value
    check = hashlib.sha256(f"{PURPOSE.decode()} {vote_id} {body}".encode()).digest()
    bits = body << CHECK_BITS | int.from_bytes(check) >> 256 - CHECK_BITS
    return _grouped("".join(LETTERS[bits >> 5 * place & 31] for place in reversed(range(SHARE_LETTERS))))


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def _at_zero(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Where the line through two parts meets zero: the secret."""
    (x1, y1), (x2, y2) = one, other
    return (y1 * x2 - y2 * x1) * pow(x2 - x1, -1, ORDER) % ORDER


def _aes_key(shared: bytes, sender: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=PURPOSE + sender + recipient).derive(shared)


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
