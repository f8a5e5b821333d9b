"""Room on the disks for a copy: asked before it is made, and said in words where it runs out meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from portal.keeping import Refused
from portal.kit.outages import MAY_BE_FULL, NO_ROOM, Outage, outage_of


@contextmanager
def needed(wanted: Mapping[Path, int], left: str) -> Iterator[None]:
    """Refused where the disks of some folders have less room than `wanted` (bytes), or the block finds too little.

    `left` says how things are then. What a folder gets may be more than is known before, so that both are asked.
    """
    disks = _by_disk(wanted)
    if any(size > shutil.disk_usage(folder).free for folder, size in disks.items()):
        raise Refused(_words(disks, left))
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if _is_full(error, disks):
            raise Refused(_words(disks, left)) from error
        raise


def _by_disk(wanted: Mapping[Path, int]) -> dict[Path, int]:
    """The same, one folder that exists for each disk."""
    first: dict[int, Path] = {}
    sums: dict[Path, int] = {}
    for folder, size in wanted.items():
        there = next(path for path in [folder, *folder.parents] if path.is_dir())
        there = first.setdefault(there.stat().st_dev, there)
        sums[there] = sums.get(there, 0) + size
    return sums


def _is_full(error: Exception, disks: Mapping[Path, int]) -> bool:
    if outage_of(error) is Outage.FULL:
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    little = min(shutil.disk_usage(folder).free for folder in disks) < NO_ROOM
    return code == sqlite3.SQLITE_FULL or (code in MAY_BE_FULL and little)


def _words(disks: Mapping[Path, int], left: str) -> str:
    said = [
        f"{folder}: at least {size / 1e6:.1f} MB are needed and {shutil.disk_usage(folder).free / 1e6:.1f} MB are free"
        for folder, size in disks.items()
    ]
    return f"There is too little room. {'; '.join(said)}. {left}"
