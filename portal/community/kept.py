"""Pages and pieces of pages that are drawn once for many readers, and what is written into them for one.

What is kept holds marks where something stands that is one reader's or one moment's; `fill` puts it in. A page of
somebody signed in is never kept whole: only pieces of it that say the same to everybody who reads them under the
same name.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
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
    address = request.build_absolute_uri()
    name = f"{state}|{get_language()}|{getattr(request, 'elder', False)}|{address}"
    parts = fragments.standing(name, "pages") or fragments.made(name, lambda: _cut(draw().content), "pages")
    return HttpResponse(b"".join([_filled(part, request) for part in parts]))


def _cut(page: bytes) -> tuple[bytes | str, ...]:
    """A page as bytes between its marks: to be put together for every reader."""
    parts = CUT.split(page)
    return tuple(part.decode() if part in CUT_AT else part for part in parts)


def _filled(part: bytes | str, request: HttpRequest) -> bytes:
    return part if isinstance(part, bytes) else VALUES[part](request).encode()


def _is_anybody(request: HttpRequest) -> bool:
    """Whether nothing on the page is this reader's alone."""
    mine = visitor(request).is_authenticated or getattr(request, "htmx", False)
    return not mine and not messages.get_messages(request)


def piece(request: HttpRequest, name: str, draw: Callable[[], str]) -> str:
    """A piece of a page as `draw` writes it with marks, filled for this reader. Kept by name and language."""
    text = fragments.text(f"{name}|{get_language()}", draw)
    return text if is_marked(request) else fill(text, request)


def is_marked(request: HttpRequest) -> bool:
    """Whether the page that is being drawn will be kept whole, so that marks stand in it."""
    return WHOLE in vars(request)


def fill(text: str, request: HttpRequest) -> str:
    """Put in what is this reader's and this moment's."""
    for mark, value in VALUES.items():
        if mark in text:
            text = text.replace(mark, value(request))
    return text


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
CUT_AT = frozenset(mark.encode() for mark in VALUES)
CUT = re.compile(b"(" + b"|".join(CUT_AT) + b")")
