"""Places come, get another name, go and come back. Each act is kept, and stands in the record of who is concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import Event, log_in
from portal.actions.lifecycles import advance
from portal.administration.events import ADDED, BACK, RENAMED, RETIRED
from portal.administration.models import AreaChange, What
from portal.administration.permissions import AREAS
from portal.administration.services.in_the_way import refuse, retiring
from portal.administration.states import AREA_LIFE, AreaState
from portal.community import places
from portal.community.models import Area, Kind, User
from portal.community.places import inside, neighbourhood_of, plant
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import compared

MOST = 200
# What can be added to a place of each level.
PARTS: dict[str, tuple[Kind, ...]] = {
    Kind.DISTRICT: (Kind.SUBDISTRICT,),
    Kind.SUBDISTRICT: (Kind.NEIGHBOURHOOD,),
    Kind.NEIGHBOURHOOD: (Kind.ESTATE,),
    Kind.ESTATE: (Kind.BUILDING,),
    Kind.BUILDING: (),
}


@transaction.atomic
def add(user: User, pk: int, kind: Kind, names: list[str], slug: str = "") -> list[Area]:
    """Add parts to a place; a neighbourhood gets its page and its record with it.

    `slug`: what stands in the address, for one alone. Raises NotPossible for a level that does not fit, too many at
    once, a name that is there already, and an address that is taken.
    """
    above = AREAS.take(user, pk, "add")
    if kind not in PARTS[above.kind] or not names or len(names) > MOST:
        raise NotPossible(_("This cannot be added here."))
    if slug and (len(names) > 1 or Area.objects.filter(slug=slug).exists()):
        raise NotPossible(_("This name in the address is taken. Please choose another one."))
    require_names(above, names)
    made = [plant(kind, name, slug, parent=above) for name in names]
    for area in made:
        keep(area, What.ADDED, user)
    here = neighbourhood_of(above)
    concerned = [here] if here is not None else [area for area in made if area.is_neighbourhood]
    log_in(concerned, ADDED, above, by=user, data={"names": "、".join(names)[:1000]})
    return made


@transaction.atomic
def rename(user: User, pk: int, name: str, reason: str) -> Area:
    """Give a place another name; what was written, signed and drawn under the old one stays as it was.

    The page of a neighbourhood is called so too. Raises NotPossible where nothing differs, or the name is taken.
    """
    area = AREAS.take(user, pk, "rename")
    was = area.name
    if name == was:
        raise NotPossible(_("Nothing has changed: everything is as it was."))
    parent = area.get_parent()
    if parent is not None:
        require_names(parent, [name], but=area)
    places.rename(area, name)
    keep(area, What.RENAMED, user, reason=reason, before=was, after=name)
    tell_record(RENAMED, area, user, {"was": was, "now": name, "reason": reason})
    return area


@transaction.atomic
def retire(user: User, pk: int, day: date, reason: str) -> Area:
    """There is no such place from a day on: it is offered nowhere, and stays in history.

    The estates and buildings in it go with it. Raises NotPossible for a day to come, for a district, and with all that
    stands in the way (`in_the_way.retiring`).
    """
    area = AREAS.take(user, pk, "retire")
    if day > clock.today():
        raise NotPossible(_("Please choose today or a day before."))
    lock_inside(area)
    refuse(retiring(area))
    parts = inside(area, Kind.ESTATE, Kind.BUILDING).exclude(pk=area.pk)
    along = list(parts.values_list("pk", flat=True))
    Area.objects.filter(pk__in=along).update(retired_on=day, retired_reason=reason)
    advance(area, AreaState.RETIRED, life=AREA_LIFE, retired_on=day, retired_reason=reason)
    keep(area, What.RETIRED, user, reason=reason, along=along)
    tell_record(RETIRED, area, user, {"since": day.isoformat(), "reason": reason})
    return area


@transaction.atomic
def bring_back(user: User, pk: int, reason: str) -> Area:
    """A retired place is there again, with the parts that went with it.

    Raises NotPossible where it lies in a retired place, or another one has its name by now.
    """
    area = AREAS.take(user, pk, "bring_back")
    parent = area.get_parent()
    if parent is not None:
        if parent.retired_on is not None:
            raise NotPossible(_("It lies in a place that is retired. Please bring that one back first."))
        require_names(parent, [area.name], but=area)
    last = area.changes.filter(what=What.RETIRED).first()
    along = Area.objects.filter(pk__in=last.along if last else [], path__startswith=area.path)
    along.update(retired_on=None, retired_reason="")
    advance(area, AreaState.IN_USE, life=AREA_LIFE, retired_on=None, retired_reason="")
    keep(area, What.BACK, user, reason=reason)
    tell_record(BACK, area, user, {"reason": reason})
    return area


def keep(area: Area, what: What, user: User, **said: Any) -> AreaChange:
    """Keep what was done to a place."""
    return AreaChange.objects.create(area=area, what=what, by=user, **said)


def tell_record(event: Event, area: Area, user: User, data: dict[str, Any]) -> None:
    """Tell it in the record of the neighbourhood of a place; of a wider place, in those of all it holds."""
    here = neighbourhood_of(area)
    places: Iterable[Area] = inside(area, Kind.NEIGHBOURHOOD) if here is None else [here]
    log_in(places, event, area, by=user, data=data)


def lock_inside(area: Area) -> None:
    """Wait for whoever is about to tie something to these places; what comes later sees what became of them."""
    list(Area.objects.select_for_update(of=("self",)).filter(path__startswith=area.path).order_by("pk"))


def require_names(above: Area, names: list[str], but: Area | None = None) -> None:
    """No two parts of a place that are in use have one name."""
    parts = above.get_children().filter(retired_on=None).exclude(pk=but.pk if but else None)
    taken = {compared(name): name for name in parts.values_list("name", flat=True)}
    twice = [name for name in names if compared(name) in taken]
    if twice or len({compared(name) for name in names}) < len(names):
        said = _("There is a place of this name here already: %(names)s")
        raise NotPossible(said % {"names": "、".join(twice or names)})
