"""The volunteers of a draw as the lots take them: codes, flats, and what quotas ask."""

from __future__ import annotations

import secrets
from collections import Counter

from portal.community.models import Dwelling, Ownership, Person, Residency
from portal.kit import clock
from portal.kit.codes import ALPHABET
from portal.meetings.lots.pools import Pool, Quota, Volunteer
from portal.meetings.models import Hearing, PanelDraw, Tenure, Volunteered

CODE = 6
FEATURES = ("group", "building", "age", "sex", "tenure")


def new_code(draw: PanelDraw) -> str:
    """A code that nobody of this draw has."""
    taken = set(draw.volunteers.values_list("code", flat=True))
    while (code := "".join(secrets.choice(ALPHABET) for _ in range(CODE))) in taken:
        pass
    return code


def home_in(hearing: Hearing, person: Person) -> tuple[Dwelling | None, Tenure]:
    """The flat somebody lives in here, else owns; and whether as an owner. Of several, the first known."""
    day, here = clock.today(), hearing.neighbourhood
    tied = {
        model: model.objects.on(day)
        .in_area(here)
        .filter(person=person)
        .select_related("dwelling")
        .order_by("pk")
        .first()
        for model in (Residency, Ownership)
    }
    lives, owns = tied[Residency], tied[Ownership]
    found = lives or owns
    return found.dwelling if found else None, Tenure.OWNER if owns else Tenure.TENANT


def quotas_of(draw: PanelDraw) -> tuple[Quota, ...]:
    """The quotas of a draw."""
    return tuple(Quota(feature, value, least, most) for feature, value, least, most in draw.quotas)


def pool_of(draw: PanelDraw) -> Pool:
    """Who volunteered, with the features that have quotas only. A flat that nobody shares is not told."""
    asked = {one.feature for one in quotas_of(draw)}
    features = tuple(name for name in FEATURES if name in asked)
    people = list(draw.volunteers.select_related("dwelling__building"))
    shared = _shared(people)
    return Pool(
        features,
        tuple(
            Volunteer(
                one.code, shared.get(one.dwelling_id, ""), tuple(str(getattr(one, name)) for name in features)
            )
            for one in people
        ),
    )


def _shared(people: list[Volunteered]) -> dict[int | None, str]:
    """Names for the flats from which several volunteered, that say nothing about the flat."""
    lived = Counter(one.dwelling_id for one in people if one.dwelling_id)
    flats = [flat for flat, number in lived.items() if number > 1]
    secrets.SystemRandom().shuffle(flats)
    return {flat: f"F{number}" for number, flat in enumerate(flats, start=1)}
