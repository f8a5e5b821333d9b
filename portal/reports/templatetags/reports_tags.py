"""The way from a list to the file of it."""

from __future__ import annotations

from typing import Any

from django import template

from portal.community.requests import here_for, visitor
from portal.reports.permissions import PLACES
from portal.reports.tables import TABLES

register = template.Library()


@register.inclusion_tag("reports/_take.html", takes_context=True)
def take_along(context: dict[str, Any], name: str) -> dict[str, Any]:
    """{% take_along "votes" %}: what the page lists as a file, as it is searched; only for who may take it."""
    request, table = context["request"], TABLES[name]
    here = here_for(request)
    may = here is not None and PLACES.may(visitor(request), table.need, here)
    return {"here": here, "name": name, "table": table, "may": may, "asked": request.GET.urlencode()}
