"""Long answers that are written while they are sent, such as the export of the record or the ballots of a vote."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_sequence

TAKES_GZIP = re.compile(r"\bgzip\b")
CHUNK = 64 * 1024


def streamed(
    request: HttpRequest, pieces: Iterator[str] | Iterator[bytes], content_type: str
) -> StreamingHttpResponse:
    """An answer in pieces, under WSGI and ASGI.

    It is compressed here, as one stream: Django's own way compresses each piece of an asynchronous answer for
    itself, and browsers read the first one only.
    """
    chunks = _gathered(pieces)
    zipped = TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    if zipped:
        chunks = compress_sequence(chunks)
    content = _in_turn(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    if zipped:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
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
