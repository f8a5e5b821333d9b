"""Long files, sent while they are read from the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse


def streamed(
    request: HttpRequest, pieces: Iterator[str] | Iterator[bytes], content_type: str
) -> StreamingHttpResponse:
    """An answer in pieces, none of them empty, under WSGI and ASGI."""
    content = _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces
    return StreamingHttpResponse(content, content_type=f"{content_type}; charset=utf-8")


async def _in_turn(pieces: Iterator[str] | Iterator[bytes]) -> AsyncIterator[str | bytes]:
    while piece := await sync_to_async(lambda: next(pieces, b""))():
        yield piece
