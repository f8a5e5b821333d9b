"""Files that only the portal's own user may read, whoever's umask it was started with."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

FILE, DIRECTORY = 0o600, 0o700
# SQLite gives these the mode of the database, but those of an earlier version may lie there.
BESIDE = ("", "-wal", "-shm", "-journal")


def make_private(path: Path) -> None:
    """Let a new file begin private; what is there already stays as it is. Raises no OSError: whoever opens it will."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into that takes its place at the end, whole or not at all; its folder is made where none is.

    Another process may write into it by its name. Raises OSError.
    """
    path.parent.mkdir(exist_ok=True, mode=DIRECTORY)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=path.suffix, delete=False) as made:
        unfinished = Path(made.name)
        try:
            yield made
            made.close()
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)


def close_database(path: Path) -> None:
    """A SQLite database and what lies beside it, made or mended."""
    make_private(path)
    close(path.with_name(path.name + ending) for ending in BESIDE)


def close_directory(path: Path) -> None:
    """A directory of ours, and all in it where it stood open."""
    path = path.resolve()
    found = _status(path)
    if found is not None and _open(found):
        close(path.rglob("*"))
        close([path])


def close(paths: Iterable[Path]) -> None:
    """Take from others what they may do with these; links are left alone, and what belongs to somebody else."""
    for path in paths:
        found = _status(path)
        if found is not None and _open(found) and not stat.S_ISLNK(found.st_mode):
            with suppress(OSError):
                path.chmod(DIRECTORY if stat.S_ISDIR(found.st_mode) else FILE)


def _open(found: os.stat_result) -> bool:
    return os.name == "posix" and bool(stat.S_IMODE(found.st_mode) & 0o077)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None
