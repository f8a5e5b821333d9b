"""Long texts that never change any more: compressed once, and sent to every reader as they lie there.

A piece is raw deflate that ends at a whole byte and looks back at nothing before it; pieces laid one after another,
and what is written now after them, are one gzip stream. (Gzip members one after another would do for a file, but of
an answer browsers read the first member only.)
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

ENDING = ".deflate"
HEADER = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
CHUNK = 64 * 1024
LEVEL = 6


@dataclass(frozen=True)
class Piece:
    """One file. `crc` and `size` (bytes, not compressed) are of the whole text from its beginning to the end of it."""

    path: Path
    crc: int
    size: int

    @property
    def stem(self) -> str:
        """The name it was given."""
        return self.path.name.removesuffix(ENDING).rsplit("-", 2)[0]


def pieces(folder: Path, prefix: str = "") -> list[Piece]:
    """What lies in a folder, by name; nothing where there is no folder."""
    return [_known(path) for path in sorted(folder.glob(f"{prefix}*{ENDING}"))]


def write(folder: Path, stem: str, text: Iterable[bytes], before: Piece | None = None) -> Piece:
    """Compress a text into a piece that follows `before`. Whole or not at all, also beside another process.

    Raises OSError where it cannot be written. Only the portal can read it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
        made = Path(file.name)
        try:
            crc, size = _pack(text, file, before)
            file.flush()
            os.fsync(file.fileno())
            return Piece(made.rename(folder / f"{stem}-{crc:08x}-{size}{ENDING}"), crc, size)
        except BaseException:
            made.unlink(missing_ok=True)
            raise


def zipped(ready: Sequence[Piece], rest: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces as they lie there and then the rest, as one gzip stream."""
    crc, size = (ready[-1].crc, ready[-1].size) if ready else (0, 0)
    yield HEADER
    for piece in ready:
        yield from read(piece.path.open("rb"))
    packer = _packer()
    for part in rest:
        crc, size = zlib.crc32(part, crc), size + len(part)
        if packed := packer.compress(part):
            yield packed
    yield packer.flush() + struct.pack("<LL", crc, size & 0xFFFFFFFF)


def plain(ready: Sequence[Piece], rest: Iterable[bytes]) -> Iterator[bytes]:
    """The same text for a reader who takes nothing compressed."""
    for piece in ready:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        yield from filter(None, map(unpacker.decompress, read(piece.path.open("rb"))))
    yield from rest


def _pack(text: Iterable[bytes], file: IO[bytes], before: Piece | None) -> tuple[int, int]:
    crc, size = (before.crc, before.size) if before else (0, 0)
    packer = _packer()
    for part in text:
        crc, size = zlib.crc32(part, crc), size + len(part)
        file.write(packer.compress(part))
    file.write(packer.flush(zlib.Z_SYNC_FLUSH))
    return crc, size


def _packer() -> zlib._Compress:
    return zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)


def read(file: IO[bytes]) -> Iterator[bytes]:
    """What is in an open file, in chunks; then it is closed."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _known(path: Path) -> Piece:
    _stem, crc, size = path.name.removesuffix(ENDING).rsplit("-", 2)
    return Piece(path, int(crc, 16), int(size))
