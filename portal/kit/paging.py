"""One page of a long list, with links to the newer and the older that work without scripts (components/_pager.html)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE = 20


def paged(request: HttpRequest, rows: Any, size: int = PAGE, param: str = "page") -> Page[Any]:
    """The page of a list or queryset that the address asks for.

    `param` is its name there, for pages with several lists; the pager is told the same name.
    """
    return Paginator(rows, size).get_page(request.GET.get(param))
