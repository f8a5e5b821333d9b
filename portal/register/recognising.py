"""Who the owners of a roster are: the people that are known, and those who come new. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from portal.community.models import Ownership, Person, PersonKind, RelationStatus, Residency
from portal.kit import phones
from portal.kit.batches import batches
from portal.kit.names import compared
from portal.register.owners import Owner
from portal.register.roster import Entry

Key = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Who belongs to a dwelling: open titles, verified or waiting, and the verified homes."""

    titles: Sequence[Ownership] = ()
    homes: Sequence[Residency] = ()

    @property
    def people(self) -> list[Person]:
        """Those who are verified there, owners first."""
        held = [title.person for title in self.titles if title.status == RelationStatus.VERIFIED]
        return [*held, *(home.person for home in self.homes)]


@dataclass(frozen=True)
class Namesakes:
    """One name that stands at several dwellings, and may be one person: where, with the number as staff see it."""

    name: str
    key: str
    rows: list[tuple[int, str, str]]


@dataclass
class People:
    """The person behind each owner, by line and place in the cell; unsaved where new.

    `called`: new numbers of people who are known, by key. `namesakes`: where it is not sure whether they are one.
    """

    of: dict[tuple[int, int], Person] = field(default_factory=dict)
    called: dict[int, str] = field(default_factory=dict)
    namesakes: list[Namesakes] = field(default_factory=list)

    def owners(self, entry: Entry) -> list[Person]:
        """The owners of one row, the voter first."""
        return [self.of[entry.line, place] for place in range(len(entry.owners))]

    @property
    def new(self) -> list[Person]:
        """Those whom nobody knew, once each."""
        return list({id(person): person for person in self.of.values() if person.pk is None}.values())


def key(entry: Entry, owner: Owner) -> Key:
    """What makes an owner the same person: name and phone; a company's name; else name and dwelling."""
    if owner.phone or owner.kind != PersonKind.NATURAL:
        return (compared(owner.name), owner.phone)
    return (compared(owner.name), "", *entry.place)


def recognise(rows: Sequence[tuple[Entry, Known]], one: Collection[str] = ()) -> People:
    """Find or make the person behind each owner, in a constant number of queries a chunk.

    Who has a title there already or lives there under that name and number comes first; then whoever is known under
    both; then whoever belongs to the dwelling under that name. `one`: compared names whose rows are one person.
    """
    keys = {key(entry, owner) for entry, _known in rows for owner in entry.owners}
    search = _Search(keys, _by_key(keys))
    for entry, known in rows:
        for place, owner in enumerate(entry.owners):
            search.found.of[entry.line, place] = search.person(key(entry, owner), owner, known)
    groups = _groups(rows, search.found)
    for name in one:
        _make_one(search.found, groups.get(name, []))
    search.found.namesakes = [asked for group in groups.values() if (asked := _asked(search.found, group))]
    return search.found


class _Search:
    def __init__(self, keys: set[Key], people: dict[Key, Person]) -> None:
        self.found = People()
        self._keys, self._people = keys, people
        self._taken = {person.pk for person in people.values()}

    def person(self, mine: Key, owner: Owner, known: Known) -> Person:
        name = mine[0]
        here = [person for person in known.people if person.name_key == name]
        same = next((person for person in here if owner.phone in {"", person.phone}), None)
        same = same or self._people.get(mine) or self._renumbered(owner, here)
        if same is None:
            same = Person(kind=owner.kind, real_name=owner.name, phone=owner.phone)
            self._people[mine] = same
        elif same.pk and owner.phone and owner.phone != same.phone and not _proved(same):
            self._people.setdefault(mine, same)
            self.found.called[same.pk] = owner.phone
        return same

    def _renumbered(self, owner: Owner, here: list[Person]) -> Person | None:
        """Who belongs there under that name: the same person with a new number, unless the roster has both."""
        for person in here:
            if _proved(person):
                return person
            if person.pk not in self._taken and (person.name_key, person.phone) not in self._keys:
                self._taken.add(person.pk)
                return person
        return None


def _by_key(keys: set[Key]) -> dict[Key, Person]:
    """People the portal knows under a name and phone, or companies under their name; those with an account first."""
    plain = {found for found in keys if len(found) == 2}
    by_phone = _in_chunks("phone", {found[1] for found in plain if found[1]})
    companies = _in_chunks("name_key", {found[0] for found in plain if not found[1]})
    people: dict[Key, Person] = {}
    for person in sorted([*by_phone, *companies], key=lambda one: (not hasattr(one, "user"), one.pk)):
        found = (person.name_key, person.phone)
        if found in plain and (person.phone or person.kind != PersonKind.NATURAL):
            people.setdefault(found, person)
    return people


def _in_chunks(name: str, values: Iterable[str]) -> Iterator[Person]:
    for some in batches(sorted(values)):
        people = Person.objects.filter(**{f"{name}__in": some}, united_into=None)
        yield from people.select_related("user")


def _proved(person: Person) -> bool:
    """Whether the person's phone was proved with a code, which counts more than the roster's."""
    return hasattr(person, "user") and person.user.phone_verified


Place = tuple[Entry, int]


def _groups(rows: Sequence[tuple[Entry, Known]], found: People) -> dict[str, list[Place]]:
    """Where each name of a natural person stands that stands there more than once."""
    groups: defaultdict[str, list[Place]] = defaultdict(list)
    for entry, _known in rows:
        for place, owner in enumerate(entry.owners):
            if owner.kind == PersonKind.NATURAL:
                groups[compared(owner.name)].append((entry, place))
    return {name: group for name, group in groups.items() if len(group) > 1}


def _make_one(found: People, group: list[Place]) -> None:
    """Let the rows of one name be one person; two who are known already are united on their pages, not here."""
    people = list({id(found.of[entry.line, at]): found.of[entry.line, at] for entry, at in group}.values())
    known = [person for person in people if person.pk]
    if not people or len({person.pk for person in known}) > 1:
        return
    numbers = [person.phone for person in people if person.phone]
    chosen = known[0] if known else next((person for person in people if person.phone), people[0])
    if known and not chosen.phone and numbers:
        found.called[chosen.pk] = numbers[0]
    for entry, at in group:
        found.of[entry.line, at] = chosen


def _asked(found: People, group: list[Place]) -> Namesakes | None:
    """A name without a number beside the same name: one person or two, which only people know."""
    people = [found.of[entry.line, at] for entry, at in group]
    known = {person.pk for person in people if person.pk}
    several = len({id(person) if person.pk is None else person.pk for person in people}) > 1
    lacking = any(not entry.owners[at].phone for entry, at in group)
    if not several or len(known) > 1 or not lacking:
        return None
    rows = [(entry.line, entry.where, phones.masked(entry.owners[at].phone)) for entry, at in group]
    first, at = group[0]
    return Namesakes(first.owners[at].name, compared(first.owners[at].name), rows)
