"""The demo neighbourhood: its places, its roster, its accounts, and neighbours who take part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from portal.community.models import (
    Appointment,
    Area,
    Contact,
    Dwelling,
    Kind,
    Method,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    Usage,
    User,
)
from portal.community.selectors import person_of
from portal.kit import clock
from portal.record import services as record
from portal.register import roster
from portal.register.services.roster import import_roster

PASSWORD = "gongzhi-demo-2026"
ROSTER = Path(__file__).with_name("roster.csv")
ADULT_ON = date(1990, 1, 1)
FIRST_DAY = timedelta(days=3 * 365 + 30)
OFFICE = "红林路 88 号居委会二楼"

# account: real name, name shown, post, signature of the post
STAFF: dict[str, tuple[str, str, Post, str]] = {
    "shen": ("沈佳慧", "沈老师", Post.WORKER, "居委会"),
    "wang": ("王建平", "王主任", Post.DIRECTOR, "居委会"),
    "li": ("李志强", "李经理", Post.PROPERTY, "物业"),
    "officer": ("何敏", "何科长", Post.OFFICER, "街道办"),
    "auditor": ("郑立新", "郑老师", Post.AUDITOR, "居务监督"),
    "operator": ("陆一鸣", "陆老师", Post.OPERATOR, "平台"),
}
NEIGHBOURS: dict[str, tuple[str, str]] = {
    "chen": ("陈桂芳", "陈阿姨"),
    "zhou": ("周志明", "周先生"),
    "zhu": ("朱秀珍", "朱老师"),
    "sun": ("孙国强", "孙主任"),
    "volunteer": ("吴永康", "吴医生"),
}
OVERSEER = 1  # which of the neighbours of the roster sits in the oversight committee
NO_PASSWORD = "!"  # nobody signs in with it
SHOWN = ("阿姨", "先生", "老师", "师傅", "女士", "爷叔", "阿婆")


@dataclass
class World:
    """What the stories need at hand: the places, the accounts by name, and the neighbours' accounts."""

    neighbourhood: Area
    estate: Area
    accounts: dict[str, User]
    neighbours: list[User]

    def __getitem__(self, name: str) -> User:
        """An account afresh, so that a role it has gained since is seen."""
        return User.objects.select_related("person").get(pk=self.accounts[name].pk)

    def building(self, number: int) -> Area:
        """A building of the estate by its number."""
        return Area.objects.get(kind=Kind.BUILDING, name=f"{number}号楼", path__startswith=self.estate.path)


def found(start: datetime) -> World:
    """Make the demo's places and people; `start` is when its history begins."""
    with clock.at(start):
        neighbourhood, estate = _places()
        import_roster(None, neighbourhood, roster.parse(ROSTER.read_bytes()))
        accounts = _staff(neighbourhood, estate) | _neighbours(estate)
        accounts["tenant"] = _tenant(estate)
        _appoint(person_of(accounts["sun"]), Post.OWNERS_COMMITTEE, estate, "业委会")
        _appoint(person_of(accounts["zhu"]), Post.BUILDING_HEAD, _building(estate, 9), "楼组长")
        neighbours = _accounts_for_neighbours(estate)
        accounts["wei"] = _overseer(neighbours[OVERSEER])
    return World(neighbourhood, estate, accounts, neighbours)


def _places() -> tuple[Area, Area]:
    district = Area.add_root(kind=Kind.DISTRICT, name="示范区", slug="shifan")
    subdistrict = district.add_child(kind=Kind.SUBDISTRICT, name="红林街道", slug="honglin")
    neighbourhood = subdistrict.add_child(kind=Kind.NEIGHBOURHOOD, name="天馨花园居民区", slug="tianxin")
    record.begin(neighbourhood.slug)
    Contact.objects.create(
        area=neighbourhood,
        office=OFFICE,
        hours="周一至周五 8:30–17:30，周六 9:00–11:30",
        telephone="021-5550 0101",
        property_telephone="021-5550 0102",
    )
    estate = neighbourhood.add_child(kind=Kind.ESTATE, name="天馨花园", slug="tianxin-garden")
    return neighbourhood, estate


def _staff(neighbourhood: Area, estate: Area) -> dict[str, User]:
    made = {}
    for name, (real, shown, post, title) in STAFF.items():
        person = Person.objects.create(real_name=real, display_name=shown, adult_on=ADULT_ON)
        wider = {Post.OFFICER: neighbourhood.get_parent(), Post.OPERATOR: neighbourhood.get_root()}
        area = ({Post.PROPERTY: estate} | wider).get(post, neighbourhood)
        _appoint(person, post, area, title)
        made[name] = _account(name, person)
    return made


def _neighbours(estate: Area) -> dict[str, User]:
    made = {}
    for name, (real, shown) in NEIGHBOURS.items():
        person = Person.objects.get(
            real_name=real, ownerships__dwelling__building__path__startswith=estate.path
        )
        Person.objects.filter(pk=person.pk).update(display_name=shown, adult_on=ADULT_ON)
        person.refresh_from_db()
        made[name] = _account(name, person)
    return made


def _tenant(estate: Area) -> User:
    person = Person.objects.create(real_name="林晓梅", display_name="小林", adult_on=ADULT_ON)
    let = Dwelling.objects.filter(building=_building(estate, 8), usage=Usage.LET).order_by("pk")[0]
    Residency.objects.create(
        person=person,
        dwelling=let,
        status=RelationStatus.VERIFIED,
        method=Method.LETTER,
        verified_at=clock.now(),
    )
    return _account("tenant", person)


def _overseer(neighbour: User) -> User:
    """The neighbour who sits in the oversight committee (meetings_reviews says since when) signs in like staff."""
    person = person_of(neighbour)
    person.display_name = "韦女士"
    person.save(update_fields=["display_name"])
    neighbour.username, neighbour.password = "wei", make_password(PASSWORD)
    neighbour.save(update_fields=["username", "password"])
    return neighbour


def _account(name: str, person: Person) -> User:
    return User.objects.create(username=name, person=person, password=make_password(PASSWORD))


def _appoint(person: Person, post: Post, area: Area, title: str) -> None:
    Appointment.objects.create(person=person, post=post, area=area, title=title)


def _building(estate: Area, number: int) -> Area:
    return Area.objects.get(kind=Kind.BUILDING, name=f"{number}号楼", path__startswith=estate.path)


def _accounts_for_neighbours(estate: Area) -> list[User]:
    """Accounts without password for the owners of the roster: those through whom neighbours have their say."""
    owned = Ownership.objects.filter(
        dwelling__building__path__startswith=estate.path, status=RelationStatus.VERIFIED
    )
    unheard = Person.objects.filter(pk__in=owned.values("person"), user=None)
    people = list(unheard.exclude(phone="").order_by("pk"))
    for person in people:
        person.adult_on = ADULT_ON
        if person.pk % 3 == 0:
            person.display_name = person.real_name[0] + SHOWN[person.pk % len(SHOWN)]
    Person.objects.bulk_update(people, ["adult_on", "display_name"], batch_size=500)
    User.objects.bulk_create(
        [User(username=f"n{person.pk}", person=person, password=NO_PASSWORD) for person in people],
        batch_size=500,
    )
    return list(User.objects.filter(person__in=people).select_related("person").order_by("pk"))
