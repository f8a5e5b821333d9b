"""Messages of a WeChat account (公众号 or 服务号) through one adapter; see docs/notifications.md.

What ships is the signed HTTP request of text messages (portal.kit.sms_http), to a gateway that holds the account's
own secret and speaks WeChat's interface; `PORTAL_WECHAT_BACKEND` names a function of one's own instead.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from portal.kit import sms_http
from portal.kit.handover import Away, NotTaken, Refused, Unclear

# How far the clocks of gateway and portal may differ.
SECONDS = 300
GONE = "GONE"


@dataclass(frozen=True)
class Message:
    """One message: the words of a template for a service number, and all of it as text; `url` is where it leads.

    `key` is the same where it is handed over once more; whoever has taken a key takes it no second time.
    """

    place: str
    news: str
    url: str
    key: str

    def __repr__(self) -> str:
        """Without what it says: a message may end up in a log."""
        return f"<Message {self.key}>"


class Backend(Protocol):
    """What `settings.WECHAT_BACKEND` names: hands one message over. It raises Gone, Away, Unclear, or anything else
    where the account refuses it (portal.kit.handover)."""

    def __call__(self, openid: str, message: Message) -> None: ...


class Gone(NotTaken):
    """The reader follows the account no more: nothing is sent there again."""


def is_set_up() -> bool:
    """Whether messages can go out at all."""
    return bool(settings.WECHAT_BACKEND)


def send(openid: str, message: Message) -> None:
    """Hand one message over; raises Gone, Away, Unclear or Refused with a harmless reason."""
    try:
        cast(Backend, import_string(settings.WECHAT_BACKEND))(openid, message)
    except NotTaken:
        raise
    except TimeoutError:
        raise Unclear("no answer in time") from None
    except (ConnectionError, ImportError) as error:
        raise Away(type(error).__name__) from None
    except Exception as error:  # noqa: BLE001 - an adapter of others raises what it likes
        raise Refused(type(error).__name__) from None


def over_http(openid: str, message: Message) -> None:
    """To the gateway. An answer whose code is GONE says that the reader follows the account no more."""
    config = settings.WECHAT_HTTP
    said = {
        "id": message.key,
        "openid": openid,
        "params": {"news": message.news, "place": message.place},
        "template": config["template"],
        "text": f"【{message.place}】{message.news}",
        "url": message.url,
    }
    body = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    try:
        sms_http.post(config, body, "Wechat")
    except Refused as answer:
        if f" {GONE} " in f"{answer} ":
            raise Gone(answer) from None
        raise


def is_from_gateway(path: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request of the gateway to the portal is signed as ours are, is fresh, and comes for the first time."""
    config = settings.WECHAT_HTTP
    stamp, nonce = headers.get("X-Wechat-Timestamp", ""), headers.get("X-Wechat-Nonce", "")
    if not config["secret"] or not stamp.isdecimal() or abs(time.time() - int(stamp[:12])) > SECONDS:
        return False
    signed = sms_http.signature(config["secret"], path, stamp, nonce, body)
    if not hmac.compare_digest(signed.encode(), headers.get("X-Wechat-Signature", "").encode()):
        return False
    return bool(nonce) and cache.add(f"wechat-nonce:{nonce[:64]}", True, 2 * SECONDS)


def missing(config: Mapping[str, str]) -> list[str]:
    """What is not set, by the names of the variables; a template is needed by service numbers only."""
    names = {"url": "PORTAL_WECHAT_URL", "key": "PORTAL_WECHAT_KEY", "secret": "PORTAL_WECHAT_SECRET"}
    names["name"] = "PORTAL_WECHAT_NAME"
    return [variable for name, variable in names.items() if not config[name]]
