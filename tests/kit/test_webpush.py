"""Web push: whom the portal writes to and whom never, what it sends, and what each answer means."""

from __future__ import annotations

import base64
import http.server
import json
import os
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import http_ece
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from py_vapid import Vapid02
from pytest_django import Settings

from portal.kit import webpush
from portal.kit.handover import Later, NotTaken, Refused
from portal.kit.webpush import Browser, Gone

HOST = "push.example.com"
ENDPOINT = f"https://{HOST}/send/abc?x=1"


class Server(http.server.BaseHTTPRequestHandler):
    """A stand-in for a push server: it keeps what it is sent."""

    status: ClassVar[int] = 201
    asked: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, dict(self.headers), body))
        self.send_response(self.status)
        if self.status in {301, 302, 307}:
            self.send_header("Location", "https://127.0.0.1/inside")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    """A push server on this computer; for the length of a test its name leads here and its certificate is trusted."""
    standing = http.server.HTTPServer(("127.0.0.1", 0), Server)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate)
    standing.socket = secure.wrap_socket(standing.socket, server_side=True)
    threading.Thread(target=standing.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(Server, "status", 201)
    monkeypatch.setattr(Server, "asked", [])
    monkeypatch.setattr(webpush, "PORT", standing.server_address[1])
    monkeypatch.setattr(webpush, "addresses", lambda host: ["127.0.0.1"])
    monkeypatch.setattr(webpush, "context", lambda: ssl.create_default_context(cafile=str(certificate)))
    yield Server
    standing.shutdown()
    standing.server_close()


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Phone:
    """A browser's side of it."""

    def __init__(self) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    def browser(self, endpoint: str = ENDPOINT) -> Browser:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return Browser(endpoint, b64(point), b64(self.auth))

    def reads(self, body: bytes) -> bytes:
        return bytes(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def test_only_the_browser_reads_what_is_sent_and_it_is_signed_as_ours(server: type[Server]) -> None:
    phone = Phone()

    webpush.push(phone.browser(), b'{"title":"x"}', topic="parcel-7")

    ((path, headers, body),) = server.asked
    assert (path, headers["Topic"], headers["Content-Encoding"]) == ("/send/abc?x=1", "parcel-7", "aes128gcm")
    assert b"title" not in body
    assert phone.reads(body) == b'{"title":"x"}'
    token, key = (part.strip().partition("=")[2] for part in headers["Authorization"][6:].split(","))
    assert key == webpush.public_key()
    assert Vapid02.verify(headers["Authorization"])
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == f"https://{HOST}"


@pytest.mark.parametrize(
    ("status", "answer"),
    [(404, Gone), (410, Gone), (400, Refused), (403, Refused), (413, Refused), (429, Later), (500, Later)],
)
def test_what_each_answer_means(server: type[Server], status: int, answer: type[NotTaken]) -> None:
    server.status = status

    with pytest.raises(answer):
        webpush.push(Phone().browser(), b"{}", topic="t")


@pytest.mark.parametrize("status", [301, 302, 307])
def test_nobody_is_led_on(server: type[Server], status: int) -> None:
    server.status = status

    with pytest.raises(Refused):
        webpush.push(Phone().browser(), b"{}", topic="t")
    assert len(server.asked) == 1


def test_without_an_answer_it_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(webpush, "PORT", free.getsockname()[1])
    monkeypatch.setattr(webpush, "addresses", lambda host: ["127.0.0.1"])

    with pytest.raises(Later):
        webpush.push(Phone().browser(), b"{}", topic="t")


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.8/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://localhost/x",
        "https://push/x",
        "https://printer.local/x",
        "https://metadata.google.internal/x",
        "https://push.example.com:8443/x",
        "https://push.example.com:0/x",
        "https://user@push.example.com/x",
        "https://push.example.com\\@127.0.0.1/x",
        "ftp://push.example.com/x",
        "javascript:alert(1)",
        "https://" + "a" * 990 + ".example.com/x",
        "https://推送.example.com/x",
    ],
)
def test_what_is_no_push_server_is_never_asked(endpoint: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parts of an address have reasons of their own
        webpush.checked(endpoint)
    with pytest.raises(Gone):
        webpush.push(Phone().browser(endpoint), b"{}", topic="t")


INSIDE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "172.16.0.9", "100.64.0.1", "::1", "fe80::1%2",
    "fd00::1", "::ffff:10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_public_name_that_leads_inside_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    found = [(0, 0, 0, "", (one, 443)) for one in ("93.184.215.14", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("it was asked"))

    with pytest.raises(Refused):
        webpush.push(Phone().browser(), b"{}", topic="t")


@pytest.mark.parametrize("keys", [("", ""), ("x", "y"), (b64(b"\x04" + b"\x01" * 64), b64(b"0" * 16))])
def test_keys_that_are_none_are_refused(keys: tuple[str, str]) -> None:
    with pytest.raises(Refused):
        webpush.sealed(Browser(ENDPOINT, *keys), b"{}")


def test_the_key_is_made_once_and_is_private(data: Path) -> None:
    first = webpush.public_key()

    assert webpush.public_key() == first
    assert stat.S_IMODE((data / "push-key").stat().st_mode) == 0o600
    assert len(base64.urlsafe_b64decode(first + "=")) == 65
