"""The strip of figures above a workbench, wherever it is included, and how much waits beside the links of its list."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import template
from django.utils.translation import get_language

from portal.community.models import Area, User
from portal.community.requests import visitor
from portal.duties.desk import Desk, by_kind
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


@register.simple_tag(takes_context=True)
def works(context: dict[str, Any], here: Area) -> bool:
    """{% works here as at_desk %}: whether the reader has a workbench here; who leads a team of volunteers has none."""
    return WORKBENCH.may(visitor(context["request"]), "work", here)


@register.simple_tag(takes_context=True)
def waiting(context: dict[str, Any], here: Area) -> Counter[str]:
    """{% waiting here as waits %}: how many promises are the reader's own, `all` and of each kind.

    `waits.thread_answer` is one kind, `waits.thread` all whose names begin so. Four queries, one where the page has
    the workbench already; not kept, so that they are the same as the numbers above the list.
    """
    user = visitor(context["request"])
    if not isinstance(user, User):
        return Counter()
    return by_kind(context.get("desk") or Desk(user, here))
