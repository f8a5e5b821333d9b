"""The tree of places: growing it, and finding the neighbourhood that something belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils.text import slugify

from portal.community.models import Area, Kind
from portal.kit.batches import BATCH
from portal.kit.statements import Columns
from portal.record import fragments
from portal.record import services as record

LEVELS = list(Kind)
Growing = Callable[[Area], object]
HERE = Columns(Area, "here")
# Asked for every page of a neighbourhood: with the head of its record, which names the state it is in.
NAMED = """
SELECT {here}, head.hash, head.stirred
  FROM community_area here LEFT JOIN record_chain head ON head.slug = here.slug
 WHERE here.slug = %s AND here.kind = 'neighbourhood'
"""


@dataclass(frozen=True)
class Follower:
    """What an app above does, in the same transaction, when an area was planted, got another name, or is to go."""

    planted: Growing
    renamed: Growing
    going: Growing = bool


_FOLLOWERS: list[Follower] = []


def register_follower(planted: Growing, renamed: Growing, going: Growing = bool) -> None:
    """Let what belongs to an area, such as its page, be made and named together with it.

    `going`: takes away what is empty before an area goes on which nothing else rests.
    """
    _FOLLOWERS.append(Follower(planted, renamed, going))


def let_go(area: Area) -> None:
    """Let the followers of an area take away what is empty: it is about to be deleted if nothing rests on it."""
    for follower in _FOLLOWERS:
        follower.going(area)


@transaction.atomic
def plant(kind: Kind, name: str, slug: str = "", *, parent: Area | None = None) -> Area:
    """Add an area below `parent` (a district has none); a neighbourhood begins its public record.

    Raises ValueError where the level does not fit, or where `parent` is retired.
    """
    _require_level(kind, parent)
    values = {"kind": kind, "name": name, "slug": slug or free_slug(kind, name)}
    if kind == Kind.NEIGHBOURHOOD:
        record.begin(values["slug"])
    if parent is not None:
        lock_tree()
    # The path of the next child is counted from the row as it is now, not as the caller read it.
    made: Area = Area.add_root(**values) if parent is None else _locked(parent).add_child(**values)
    for follower in _FOLLOWERS:
        follower.planted(made)
    return made


@transaction.atomic
def plant_row(kind: Kind, names: Sequence[str], *, parent: Area) -> list[Area]:
    """Add many areas of one level below `parent`, in this order, in three statements: the buildings of an estate.

    Their addresses are random; nobody reads them. Raises ValueError where the level does not fit, or where `parent` is
    retired.
    """
    _require_level(kind, parent)
    lock_tree()
    above = _locked(parent)
    last = above.get_last_child()
    first = 1 + (Area._str2int(last.path[-Area.steplen :]) if last else 0)
    rows = [
        Area(
            kind=kind,
            name=name,
            slug=random_slug(kind),
            depth=above.depth + 1,
            path=Area._get_path(above.path, above.depth + 1, step),
        )
        for step, name in enumerate(names, start=first)
    ]
    made = Area.objects.bulk_create(rows, batch_size=BATCH)
    Area.objects.filter(pk=above.pk).update(numchild=F("numchild") + len(made))
    for area in made:
        for follower in _FOLLOWERS:
            follower.planted(area)
    return made


@transaction.atomic
def rename(area: Area, name: str) -> None:
    """Give an area another name, and its page with it; its address stays, because letters and links carry it."""
    area.name = name
    area.save(update_fields=["name"])
    for follower in _FOLLOWERS:
        follower.renamed(area)
    here = neighbourhood_of(area)
    if here is not None:
        fragments.stir(here.slug)


def lock_tree() -> None:
    """Let no area be added or moved beside this transaction: what is added below one that moves would stay behind."""
    list(Area.objects.select_for_update(of=("self",), no_key=True).filter(depth=1).order_by("pk"))


def inside(area: Area, *kinds: Kind) -> QuerySet[Area]:
    """The areas of some levels that `area` is or holds, without retired ones: what people can choose from."""
    return Area.objects.filter(path__startswith=area.path, kind__in=kinds, retired_on=None).order_by("path")


def below(area: Area, kind: Kind) -> list[Area]:
    """The areas of one level inside `area`, in the order of the tree; without retired ones."""
    return list(inside(area, kind))


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


def touching(path: str, field: str = "area") -> Q:
    """Rows whose area, found by `field`, holds the place of a path, is it, or lies in it."""
    return Q(**{f"{field}__path__startswith": path}) | Q(**{f"{field}__path__in": ancestors(path)})


def find(slug: str) -> Area | None:
    """The neighbourhood of an address, with its `mark`: the name of the state it is in now. One fixed statement."""
    with connection.cursor() as cursor:
        cursor.execute(_named(), [slug])
        row = cursor.fetchone()
    found = HERE.make(row[:-2]) if row else None
    if found is not None:
        found.mark = fragments.named(found.slug, row[-2], row[-1])
    return found


@cache
def _named() -> str:
    return NAMED.format(here=HERE)


def neighbourhood_or_404(slug: str) -> Area:
    """The neighbourhood of an address."""
    found = find(slug)
    if found is None:
        raise Http404(slug)
    return found


def only_neighbourhood() -> Area | None:
    """The neighbourhood, where an installation holds exactly one."""
    found = list(Area.objects.filter(kind=Kind.NEIGHBOURHOOD, retired_on=None)[:2])
    return found[0] if len(found) == 1 else None


def free_slug(kind: Kind, name: str) -> str:
    """An address for a new area: its name where that is ASCII and free, else a random one."""
    wanted = slugify(name)[:60]
    if wanted and not Area.objects.filter(slug=wanted).exists():
        return wanted
    return random_slug(kind)


def random_slug(kind: Kind) -> str:
    """An address that nobody types."""
    return f"{kind.value}-{uuid.uuid4().hex[:12]}"


def _require_level(kind: Kind, parent: Area | None) -> None:
    above = LEVELS.index(Kind(parent.kind)) if parent else -1
    if LEVELS.index(kind) <= above:
        raise ValueError(f"a {kind} cannot lie in a {parent.kind if parent else 'tree root'}")
    if parent is not None and parent.retired_on is not None:
        raise ValueError(f"{parent} is retired")


def _locked(area: Area) -> Area:
    return Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
