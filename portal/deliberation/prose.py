"""Texts that point at posts of the discussion."""

from __future__ import annotations

import re

from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString

POST = re.compile(r"#(\d{1,6})\b")


def linked(text: str) -> SafeString:
    """A text in paragraphs in which #12 leads to post 12 of the page's discussion; all else is escaped."""
    pieces = POST.split(text)
    words = [(words,) for words in pieces]
    words[1::2] = [(format_html('<a href="?at={0}#post-{0}">#{0}</a>', number),) for number in pieces[1::2]]
    return SafeString(linebreaks(format_html_join("", "{}", words)))
