"""What a service raises when a change is not possible now."""

from __future__ import annotations


class NotPossible(Exception):
    """A refusal in the reader's words: the message says what is the matter and what to do instead."""
