"""Pages and pieces of pages that are drawn once for many readers, and what is written into them for one.

What is kept is cut at marks, where something stands that is one reader's or one moment's (VALUES), and put together
with it for each. A page of somebody signed in is never kept whole: only pieces of it that say the same to everybody
who reads them under the same name.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from itertools import chain, zip_longest
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.html import escape
from django.utils.translation import get_language

from portal.community.requests import visitor
from portal.kit import clock
from portal.record import fragments

# Nobody can write these into a post: each process draws its own.
TOKEN, PATH, NEXT, ONCE, TIME = (f"\uf8ff{secrets.token_hex(8)}\uf8ff" for _mark in range(5))
WHOLE, PAGE_TOKEN = "kept_whole", "page_token"


def whole(request: HttpRequest, state: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """A page as `draw` answers it (200). For readers who are not signed in it is drawn once for each `state`.

    `state`: the name of what the page tells; address, language and elder mode are added here.
    """
    if not _is_anybody(request):
        return draw()
    vars(request)[WHOLE] = True
    name = f"{state}|{get_language()}|{getattr(request, 'elder', False)}|{request.build_absolute_uri()}"
    texts, marks = fragments.kept(name, lambda: _packed(draw().content.decode()), "pages")
    written = [VALUES[mark](request).encode() for mark in marks]
    return HttpResponse(b"".join(chain.from_iterable(zip_longest(texts, written, fillvalue=b""))))


def _packed(page: str) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The bytes between the marks of a page, and the marks in their order."""
    parts = _cut(page)
    return tuple(text.encode() for text in parts[::2]), parts[1::2]


def _cut(text: str) -> tuple[str, ...]:
    """A text cut at its marks: text, mark, text … text."""
    return tuple(CUT.split(text))


def _is_anybody(request: HttpRequest) -> bool:
    """Whether nothing on the page is this reader's alone."""
    mine = visitor(request).is_authenticated or getattr(request, "htmx", False)
    return not mine and not messages.get_messages(request)


def piece(request: HttpRequest, name: str, draw: Callable[[], str]) -> str:
    """A piece of a page as `draw` writes it with marks, filled for this reader. Kept by name and language."""
    parts = fragments.kept(f"{name}|{get_language()}", lambda: _cut(draw()))
    if is_marked(request) or len(parts) == 1:
        return "".join(parts)
    # Each mark for itself: no two forms have the same key.
    return "".join([VALUES[part](request) if at % 2 else part for at, part in enumerate(parts)])


def is_marked(request: HttpRequest) -> bool:
    """Whether the page that is being drawn will be kept whole, so that marks stand in it."""
    return WHOLE in vars(request)


def token(request: HttpRequest) -> str:
    """The page's token against forged forms: one for all its forms."""
    known = vars(request)
    if PAGE_TOKEN not in known:
        known[PAGE_TOKEN] = get_token(request)
    return str(known[PAGE_TOKEN])


def server_time(request: HttpRequest) -> str:
    """The server's present moment, for clocks on the page."""
    return clock.now().isoformat(timespec="seconds")


VALUES: dict[str, Callable[[HttpRequest], str]] = {
    TOKEN: token,
    PATH: lambda request: escape(request.get_full_path()),
    NEXT: lambda request: quote(request.get_full_path()),
    ONCE: lambda request: uuid4().hex,
    TIME: server_time,
}
CUT = re.compile(f"({'|'.join(VALUES)})")
