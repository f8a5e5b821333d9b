"""Addresses that people write become links; everything else they write stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils.html import MAX_URL_LENGTH, Urlizer, escape, linebreaks, smart_urlquote
from django.utils.safestring import SafeString, mark_safe

# Chinese is written without spaces around an address: it begins at its scheme (or "www.") and ends with the last sign
# that addresses are made of. ASCII, for without it "k" and "s" are also the Kelvin sign and the long s.
ADDRESS = re.compile(
    r"""((?<![A-Z0-9.@/_-])(?:https?://|www\.)[^\s<>"'`{}|\\^\u0080-\U0010ffff]+)""", re.ASCII | re.IGNORECASE
)
OUTSIDE = 'class="url" rel="nofollow ugc noopener"'


class _Links(Urlizer):
    """Django's way with brackets and full stops around an address, for http and https and nothing else."""

    def link(self, word: str) -> str:
        """One address as a link with what does not belong to it behind it; text where it is none."""
        address = self.trim_punctuation(word)[1]
        trail = word[len(address) :]  # its own third value loses a full stop behind a bracket
        url = address if "://" in address else f"http://{address}"
        if not _leads_somewhere(url):
            return escape(word)
        return f'<a href="{escape(smart_urlquote(url))}" {OUTSIDE}>{escape(address)}</a>{escape(trail)}'


def _leads_somewhere(url: str) -> bool:
    """Whether an address names a host, and no name before it that could be taken for the host."""
    try:
        parts = urlsplit(url)
        return len(url) <= MAX_URL_LENGTH and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


_links = _Links()


def linked(text: object, plain: Callable[[str], str] = escape) -> SafeString:
    """A text as HTML in which http and https addresses lead there; all else is escaped, or what `plain` makes of it."""
    pieces = ADDRESS.split(str(text))
    pieces[::2] = [plain(words) for words in pieces[::2]]
    pieces[1::2] = [_links.link(word) for word in pieces[1::2]]
    return mark_safe("".join(pieces))  # noqa: S308  every piece went through escape


def in_paragraphs(html: SafeString) -> SafeString:
    """What is HTML within its lines already, in paragraphs."""
    return mark_safe(linebreaks(html))  # noqa: S308  it was HTML before
