"""A provider of text messages that keeps them."""

from __future__ import annotations

sent: list[tuple[str, str]] = []


def keep(number: str, text: str) -> None:
    sent.append((number, text))


def fail(number: str, text: str) -> None:
    sent.append((number, text))
    raise ConnectionError("the provider is away")


def code() -> str:
    """The code in the newest message."""
    return next(word for word in sent[-1][1].replace("。", " ").replace("，", " ").replace(".", " ").split() if word.isdigit())
