"""Long answers reach every browser whole: compressed as one stream, under WSGI and ASGI."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncRequestFactory, RequestFactory

from portal.kit.streams import CHUNK, lying, streamed

PIECES = [f"第 {number} 行\n" for number in range(CHUNK // 4)]


def asynchronous(headers: dict[str, str]) -> tuple[Any, bytes]:
    """The answer and its bytes, as an ASGI server sends them."""

    async def read() -> tuple[Any, bytes]:
        response = streamed(AsyncRequestFactory().get("/", headers=headers), iter(PIECES), "text/plain")
        return response, b"".join([chunk async for chunk in response])

    return asyncio.run(read())


def synchronous(headers: dict[str, str]) -> tuple[Any, bytes]:
    """The same as a WSGI server sends them."""
    response = streamed(RequestFactory().get("/", headers=headers), iter(PIECES), "text/plain")
    return response, b"".join(response)


@pytest.mark.parametrize("send", [asynchronous, synchronous])
def test_it_is_one_compressed_stream(send: Callable[[dict[str, str]], tuple[Any, bytes]]) -> None:
    response, content = send({"accept-encoding": "br, gzip"})

    whole = zlib.decompressobj(wbits=31)
    assert (whole.decompress(content).decode(), whole.eof, whole.unused_data) == ("".join(PIECES), True, b"")
    assert (response["Content-Encoding"], response["Vary"]) == ("gzip", "Accept-Encoding")


@pytest.mark.parametrize("send", [asynchronous, synchronous])
def test_who_takes_no_gzip_gets_plain_text(send: Callable[[dict[str, str]], tuple[Any, bytes]]) -> None:
    response, content = send({})

    assert (content.decode(), response.has_header("Content-Encoding")) == ("".join(PIECES), False)


def test_a_file_is_sent_as_it_lies_under_both_kinds_of_server(tmp_path: Path) -> None:
    path, content = tmp_path / "file", bytes(range(256)) * 1000
    path.write_bytes(content)

    async def read() -> bytes:
        return b"".join([chunk async for chunk in lying(AsyncRequestFactory().get("/"), path, "text/plain")])

    plain = lying(RequestFactory().get("/"), path, "text/plain")
    assert (asyncio.run(read()), b"".join(plain)) == (content, content)
    assert (plain["Content-Length"], plain["Content-Type"]) == (str(len(content)), "text/plain")
