"""Letters with invitation codes: to a neighbourhood, to buildings, to some dwellings, in one go."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import Area, Dwelling, Kind, Method, Ownership, Residency, Right, User
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.batches import batches
from portal.kit.errors import NotPossible
from portal.register import codes
from portal.register.events import LETTERS_ISSUED
from portal.register.flats import in_order
from portal.register.models import Invitation, Mailing
from portal.register.services import desk, letters
from portal.register.services.letters import Letter

# Letters in one part. A page takes some 70 ms of a processor, and a megabyte of memory while it is drawn.
PART = 100
TRIES_OF_SALT = 5


@dataclass(frozen=True)
class Plan:
    """What making letters would do: whom they go to, whom they do not, and whose earlier codes end."""

    homes: list[Dwelling]
    left_out: list[Dwelling]
    replaced: list[Dwelling]

    @property
    def digest(self) -> str:
        """What was shown, so that nothing else is done."""
        shown = [sorted(home.pk for home in homes) for homes in (self.homes, self.replaced)]
        return hashlib.sha256(repr(shown).encode()).hexdigest()


@dataclass(frozen=True)
class Part:
    """Letters that are drawn together."""

    number: int
    letters: list[Letter]

    @property
    def valid(self) -> list[Letter]:
        """Those to print: whose code nobody used since, and no newer letter replaced."""
        return [letter for letter in self.letters if letter.invitation.can_be_used]

    @property
    def first(self) -> Dwelling:
        """The dwelling on top."""
        return self.letters[0].dwelling

    @property
    def last(self) -> Dwelling:
        """The dwelling of the last page."""
        return self.letters[-1].dwelling


def addressees(*places: Area) -> list[Dwelling]:
    """The dwellings of buildings, or of a whole neighbourhood, in the order of somebody who carries letters out."""
    inside = Q(pk__in=())
    for place in places:
        inside |= Q(building__path__startswith=place.path)
    return in_order(Dwelling.objects.in_use().filter(inside).select_related("building"))


def estates(here: Area) -> dict[int, str]:
    """What the estate of each building of a neighbourhood is called, by the building's key."""
    inside = Area.objects.filter(path__startswith=here.path)
    names = dict(inside.filter(kind=Kind.ESTATE).values_list("path", "name"))
    buildings = inside.filter(kind=Kind.BUILDING).values_list("pk", "path")
    return {pk: names.get(path[: -Area.steplen], "") for pk, path in buildings}


def public_housing(homes: Iterable[Dwelling]) -> set[int]:
    """Which of these dwellings a tenant of public housing (公房承租人) holds and nobody known owns, by key."""
    titles = Ownership.objects.on(clock.today()).filter(dwelling__in=[home.pk for home in homes])
    rights: defaultdict[int, set[str]] = defaultdict(set)
    for home, right in titles.values_list("dwelling", "right"):
        rights[home].add(right)
    return {home for home, held in rights.items() if held == {Right.PUBLIC_TENANT}}


def plan(chosen: Sequence[Dwelling], *, only_new: bool) -> Plan:
    """What letters to these dwellings would do; `only_new`: not where somebody has an account."""
    reached = _with_account(chosen) if only_new else set()
    homes = [home for home in chosen if home.pk not in reached]
    standing = set(_standing(homes))
    return Plan(
        homes,
        [home for home in chosen if home.pk in reached],
        [home for home in homes if home.pk in standing],
    )


@transaction.atomic
def issue(user: User, dwellings: Iterable[Dwelling]) -> list[Letter]:
    """Letters to dwellings of one neighbourhood. Codes of earlier letters to these very dwellings are void, no others.

    Raises NotPossible where none of them is in use, PermissionDenied and Http404 by the desk.
    """
    homes = _taken(dwellings)
    if not homes:
        raise NotPossible(_("There is no dwelling to write to."))
    here = desk.at_desk(user, homes[0].building, "letters")
    if not all(home.building.within(here) for home in homes):
        raise NotPossible(_("Letters are made for one neighbourhood at a time."))
    for batch in batches(homes):
        _valid(batch).update(expires_at=clock.now())
    made = _made(user, here, homes)
    one = len({home.building_id for home in homes}) == 1
    log(LETTERS_ISSUED, homes[0].building if one else here, by=user, data={"letters": len(made)})
    return made


def drawn_again(mailing: Mailing) -> list[Letter]:
    """The letters of a mailing in their order, as long as they can be drawn; also those whose code was used since."""
    if not mailing.can_be_drawn:
        return []
    made = mailing.invitations.select_related("dwelling__building").order_by("pk")
    found = (letters.read_again(invitation, mailing.salt) for invitation in made)
    return [letter for letter in found if letter is not None]


def parts(made: Sequence[Letter]) -> list[Part]:
    """Letters cut into files of at most PART pages, between buildings where that is possible."""
    cut: list[list[Letter]] = []
    for building in _by_building(made):
        pieces = [building[start : start + PART] for start in range(0, len(building), PART)]
        for piece in pieces:
            if cut and len(pieces) == 1 and len(cut[-1]) + len(piece) <= PART:
                cut[-1].extend(piece)
            else:
                cut.append(list(piece))
    return [Part(number, piece) for number, piece in enumerate(cut, start=1)]


def latest_of(user: User, here: Area) -> QuerySet[Mailing]:
    """The mailings of a neighbourhood that somebody made and can still download, the last one first."""
    return Mailing.objects.downloadable().filter(issued_by=user, neighbourhood=here).order_by("-pk")


def forget() -> None:
    """What codes follow from, where the time to download is over."""
    Mailing.objects.filter(download_until__lte=clock.now()).exclude(salt="").update(salt="")


def _taken(dwellings: Iterable[Dwelling]) -> list[Dwelling]:
    """The dwellings, locked, so that two who print at once leave one valid letter each; none that is retired."""
    asked = sorted({home.pk for home in dwellings})
    locked = Dwelling.objects.in_use().select_for_update(of=("self",)).select_related("building")
    return in_order(home for batch in batches(asked) for home in locked.filter(pk__in=batch).order_by("pk"))


def _made(user: User, here: Area, homes: Sequence[Dwelling]) -> list[Letter]:
    until = clock.now() + timedelta(hours=rule("letters.download_hours", here))
    mailing = Mailing.objects.create(
        neighbourhood=here, issued_by=user, download_until=until, salt=_fresh_salt(homes)
    )
    invited = {"issued_by": user, "expires_at": letters.valid_until(here), "method": Method.LETTER}
    made = [letters.written(home, mailing.salt, mailing=mailing, **invited) for home in homes]
    Invitation.objects.bulk_create([letter.invitation for letter in made], batch_size=500)
    return made


def _fresh_salt(homes: Sequence[Dwelling]) -> str:
    """A salt under which no code is the same as another: with a million codes that happens once in many mailings."""
    for _try in range(TRIES_OF_SALT):
        salt = codes.new_salt()
        hashed = {codes.hashes(codes.made_of(salt, home.pk))[0] for home in homes}
        taken = (Invitation.objects.filter(code_hash__in=batch) for batch in batches(list(hashed)))
        if len(hashed) == len(homes) and not any(found.exists() for found in taken):
            return salt
    raise RuntimeError("no salt gives every dwelling a code of its own")


def _with_account(chosen: Sequence[Dwelling]) -> set[int]:
    """The dwellings where somebody who lives there or owns has an account."""
    found: set[int] = set()
    for batch in batches([home.pk for home in chosen]):
        held = [
            model.objects.on(clock.today()).filter(person__user__isnull=False, dwelling=OuterRef("pk"))
            for model in (Residency, Ownership)
        ]
        there = Dwelling.objects.filter(Exists(held[0]) | Exists(held[1]), pk__in=batch)
        found.update(there.values_list("pk", flat=True))
    return found


def _standing(homes: Sequence[Dwelling]) -> Iterable[int]:
    """The dwellings where a letter lies whose code nobody used yet."""
    for batch in batches(homes):
        yield from _valid(batch).values_list("dwelling_id", flat=True)


def _valid(homes: Sequence[Dwelling]) -> QuerySet[Invitation]:
    """The codes of letters to these dwellings that can still be used."""
    return Invitation.objects.filter(
        dwelling__in=homes, used_at=None, method=Method.LETTER, expires_at__gt=clock.now()
    )


def _by_building(made: Sequence[Letter]) -> Iterable[list[Letter]]:
    by: dict[int, list[Letter]] = {}
    for letter in made:
        by.setdefault(letter.dwelling.building_id, []).append(letter)
    return by.values()
