"""The tree of places: growing it, and finding the neighbourhood that something belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http import Http404
from django.utils.text import slugify

from portal.community.models import Area, Kind
from portal.record import services as record

LEVELS = list(Kind)


def plant(kind: Kind, name: str, slug: str = "", *, parent: Area | None = None) -> Area:
    """Add an area below `parent` (a district has none); a neighbourhood begins its public record.

    Raises ValueError where the level does not fit.
    """
    above = LEVELS.index(Kind(parent.kind)) if parent else -1
    if LEVELS.index(kind) <= above:
        raise ValueError(f"a {kind} cannot lie in a {parent.kind if parent else 'tree root'}")
    values = {"kind": kind, "name": name, "slug": slug or free_slug(kind, name)}
    if kind == Kind.NEIGHBOURHOOD:
        record.begin(values["slug"])
    if parent is None:
        return Area.add_root(**values)
    # The path of the next child is counted from the row as it is now, not as the caller read it.
    return Area.objects.select_for_update(of=("self",)).get(pk=parent.pk).add_child(**values)


def below(area: Area, kind: Kind) -> list[Area]:
    """The areas of one level inside `area`, in the order of the tree."""
    return list(Area.objects.filter(path__startswith=area.path, kind=kind).order_by("path"))


def neighbourhood_of(area: Area) -> Area | None:
    """The neighbourhood an area is or lies in; None above that level."""
    try:
        return area.neighbourhood
    except LookupError:
        return None


def find_neighbourhoods(areas: Iterable[Area]) -> None:
    """Let areas know their `neighbourhood`, in one query for all of them."""
    wanted = list(areas)
    above = {path for area in wanted for path in [*ancestors(area.path), area.path]}
    found = {area.path: area for area in Area.objects.filter(path__in=above, kind=Kind.NEIGHBOURHOOD)}
    for area in wanted:
        for path in [*ancestors(area.path), area.path]:
            if path in found:
                area.__dict__["neighbourhood"] = found[path]


def ancestors(path: str) -> list[str]:
    """The paths of the areas around a path, the widest first."""
    return [path[:end] for end in range(Area.steplen, len(path), Area.steplen)]


def neighbourhood_or_404(slug: str) -> Area:
    """The neighbourhood of an address."""
    found = Area.objects.filter(slug=slug, kind=Kind.NEIGHBOURHOOD).first()
    if found is None:
        raise Http404(slug)
    return found


def only_neighbourhood() -> Area | None:
    """The neighbourhood, where an installation holds exactly one."""
    found = list(Area.objects.filter(kind=Kind.NEIGHBOURHOOD)[:2])
    return found[0] if len(found) == 1 else None


def free_slug(kind: Kind, name: str) -> str:
    """An address for a new area: its name where that is ASCII and free, else a random one."""
    wanted = slugify(name)[:60]
    if wanted and not Area.objects.filter(slug=wanted).exists():
        return wanted
    return f"{kind.value}-{uuid.uuid4().hex[:8]}"
