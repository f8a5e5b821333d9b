"""Text messages through one HTTP interface, signed; docs/sms.md describes it byte for byte.

Settings SMS_HTTP: url, key, secret, sign and the template ids, all from the environment (portal/settings.py).
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from portal.kit.handover import Away, Refused, Unclear
from portal.kit.sms import Message, Template

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 5.0
LONGEST_ANSWER = 64 * 1024
# A 4xx answer of these is about the message; of any other about all of them: key, signature, address, too many.
ABOUT_THE_MESSAGE = {400, 413, 422}
OWN = {"127.0.0.1", "localhost", "::1"}


def send(number: str, message: Message) -> None:
    """Hand one message to the provider; raises Away, Unclear or Refused with the reason."""
    post(settings.SMS_HTTP, body_of(number, message, settings.SMS_HTTP), "Sms")


def post(config: Mapping[str, Any], body: bytes, name: str) -> None:
    """Send a body to `config["url"]`, signed under headers X-`name`-…; raises as `send` does."""
    url = urlsplit(config["url"])
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        f"X-{name}-Key": config["key"],
        f"X-{name}-Timestamp": stamp,
        f"X-{name}-Nonce": nonce,
        f"X-{name}-Signature": signature(config["secret"], path_of(url), stamp, nonce, body),
    }
    _judge(*_ask(url, body, headers))


def body_of(number: str, message: Message, config: dict[str, Any]) -> bytes:
    """What is sent: JSON, UTF-8, keys in order, no spaces."""
    said = {
        "id": message.key or secrets.token_hex(16),
        "params": message.params,
        "phone": number,
        "sign": config["sign"],
        "template": config["templates"][message.template],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature(secret: str, path: str, stamp: str, nonce: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over five lines: POST, path, timestamp, nonce, SHA-256 of the body in hex."""
    lines = ["POST", path, stamp, nonce, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def path_of(url: SplitResult) -> str:
    """The path with the query, as it stands in the request line."""
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def missing(config: dict[str, Any]) -> list[str]:
    """What is not set, by the names of the variables."""
    said = {
        "PORTAL_SMS_URL": config["url"],
        "PORTAL_SMS_KEY": config["key"],
        "PORTAL_SMS_SECRET": config["secret"],
        "PORTAL_SMS_SIGN": config["sign"],
    }
    said |= {
        f"PORTAL_SMS_TEMPLATE_{template.upper()}": config["templates"].get(template) for template in Template
    }
    return [name for name, value in said.items() if not value]


def is_safe(address: str) -> bool:
    """Whether codes and numbers travel encrypted, or to a gateway on this computer only."""
    try:
        url = urlsplit(address)
        well = url.port != 0 and (url.scheme == "https" or (url.scheme == "http" and url.hostname in OWN))
    except ValueError:
        return False
    return well and bool(url.hostname)


def _ask(url: SplitResult, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of the answer. No proxy, no redirect: the address is the one that was set."""
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    line = kind(url.hostname or "", url.port, timeout=CONNECT_SECONDS)
    try:
        try:
            line.connect()
        except (OSError, UnicodeError) as error:
            raise Away(f"{type(error).__name__}: {error}") from None
        line.sock.settimeout(ANSWER_SECONDS)
        line.request("POST", path_of(url), body, headers)
        with line.getresponse() as answer:
            return _read(answer)
    except (OSError, http.client.HTTPException) as error:
        raise Unclear(f"no answer: {type(error).__name__}") from None
    finally:
        line.close()


def _read(answer: http.client.HTTPResponse) -> tuple[int, bytes]:
    """At most so much, and for so long: whoever sends drop by drop has not answered."""
    until, read = time.monotonic() + ANSWER_SECONDS, b""
    while len(read) < LONGEST_ANSWER and (piece := answer.read1(4096)):
        read += piece
        if time.monotonic() > until:
            raise TimeoutError
    return answer.status, read


def _judge(status: int, answer: bytes) -> None:
    try:
        said = json.loads(answer)
    except ValueError:
        said = None
    code, words = (said.get("code"), said.get("message", "")) if isinstance(said, dict) else (None, "")
    reason = f"{status} {code if code is not None else ''} {words}"
    if 200 <= status < 300:
        if code is None:
            raise Unclear(f"{status}, and no answer that can be read")
        if str(code).upper() not in {"OK", "0"}:
            raise Refused(reason)
    elif status in ABOUT_THE_MESSAGE:
        raise Refused(reason)
    else:
        raise Away(reason)
