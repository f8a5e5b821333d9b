"""Judging a packed file before anything is taken out of it."""

from __future__ import annotations

import io
import zipfile


def fits(content: bytes, *, entries: int, unpacked: int, ratio: int, tags: int) -> bool:
    """Whether an archive keeps within bounds: parts, bytes unpacked, bytes unpacked for each packed, signs “<”.

    What the archive says it unpacks to is what it can unpack to: more is never read out of it.
    Raises what zipfile raises where the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        return (
            len(parts) <= entries
            and sum(part.file_size for part in parts) <= min(unpacked, ratio * len(content))
            and sum(archive.read(part).count(b"<") for part in parts) <= tags
        )
