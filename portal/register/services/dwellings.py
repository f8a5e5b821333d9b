"""Dwellings put right by hand: corrected, retired when there are no such any more, and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import Event, announce, log
from portal.actions.lifecycles import advance
from portal.community.models import (
    Area,
    AreaSource,
    Dwelling,
    Ownership,
    RelationStatus,
    Residency,
    Usage,
    User,
)
from portal.community.rolls import Asked, on_rolls
from portal.community.selectors import accounts_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.events import DWELLING_BACK, DWELLING_CORRECTED, DWELLING_RETIRED
from portal.register.models import DwellingChange, Invitation
from portal.register.permissions import DWELLINGS
from portal.register.states import DWELLING_LIFE, DwellingState

TIES: dict[str, type[Ownership] | type[Residency]] = {"ownership": Ownership, "residency": Residency}


@dataclass(frozen=True)
class Facts:
    """What a dwelling is: where, how large (hundredths of a square metre), from which source, used for what."""

    building: Area
    entrance: str
    room: str
    exclusive_area: int
    area_source: AreaSource
    usage: Usage


def votes_on(dwelling: Dwelling) -> list[Asked]:
    """Votes under way on whose roll it stands, itself or by its owners: those rolls stay as they were drawn."""
    owners = Ownership.objects.on(clock.today()).filter(dwelling=dwelling)
    return on_rolls(list(owners.values_list("person", flat=True)), [dwelling.pk])


@transaction.atomic
def correct(user: User, pk: int, facts: Facts, reason: str) -> Dwelling:
    """Put right what a dwelling is. Rolls that were drawn stay as they are.

    Raises NotPossible where nothing differs, or where there is such a dwelling already.
    """
    home = DWELLINGS.take(user, pk, "correct")
    before = {name: getattr(home, name) for name in Facts.__dataclass_fields__}
    changed = [name for name, was in before.items() if was != getattr(facts, name)]
    if not changed:
        raise NotPossible(_("Nothing has changed: everything is as it was."))
    for name in changed:
        setattr(home, name, getattr(facts, name))
    _require_alone(home)
    home.corrected_at = clock.now()
    home.save(update_fields=[*changed, "corrected_at"])
    _keep(home, "corrected", user, reason, ({name: before[name] for name in changed}, facts))
    _record(DWELLING_CORRECTED, home, user, {"what": changed})
    return home


@transaction.atomic
def retire(user: User, pk: int, day: date, reason: str) -> Dwelling:
    """There is no such dwelling from a day on: titles and homes end then, codes of letters are void at once.

    It is on no roll that is drawn later, gets no letters and is found by no search. Raises NotPossible for a day to
    come.
    """
    home = DWELLINGS.take(user, pk, "retire")
    if day > clock.today():
        raise NotPossible(_("Please choose today or a day before."))
    require_answered(home)
    people = _people(home)
    ended = {name: _end(model, home, day, reason) for name, model in TIES.items()}
    Invitation.objects.filter(dwelling=home, used_at=None, expires_at__gt=clock.now()).update(
        expires_at=clock.now()
    )
    advance(home, DwellingState.RETIRED, life=DWELLING_LIFE, retired_on=day, retired_reason=reason)
    DwellingChange.objects.create(
        dwelling=home, what="retired", at=clock.now(), by=user, reason=reason, after=ended
    )
    _tell(DWELLING_RETIRED, home, user, people)
    return home


@transaction.atomic
def bring_back(user: User, pk: int, reason: str) -> Dwelling:
    """A retired dwelling is there again, with the titles and homes that ended with it and nothing else has replaced.

    Raises NotPossible where another of the same name stands in its place.
    """
    home = DWELLINGS.take(user, pk, "bring_back")
    if home.building.retired_on is not None:
        raise NotPossible(
            _("Its building is no more. Whoever runs the portal can bring the building back first.")
        )
    _require_alone(home)
    last = home.changes.filter(what="retired").first()
    ended = last.after if last else {}
    advance(home, DwellingState.IN_USE, life=DWELLING_LIFE, retired_on=None, retired_reason="")
    for name, model in TIES.items():
        # Only what still says so: a title that was corrected since stays ended.
        model.objects.filter(
            pk__in=ended.get(name, []), dwelling=home, reason=last.reason if last else ""
        ).update(until=None, reason="")
    DwellingChange.objects.create(dwelling=home, what="back", at=clock.now(), by=user, reason=reason)
    _tell(DWELLING_BACK, home, user, _people(home))
    return home


def standing(home: Dwelling) -> dict[str, int]:
    """How many titles and homes would end with a dwelling."""
    return {name: _held(model, home).count() for name, model in TIES.items()}


def _held(model: type[Ownership] | type[Residency], home: Dwelling) -> Any:
    return model.objects.filter(dwelling=home, until=None, status=RelationStatus.VERIFIED)


def _end(model: type[Ownership] | type[Residency], home: Dwelling, day: date, reason: str) -> list[int]:
    held = _held(model, home)
    keys = list(held.values_list("pk", flat=True))
    # None ends before it began.
    held.update(until=Greatest(F("since"), day), reason=reason)
    return keys


def _require_alone(home: Dwelling) -> None:
    same = Dwelling.objects.in_use().filter(building=home.building_id, entrance=home.entrance, room=home.room)
    if same.exclude(pk=home.pk).exists():
        raise NotPossible(_("There is a dwelling with this room number in this building already."))


def _keep(home: Dwelling, what: str, user: User, reason: str, states: tuple[dict[str, Any], Facts]) -> None:
    before, facts = states
    DwellingChange.objects.create(
        dwelling=home,
        what=what,
        at=clock.now(),
        by=user,
        reason=reason,
        before={name: _plain(value) for name, value in before.items()},
        after={name: _plain(getattr(facts, name)) for name in before},
    )


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Area) else value


def _people(home: Dwelling) -> set[int]:
    """Who is verified there, by key."""
    return {pk for model in TIES.values() for pk in _held(model, home).values_list("person", flat=True)}


def _tell(event: Event, home: Dwelling, user: User, people: set[int]) -> None:
    announce(
        event,
        home.building,
        by=user,
        to=accounts_of(*people),
        once_per=f"{key(home)}:{home.changes.count()}",
        url=reverse("register:me"),
    )


def _record(event: Event, home: Dwelling, user: User, data: dict[str, Any]) -> None:
    """The building is as near as the record comes."""
    log(event, home.building, by=user, data=data)


def require_answered(home: Dwelling) -> None:
    """Refuse to retire a dwelling while somebody waits for an answer about it."""
    asked = (model.objects.filter(dwelling=home, status=RelationStatus.REQUESTED) for model in TIES.values())
    if any(requests.exists() for requests in asked):
        raise NotPossible(_("A request for this dwelling waits for an answer. Please answer it first."))
