"""A text of chapters and articles: numbers derived from places, one canonical form, one fingerprint.

The id of a chapter or an article is that of its StreamField block and never changes; its number says only where it
stands, and is fixed wherever a text is fixed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

DIGITS = "零一二三四五六七八九"


class Article(TypedDict):
    """One article as a fixed text holds it."""

    id: str
    number: str
    title: str
    text: str


class Chapter(TypedDict):
    """A chapter with its articles; those before the first chapter stand in one without number and title."""

    id: str
    number: str
    title: str
    articles: list[Article]


Text = list[Chapter]


def chinese(number: int) -> str:
    """A number from 1 to 999 as Chinese laws count: 一, 十, 十二, 二十, 一百零三. ValueError beyond."""
    if not 1 <= number <= 999:
        raise ValueError(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        said += "零"
    return said + (DIGITS[ones] if ones else "")


def numbered(blocks: Iterable[Mapping[str, Any]]) -> Text:
    """The text of StreamField blocks (raw: type, value, id): chapters and articles numbered through."""
    chapters: Text = []
    for block in blocks:
        if block["type"] == "chapter":
            chapters.append(_chapter(block, 1 + sum(bool(one["id"]) for one in chapters)))
            continue
        if not chapters:
            chapters.append(Chapter(id="", number="", title="", articles=[]))
        chapters[-1]["articles"].append(_article(block, 1 + count(chapters)))
    return chapters


def articles(text: Text) -> Iterator[Article]:
    """Its articles in order."""
    for chapter in text:
        yield from chapter["articles"]


def count(text: Text) -> int:
    """How many articles there are."""
    return sum(len(chapter["articles"]) for chapter in text)


def article_of(text: Text, ident: str) -> Article | None:
    """The article of a permanent id, if this text has it."""
    return next((article for article in articles(text) if article["id"] == ident), None)


def canonical(text: Text) -> bytes:
    """The one form in which a text is hashed: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(text: Text) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(text)).hexdigest()


def replaced(blocks: Sequence[Mapping[str, Any]], ident: str, text: str) -> list[dict[str, Any]]:
    """The blocks with another text in one article; its id stays."""
    return [
        {**block, "value": {**block["value"], "text": text}} if block["id"] == ident else dict(block)
        for block in blocks
    ]


def _chapter(block: Mapping[str, Any], number: int) -> Chapter:
    return Chapter(
        id=block["id"], number=f"第{chinese(number)}章", title=block["value"]["title"].strip(), articles=[]
    )


def _article(block: Mapping[str, Any], number: int) -> Article:
    value = block["value"]
    return Article(
        id=block["id"],
        number=f"第{chinese(number)}条",
        title=value.get("title", "").strip(),
        text=value["text"].strip().replace("\r\n", "\n"),
    )
