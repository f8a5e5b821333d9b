"""The strip of figures above a workbench, wherever it is included."""

from __future__ import annotations

from typing import Any

from django import template

from portal.community.models import Area
from portal.community.requests import visitor
from portal.duties.permissions import WORKBENCH
from portal.duties.tiles import Tile, tiles

register = template.Library()


@register.simple_tag(takes_context=True)
def figures(context: dict[str, Any], here: Area) -> list[Tile]:
    """{% figures here as tiles %}: the figures of a neighbourhood; none for who does not watch over it."""
    return tiles(here) if WORKBENCH.may(visitor(context["request"]), "see_all", here) else []
