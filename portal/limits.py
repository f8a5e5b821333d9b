"""How much one request may send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

POLICY = b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
# Written by hand: it is sent before anything of the request is read, its language included.
PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>文件太大</title>
<h1>文件太大</h1>
<p>一次最多可以上传 {mb} MB。请返回上一页，
换一个小一些的文件；已填写的文字还在原页面。</p>
<p lang="en">Too large: one upload may be {mb} MB at most. Please go back and choose a smaller file.</p></html>"""


def limited(app: App, max_bytes: int) -> App:
    """An ASGI application that answers 413 to a body of more than `max_bytes`, announced or not."""

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if announced(scope) > max_bytes:
            await refuse(send, max_bytes)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= max_bytes:
                return message
            await refuse(send, max_bytes)
            return {"type": "http.disconnect"}

        await app(scope, counted, send)

    return wrapped


def announced(scope: MutableMapping[str, Any]) -> int:
    """The length the request says it has; 0 where it does not say."""
    length = dict(scope.get("headers", ())).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def refuse(send: Send, max_bytes: int) -> None:
    """Answer 413 in words."""
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", POLICY),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": PAGE.format(mb=max_bytes // 1024**2).encode()})
