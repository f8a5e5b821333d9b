"""What commands share."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from portal.kit.sheets import MAX_BYTES


def content_of(file: Path) -> bytes:
    """What a table holds; one byte more than may be read is enough to refuse it.

    Raises CommandError where it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
