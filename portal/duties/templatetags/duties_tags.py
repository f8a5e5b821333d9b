"""The strip of figures above a workbench, wherever it is included."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from portal.community.models import Area
from portal.community.requests import visitor
from portal.duties.permissions import WORKBENCH
from portal.duties.tiles import Tile, tiles
from portal.kit.limits import MINUTE
from portal.record.fragments import keep

register = template.Library()


@register.simple_tag(takes_context=True)
def figures(context: dict[str, Any], here: Area) -> list[Tile]:
    """{% figures here as tiles %}: the figures of a neighbourhood; none for who does not watch over it.

    Counted anew when something changed there, and else once a minute: a workbench is loaded far more often.
    """
    if not WORKBENCH.may(visitor(context["request"]), "see_all", here):
        return []
    return keep(f"figures.{here.pk}.{here.mark}.{get_language()}", lambda: tiles(here), MINUTE)
