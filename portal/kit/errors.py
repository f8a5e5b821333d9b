"""What a service raises when a change is not possible now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class NotPossible(Exception):
    """A refusal in the reader's words: the message says what is the matter and what to do instead.

    `field`: what of the form it is about; empty: the whole. A form without such a field says it above.
    """

    field = ""

    def at(self, field: str) -> Self:
        """The same, said at one field of the form."""
        self.field = field
        return self


def refusal_of(check: Callable[[], object]) -> str:
    """What a check refuses with, in the reader's words; nothing where it lets pass."""
    try:
        check()
    except NotPossible as refusal:
        return str(refusal)
    return ""
