"""One page of a long list, with links to the newer and the older that work without scripts (components/_pager.html)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE = 20
# In the elder view one sees a list at a glance.
FEW = 5


def at_once(request: HttpRequest) -> int:
    """How many rows of a list this reader is shown at once."""
    return FEW if getattr(request, "elder", False) else PAGE


def paged(request: HttpRequest, rows: Any, size: int = 0, param: str = "page") -> Page[Any]:
    """The page of a list or queryset that the address asks for; `size` 0: as many rows as this reader is shown at once.

    `param` is its name there, for pages with several lists; the pager is told the same name.
    """
    return Paginator(rows, size or at_once(request)).get_page(request.GET.get(param))
