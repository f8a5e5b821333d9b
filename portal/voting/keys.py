"""Where the server keeps the keys of secret votes it is custodian of: one private file each, never the database.

A reader of the database, a dump or a backup of it has the envelopes and no key; the key alone has no envelopes.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from portal.voting.sealing import PrivateKey

SUFFIX = ".pem"


class NoKey(Exception):
    """The file with a vote's key is not where it should be, or is none."""


def keep(vote_id: UUID, private: PrivateKey) -> None:
    """Write a vote's key once, readable by the portal's own account only; FileExistsError a second time."""
    place = _place(vote_id)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())


def fetch(vote_id: UUID) -> PrivateKey:
    """The key of a vote; NoKey where there is none."""
    try:
        private = load_pem_private_key(_place(vote_id).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(str(vote_id)) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise NoKey(str(vote_id))
    return private


def destroy(vote_id: UUID) -> None:
    """Remove a vote's key; nothing where it is gone."""
    _place(vote_id).unlink(missing_ok=True)


def held() -> list[UUID]:
    """The votes whose keys are kept here."""
    return [UUID(place.stem) for place in Path(settings.KEYS_DIR).glob(f"*{SUFFIX}")]


def _place(vote_id: UUID) -> Path:
    return Path(settings.KEYS_DIR) / f"{vote_id}{SUFFIX}"
