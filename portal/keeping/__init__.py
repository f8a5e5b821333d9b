"""Keeping what the portal holds: backups while it runs, restoring them, moving to another database.

Part of the site, below its commands `backup`, `restore` and `move_database`; no app knows it. What the three do is
told in docs/operations.md.
"""

from __future__ import annotations


class Refused(Exception):
    """It was not done, and nothing was changed; the message says why, and what to do."""


def counted(number: int, one: str) -> str:
    """A number of things for whoever runs the portal: 1 file, 2,000 files."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"
