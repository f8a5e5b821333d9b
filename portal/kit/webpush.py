"""Web push: one message to one browser through the push server that it named, sealed for it and signed as ours.

The endpoint comes from a browser, so it may name anything: it is asked only over https on the usual port, at an
address of the public internet, which is looked up once and then connected to, and no redirect is followed (RFC 8030,
8291, 8292).
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from portal.kit.handover import Later, NotTaken, Refused
from portal.kit.private import whole
from portal.kit.sms_http import path_of

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 5.0
LONGEST_ENDPOINT = 1000
# How long a push server keeps a message for a phone that sleeps: as long as it is news (portal.notifications).
KEPT_SECONDS = 3 * 24 * 3600
NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
GONE = {404, 410}
PORT = 443


class Gone(NotTaken):
    """The browser let go of it: nothing is ever sent there again."""


class Browser(NamedTuple):
    """Where a browser wants its messages, and the keys with which they are sealed for it."""

    endpoint: str
    p256dh: str
    auth: str


def checked(endpoint: str) -> SplitResult:
    """The parts of an endpoint that may be asked. Raises ValueError with the reason for any other."""
    url = urlsplit(endpoint)
    host = url.hostname or ""
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii():
        raise ValueError("too long, or no address")
    if url.scheme != "https" or url.port not in (None, 443) or "@" in url.netloc:
        raise ValueError("not https at the usual port")
    if not NAME.fullmatch(host) or host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa")):
        raise ValueError("not a name of the public internet")
    return url


def push(browser: Browser, payload: bytes, *, topic: str) -> None:
    """Hand one message over. `topic`: one handed over again under it takes the place of the one that waits there.

    Raises Gone, Refused, or Later where another try makes sense; other browsers may be at other servers.
    """
    try:
        url = checked(browser.endpoint)
    except ValueError as error:
        raise Gone(error) from None
    body = sealed(browser, payload)
    headers = {
        **_signed(url),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(KEPT_SECONDS),
        "Topic": topic,
    }
    _judge(_ask(url, body, headers))


def sealed(browser: Browser, payload: bytes) -> bytes:
    """A payload that only this browser can read. Raises Refused where its keys are none."""
    from pywebpush import WebPusher  # noqa: PLC0415 - brings an HTTP client along that no web process needs

    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    try:
        made: dict[str, Any] = WebPusher({"endpoint": browser.endpoint, "keys": keys}).encode(payload)
    except Exception as error:  # noqa: BLE001 - it raises what its parts raise
        raise Refused(f"no keys to seal with: {type(error).__name__}") from None
    return bytes(made["body"])


def public_key() -> str:
    """What browsers are told: whom to take messages from (the uncompressed point, base64url)."""
    from py_vapid import b64urlencode  # noqa: PLC0415 - only where somebody lets messages in

    key = load_pem_private_key(key_file().read_bytes(), None).public_key()
    return str(b64urlencode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


def key_file() -> Path:
    """The key that signs, made at the first use; another one would end everything that browsers let in."""
    path = Path(settings.DATA_DIR) / "push-key"
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        with whole(path) as file:
            file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def addresses(host: str) -> list[str]:
    """Where a name leads. Raises OSError where it leads nowhere, Refused where any of it is not public."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    if not found or not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise Refused("it leads into a private network")
    return found


@cache
def context() -> ssl.SSLContext:
    """Who a server is, is checked as everywhere."""
    return ssl.create_default_context()


class _Pinned(http.client.HTTPSConnection):
    """A connection to the very address that was looked at, under the name that was asked for."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, 443, timeout=CONNECT_SECONDS)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, PORT), self.timeout)
        self.sock = context().wrap_socket(plain, server_hostname=self.host)


def _ask(url: SplitResult, body: bytes, headers: dict[str, str]) -> int:
    host = url.hostname or ""
    try:
        line = _Pinned(host, addresses(host)[0])
        try:
            line.connect()
            line.sock.settimeout(ANSWER_SECONDS)
            line.request("POST", path_of(url), body, headers)
            return line.getresponse().status
        finally:
            line.close()
    except (OSError, http.client.HTTPException) as error:
        raise Later(f"no answer: {type(error).__name__}") from None


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in GONE:
        raise Gone(status)
    raise Later(status) if status == 429 or status >= 500 else Refused(status)


def _signed(url: SplitResult) -> dict[str, str]:
    from py_vapid import Vapid02  # noqa: PLC0415 - as above

    ours = settings.PORTAL_BASE_URL
    whom = ours if ours.startswith("https:") else f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    claims = {"sub": whom, "aud": f"https://{url.netloc}"}
    return dict(Vapid02.from_file(str(key_file())).sign(claims))
