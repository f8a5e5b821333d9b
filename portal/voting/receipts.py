"""Receipts: the number under which a voter finds the own ballot again. Nobody can guess one."""

from __future__ import annotations

import secrets

# Without I, L, O and U: easy to read out, hard to mistake. Twelve of 32 letters are 60 bits.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, SIZE = 3, 4
MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "－": None, "—": None})


def draw() -> str:
    """A new receipt such as 7K3M-9QXP-2VHT."""
    return _grouped("".join(secrets.choice(LETTERS) for _ in range(GROUPS * SIZE)))


def meant(typed: str) -> str:
    """The receipt somebody means who typed it from paper; empty where it cannot be one."""
    letters = typed.strip().upper().translate(MEANT)
    if len(letters) != GROUPS * SIZE or not set(letters) <= set(LETTERS):
        return ""
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + SIZE] for start in range(0, len(letters), SIZE))
