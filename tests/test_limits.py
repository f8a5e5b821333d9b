from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync

from portal.limits import limited


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, as Django does, and answers with its length; stops where the reader is gone."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def answer(chunks: list[int], announced: int | None = None) -> tuple[int, str]:
    """Status and text for a body that comes in chunks, to an application that takes 10 bytes."""
    sizes, sent = iter(chunks), []

    async def receive() -> dict[str, Any]:
        size = next(sizes)
        return {"type": "http.request", "body": b"x" * size, "more_body": size != chunks[-1]}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    async_to_sync(limited(echo, 10))({"type": "http", "headers": headers}, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


def test_a_body_of_just_the_limit_passes() -> None:
    assert answer([4, 6]) == (200, "10")


@pytest.mark.parametrize(("chunks", "announced"), [([4, 5, 2], None), ([11], 11), ([11], 3)])
def test_more_is_refused_announced_or_not(chunks: list[int], announced: int | None) -> None:
    status, text = answer(chunks, announced)

    assert status == 413
    assert "请返回上一页" in text


def test_an_announced_length_is_refused_before_the_body_is_read() -> None:
    assert answer([1], announced=11)[0] == 413
