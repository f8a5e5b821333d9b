"""Texts that point at posts of the discussion."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from portal.kit import links

POST = re.compile(r"#(\d{1,6})\b")


def _pointing(text: str) -> str:
    pieces = POST.split(text)
    pieces[::2] = [escape(words) for words in pieces[::2]]
    pieces[1::2] = [format_html('<a href="?at={0}#post-{0}">#{0}</a>', number) for number in pieces[1::2]]
    return "".join(pieces)


def linked(text: str) -> SafeString:
    """A text in paragraphs; #12 in it leads to post 12 of the page's discussion, an address leads there."""
    return links.in_paragraphs(links.linked(text, _pointing))
