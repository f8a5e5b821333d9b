"""Copying files so that nobody else reads them and each is as its SHA-256 says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

CHUNK = 1024 * 1024


class Fact(NamedTuple):
    """A file's size in bytes and its SHA-256."""

    size: int
    sha256: str


def create(path: Path) -> BinaryIO:
    """A new file to write bytes into, which its owner alone can read; FileExistsError where there is one."""
    private_folder(path.parent)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def private_folder(path: Path) -> None:
    """A folder, and those it lies in, which their owner alone can read where they were not there."""
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def copied(source: Path, target: Path) -> Fact:
    """Copy one file to a new one; raises as `create`, and FileNotFoundError where the source vanished."""
    sha, size = hashlib.sha256(), 0
    with source.open("rb") as reading, create(target) as writing:
        while chunk := reading.read(CHUNK):
            sha.update(chunk)
            size += writing.write(chunk)
    return Fact(size, sha.hexdigest())


def fact(path: Path) -> Fact:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        sha = hashlib.file_digest(file, "sha256")
    return Fact(path.stat().st_size, sha.hexdigest())


def below(folder: Path, leave_out: Collection[str] = ()) -> list[str]:
    """The files in a folder and its folders, by name; none where there is no folder. Links are not followed.

    `leave_out`: the folders directly in it that are left out.
    """
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = (path.relative_to(folder).as_posix() for path in found)
    return sorted(name for name in names if name.split("/")[0] not in leave_out)


def size(folder: Path, leave_out: Collection[str] = ()) -> int:
    """Bytes of the files in a folder; one that vanishes meanwhile counts nothing."""
    total = 0
    for name in below(folder, leave_out):
        with suppress(FileNotFoundError):
            total += (folder / name).stat().st_size
    return total


def copy_new(source: Path, target: Path, known: dict[str, Fact], leave_out: Collection[str] = ()) -> None:
    """Copy the files that are not yet known, and note them; one that vanishes meanwhile is left out."""
    for name in below(source, leave_out):
        if name not in known:
            try:
                known[name] = copied(source / name, target / name)
            except FileNotFoundError:
                (target / name).unlink(missing_ok=True)


def settle(place: Path) -> None:
    """Return when a file, or all that was written into a folder, would outlive a power cut.

    Each file for itself: `sync` would make whoever writes into the database wait for the whole machine.
    """
    for path in [*place.rglob("*"), place]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
