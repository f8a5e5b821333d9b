"""Who runs the portal for which places: the holders of the post of operator there or around, and superusers."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from portal.actions.doors import Door, Need
from portal.administration.states import AREA_LIFE, RULE_LIFE, AreaState, RuleState
from portal.community.models import Area, Kind, RuleSet, Visitor
from portal.community.permissions import Role, operated, operates
from portal.community.places import lock_tree, neighbourhood_of
from portal.community.requests import set_here

OPERATOR = frozenset({Role.OPERATOR})
IN_USE = frozenset({AreaState.IN_USE})

NEEDS = {
    "see": Need(OPERATOR),
    "add": Need(OPERATOR, IN_USE),
    "rename": Need(OPERATOR, IN_USE),
    "move": Need(OPERATOR, IN_USE),
    "retire": Need(OPERATOR, IN_USE),
    "bring_back": Need(OPERATOR, frozenset({AreaState.RETIRED})),
    "give_post": Need(OPERATOR, IN_USE),
    "set_rule": Need(OPERATOR, IN_USE),
}
RULE_NEEDS = {
    "end": Need(OPERATOR, frozenset({RuleState.OPEN})),
    "hold_on": Need(OPERATOR, frozenset({RuleState.ENDED})),
}


def areas_run_by(user: Visitor) -> QuerySet[Area]:
    """The areas somebody runs the portal for, with all they hold; none for everybody else."""
    paths = operated(user)
    if not paths:
        return Area.objects.none()
    return Area.objects.filter(reduce(or_, (Q(path__startswith=path) for path in paths)))


def lock_place(pk: Any) -> None:
    """Lock the neighbourhood of a place, which imports lock too, and then the tree: all verbs lock in this order."""
    lock_neighbourhoods([pk])
    lock_tree()


def lock_neighbourhoods(keys: list[Any]) -> None:
    """Lock the neighbourhoods in which places lie, in one order."""
    found = [neighbourhood_of(area) for area in Area.objects.filter(pk__in=keys)]
    wanted = {area.pk for area in found if area is not None}
    list(Area.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk"))


class AreaDoor(Door[Area]):
    """The door to places, for whoever runs the portal there: for all others their pages do not exist."""

    def enter(self, request: HttpRequest, thing: Area) -> Area:
        """Say where a page is about, where it is about one neighbourhood."""
        set_here(request, neighbourhood_of(thing))
        return thing


class RuleDoor(Door[RuleSet]):
    """The door to rules that a place has of its own."""

    def enter(self, request: HttpRequest, thing: RuleSet) -> RuleSet:
        """Say where a page is about, where it is about one neighbourhood."""
        set_here(request, neighbourhood_of(place_of(thing)))
        return thing


def place_of(rule: RuleSet) -> Area:
    """For which place a rule of its own holds. Raises LookupError for one that ships."""
    if rule.area is None:
        raise LookupError(f"{rule} holds everywhere")
    return rule.area


def _towards(user: Visitor, area: Area) -> frozenset[Role]:
    return OPERATOR if operates(user, area) else frozenset()


AREAS = AreaDoor(Area, NEEDS, _towards, lock_first=lock_place, objects=areas_run_by, life=AREA_LIFE)
RULES = RuleDoor(
    RuleSet,
    RULE_NEEDS,
    lambda user, rule: _towards(user, place_of(rule)),
    related=("area",),
    objects=lambda user: RuleSet.objects.filter(area__in=areas_run_by(user)),
    life=RULE_LIFE,
)
# Of which levels a place has posts and rules of its own.
WITH_RULES = (Kind.DISTRICT, Kind.SUBDISTRICT, Kind.NEIGHBOURHOOD)
