"""A place moves to another one: a building to another estate, an estate to another neighbourhood."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import announce, log_in
from portal.administration.events import MOVED
from portal.administration.models import What
from portal.administration.permissions import AREAS, lock_neighbourhoods
from portal.administration.services import in_the_way
from portal.administration.services.places import keep, lock_inside, require_names
from portal.community.models import Area, Kind, User
from portal.community.permissions import forget_roles
from portal.community.places import neighbourhood_of
from portal.community.selectors import members
from portal.kit.errors import NotPossible

# Into which levels a place of each level can move.
INTO: dict[str, tuple[Kind, ...]] = {
    Kind.BUILDING: (Kind.ESTATE, Kind.NEIGHBOURHOOD),
    Kind.ESTATE: (Kind.NEIGHBOURHOOD,),
    Kind.NEIGHBOURHOOD: (Kind.SUBDISTRICT,),
}


@transaction.atomic
def move(user: User, pk: int, to: int, reason: str) -> Area:
    """Move a place with all that is in it: dwellings, titles, homes, letters and posts go along, by their place.

    What was drawn, counted or written stays as it was; what is about it and under way stands in the way
    (`in_the_way.moving`). It is in the record of both neighbourhoods, and those who live or own there are told where
    it changes theirs. Raises Http404 for a place to move to that the user does not run, NotPossible for one that does
    not fit, and where somebody else moved it meanwhile.
    """
    lock_neighbourhoods([pk, to])
    area = AREAS.take(user, pk, "move")
    target = AREAS.get(user, to, "add")
    _require_fit(area, target)
    require_names(target, [area.name])
    lock_inside(area)
    before = neighbourhood_of(area)
    in_the_way.refuse(in_the_way.moving(area, target))
    was = _called(area.get_parent())
    area.move(target, pos="last-child")
    moved = Area.objects.get(pk=pk)
    forget_roles(user)
    _tell(user, moved, before, {"was": was, "now": _called(target), "reason": reason})
    return moved


def _tell(user: User, area: Area, before: Area | None, said: dict[str, str]) -> None:
    here = neighbourhood_of(area)
    keep(area, What.MOVED, user, reason=said["reason"], before=said["was"][:200], after=said["now"][:200])
    if here is None or before is None or here.pk == before.pk:
        log_in([here] if here is not None else [], MOVED, area, by=user, data=said)
        return
    log_in([before], MOVED, area, by=user, data=said)
    url = reverse("pages:neighbourhood", args=[here.slug])
    announce(MOVED, area, by=user, to=members(area).exclude(pk=user.pk), data=said, url=url, **said)


def _require_fit(area: Area, target: Area) -> None:
    if target.kind not in INTO.get(area.kind, ()) or target.retired_on is not None:
        raise NotPossible(_("It cannot move there. Please choose another place."))
    if area.path.startswith(target.path) and area.depth == target.depth + 1:
        raise NotPossible(_("It lies there already."))


def _called(area: Area | None) -> str:
    """A place with the one around it, as people tell two of one name apart."""
    if area is None:
        return ""
    above = area.get_parent() if area.kind in (Kind.ESTATE, Kind.BUILDING) else None
    return " ".join(place.name for place in (above, area) if place is not None)
