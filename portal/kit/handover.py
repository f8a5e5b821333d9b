"""What may become of a message that is handed to a server, and its reasons in words that may be kept and logged."""

from __future__ import annotations

import re

LONGEST_REASON = 200
ADDRESS = re.compile(r"[^\s<>\"'(){}\[\],;:]+@[^\s<>\"'(){}\[\],;:]+")
DIGITS = re.compile(r"\d{4,}")


def harmless(text: object) -> str:
    """A reason in one line, without addresses, numbers and codes: what a server answers may repeat them."""
    line = " ".join(str(text).split())
    return DIGITS.sub("…", ADDRESS.sub("…@…", line))[:LONGEST_REASON]


def masked_address(address: str) -> str:
    """c…@example.org: enough to recognise, too little to write to."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…{at}{host}" if at else "…"


class NotTaken(Exception):
    """A server did not say that it took the message; the message says why, and is harmless."""

    def __init__(self, reason: object) -> None:
        super().__init__(harmless(reason))


class Away(NotTaken):
    """The server takes nothing at all now, and did not take this."""


class Unclear(NotTaken):
    """The message was handed over and no answer came: it may have been taken."""


class Later(NotTaken):
    """This one is not taken now, others may be."""


class Refused(NotTaken):
    """This one is not taken, whenever it comes."""
