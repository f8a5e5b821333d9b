"""What was read from a Word file as blocks of the draft: an article that was there before keeps its id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from rapidfuzz import fuzz

from portal.conventions.merging import LIKE
from portal.conventions.text import Article, Chapter, Text, articles
from portal.conventions.word import Piece


def blocks(pieces: Iterable[Piece], former: Text) -> list[dict[str, Any]]:
    """The blocks of a StreamField, matched with the chapters and articles of the former draft by title and likeness."""
    left = {article["id"]: article for article in articles(former)}
    heads = {chapter["id"]: chapter for chapter in former if chapter["id"]}
    found = []
    for piece in pieces:
        ident = _head(piece, heads) if piece.kind == "chapter" else _article(piece, left)
        value = (
            {"title": piece.title} if piece.kind == "chapter" else {"title": piece.title, "text": piece.text}
        )
        found.append({"type": piece.kind, "value": value, "id": ident or str(uuid4())})
    return found


def _head(piece: Piece, heads: dict[str, Chapter]) -> str:
    same = next((ident for ident, chapter in heads.items() if chapter["title"] == piece.title), "")
    heads.pop(same, None)
    return same


def _article(piece: Piece, left: dict[str, Article]) -> str:
    """The most alike of the articles that no other one took; a title that says the same is enough."""
    rated = [(_likeness(piece, article), ident) for ident, article in left.items()]
    score, ident = max(rated, default=(0.0, ""))
    if score < LIKE:
        return ""
    left.pop(ident)
    return ident


def _likeness(piece: Piece, article: Article) -> float:
    same_title = bool(piece.title) and piece.title == article["title"]
    return 100.0 if same_title else fuzz.ratio(piece.text, article["text"])
