"""Long answers that are written while they are sent, such as the export of the record or the ballots of a vote."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

from portal.kit import ready
from portal.kit.limits import AtOnce
from portal.kit.ready import Piece

TAKES_GZIP = re.compile(r"\bgzip\b")
CHUNK = 64 * 1024


def streamed(
    request: HttpRequest,
    pieces: Iterator[str] | Iterator[bytes],
    content_type: str,
    after: Sequence[Piece] = (),
    within: AtOnce | None = None,
) -> StreamingHttpResponse:
    """An answer in pieces, under WSGI and ASGI; it may begin with ready files (`after`).

    While it is sent it counts among those that are sent at once (`within`).

    It is compressed here, as one stream: Django's own way compresses each piece of an asynchronous answer for
    itself, and browsers read the first one only.
    """
    zipped = TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    chunks = (ready.zipped if zipped else ready.plain)(after, _gathered(pieces))
    if within:
        chunks = within.during(chunks)
    content = _in_turn(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    if zipped:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def lying(request: HttpRequest, path: Path, content_type: str) -> StreamingHttpResponse:
    """A file as it lies there, with its length, under WSGI and ASGI. Raises FileNotFoundError where there is none."""
    file = path.open("rb")
    chunks = ready.read(file)
    content = _in_turn(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Length"] = str(os.fstat(file.fileno()).st_size)
    # Said, so that nobody compresses again what is compressed.
    response["Content-Encoding"] = "identity"
    return response


def _gathered(pieces: Iterator[str] | Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of some size: each costs a change of threads."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece.encode() if isinstance(piece, str) else piece
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


async def _in_turn(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(lambda: next(chunks, b""))():
        yield chunk
