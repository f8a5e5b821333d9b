"""Questions asked of signatures: whose household has signed what, and how many have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q

from portal.community.models import Area, Dwelling, Residency, User, Visitor
from portal.conventions.models import Edition, Proposal, Signature
from portal.kit import clock
from portal.register.flats import entrance_number

# 502, 2-502, 2单元502室: an entrance where there is one, and a room.
ROOM = re.compile(r"(?:(?P<entrance>[^\s-]+?)(?:-|单元|号门))?(?P<room>[^\s-]+?)室?")


@dataclass(frozen=True)
class Tally:
    """How many households signed a text, and how many said no to it."""

    agree: int = 0
    dissent: int = 0


@dataclass
class Rooms:
    """Homes named by their rooms, and the words that name none or more than one."""

    homes: list[Dwelling] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def tallies(texts: Iterable[int]) -> dict[int, Tally]:
    """The standing signatures of texts, by the key of each text. One question."""
    found = (
        Signature.objects.standing()
        .filter(proposal__in=list(texts))
        .order_by()
        .values_list("proposal")
        .annotate(agree=Count("pk", Q(agrees=True)), dissent=Count("pk", Q(agrees=False)))
    )
    return {text: Tally(agree, dissent) for text, agree, dissent in found}


def signed_households(edition: Edition) -> int:
    """How many households signed an edition."""
    return tallies([edition.proposal_id]).get(edition.proposal_id, Tally()).agree


def homes_of(user: Visitor, area: Area) -> list[int]:
    """The dwellings in an area where somebody lives today; a household is who lives there, not who owns it."""
    person = getattr(user, "person_id", None)
    lives = Residency.objects.on(clock.today()).in_area(area).filter(person=person)
    return list(lives.values_list("dwelling_id", flat=True)) if person else []


class Household:
    """Of one text: the homes somebody lives in, the signatures of who lives there, and the homes that can sign yet."""

    def __init__(self, user: Visitor, text: Proposal) -> None:
        self.user, self.text = user, text

    @classmethod
    def of(cls, user: User, text: Proposal) -> Household:
        """The one that a page has read already with the text, or a fresh one."""
        known = vars(text).get("household")
        return known if isinstance(known, cls) and known.user == user else cls(user, text)

    @cached_property
    def homes(self) -> list[int]:
        """The homes, by their keys."""
        return homes_of(self.user, self.text.round.page.area)

    @cached_property
    def own(self) -> list[Signature]:
        """The standing signatures; not those of who lived there before."""
        if not self.homes:
            return []
        standing = self.text.signatures.standing().filter(dwelling__in=self.homes)
        return [one for one in standing.select_related("dwelling__building") if _same_household(one)]

    @cached_property
    def to_sign(self) -> list[Dwelling]:
        """The homes for which nobody who lives there has signed."""
        left = set(self.homes) - {one.dwelling_id for one in self.own}
        return list(Dwelling.objects.filter(pk__in=left).select_related("building")) if left else []


def rooms(building: Area, words: str) -> Rooms:
    """The homes of a building that words name: 502, 2-502 with the entrance; commas, spaces or lines between."""
    known = list(Dwelling.objects.in_use().filter(building=building).select_related("building"))
    found = Rooms()
    for word in dict.fromkeys(re.split(r"[\s,，、;；]+", words.strip())):
        homes = [home for home in known if _named(home, word)]
        if len(homes) == 1:
            found.homes.append(homes[0])
        elif word:
            found.unknown.append(word)
    return found


def _named(home: Dwelling, word: str) -> bool:
    match = ROOM.fullmatch(word)
    if match is None:
        return word == home.room
    fits = match["room"] == home.room or word == home.room
    entrances = {None, home.entrance, entrance_number(home.entrance)}
    return fits and (match["entrance"] in entrances or word == home.room)


def _same_household(signature: Signature) -> bool:
    """Whether somebody lives in the home today who lived there when it signed."""
    lives = Residency.objects.filter(dwelling=signature.dwelling_id)
    then = lives.on(clock.day_of(signature.at)).values("person")
    return lives.on(clock.today()).filter(person__in=then).exists()
