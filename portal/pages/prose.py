"""Markdown as plain people write it, turned into clean HTML."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "blockquote",
    "a",
    "hr",
    "table",
    "thead",
    "tbody",
}
TAGS |= {"tr", "th", "td"}
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def prose(text: str) -> SafeString:
    """Markdown as HTML of a few harmless elements; headings start at the second level."""
    html = _markdown.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"}
    )
    return mark_safe(clean)  # noqa: S308  nh3 has just cleaned it
