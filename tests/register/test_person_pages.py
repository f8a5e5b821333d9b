"""The page of a person in the browser: who opens it, what is kept of it, and each change asked first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import (
    Area,
    Dwelling,
    Look,
    Ownership,
    Person,
    PersonKind,
    Post,
    Residency,
    User,
)
from portal.community.permissions import Role
from portal.kit import clock
from portal.register.models import PersonChange, What
from portal.register.services import joining, persons
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim
from tests import factories
from tests.volunteers import factories as volunteers
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db

EVERYBODY = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]


@pytest.fixture
def place() -> votes.Place:
    return votes.make_place(())


@pytest.fixture
def here(place: votes.Place) -> Area:
    return place.neighbourhood


@pytest.fixture
def home(place: votes.Place) -> Dwelling:
    return factories.make_dwelling(within=place.estate, room="101")


@pytest.fixture
def staff(place: votes.Place, client: Client) -> User:
    """The committee's worker, signed in."""
    user = factories.make_user(post=Post.WORKER, neighbourhood=place.neighbourhood)
    client.force_login(user)
    return user


def neighbour(home: Dwelling, name: str = "唐国梁", **values: Any) -> Person:
    person = factories.make_person(real_name=name, **values)
    factories.make_residency(person, home)
    return person


def page_of(here: Area, person: Person) -> str:
    return reverse("register:person", args=[here.slug, person.pk])


def act(person: Person, action: str) -> str:
    return reverse("register:person_act", args=[person.pk, action])


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_pages_are_open_to_exactly_these(role: Role, client: Client, here: Area, home: Dwelling) -> None:
    person = neighbour(home)
    visitor = factories.make_visitor(role, here)
    if not isinstance(visitor, User):
        return
    client.force_login(visitor)
    desk = {"worker", "director"}
    asked = {
        page_of(here, person): (desk, 403),
        reverse("register:persons", args=[here.slug]) + "?q=唐国梁": (desk, 403),
        reverse("register:looks", args=[here.slug]): ({"auditor", "director"}, 403),
        act(person, "correct-name"): (desk, 404),
    }

    found = {path: client.get(path).status_code for path in asked}

    assert found == {path: 200 if role.value in fits else no for path, (fits, no) in asked.items()}


def test_nobody_of_another_place_is_found_or_opened(client: Client, here: Area, staff: User) -> None:
    stranger = neighbour(factories.make_dwelling(), "外人甲")

    assert client.get(page_of(here, stranger)).status_code == 404
    assert client.get(act(stranger, "unite")).status_code == 404
    found = client.get(reverse("register:persons", args=[here.slug]), {"q": "外人甲"}).content.decode()
    assert page_of(here, stranger) not in found


def test_each_look_is_kept_once_a_day_and_read_by_the_auditor(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    person = neighbour(home, phone="13900000001")

    pages = [client.get(page_of(here, person)).content.decode() for _each in range(2)]
    client.post(page_of(here, person), {"reason": "漏水，需要联系"})
    shown = client.get(page_of(here, person)).content.decode()

    assert Look.objects.filter(person=person, user=staff).count() == 2
    assert ["13900000001" in text for text in (*pages, shown)] == [False, False, True]
    client.force_login(factories.make_user(post=Post.AUDITOR, neighbourhood=here))
    read = client.get(reverse("register:looks", args=[here.slug])).content.decode()
    assert ("唐国梁" in read, "漏水，需要联系" in read) == (True, True)


def test_the_page_says_all_that_belongs_to_the_place(
    client: Client, place: votes.Place, here: Area, home: Dwelling, staff: User
) -> None:
    person = neighbour(home)
    factories.make_ownership(person, home)
    factories.make_account(person=person, username="laotang")
    factories.make_appointment(person, Post.BUILDING_HEAD, home.building)
    crew = volunteers.make_crew(here)
    volunteers.make_membership(crew.team, person)
    vote = votes.call(place)

    text = client.get(page_of(here, person)).content.decode()

    for said in (str(home), "laotang", "楼组长", crew.team.name, vote.title, "2020年1月1日"):
        assert said in text


def test_the_page_asks_as_much_of_the_database_for_many_rows_as_for_few(
    client: Client, place: votes.Place, here: Area, staff: User
) -> None:
    person = factories.make_person()
    crew = volunteers.make_crew(here)

    def more(count: int) -> None:
        for _each in range(count):
            home = factories.make_dwelling(within=place.estate)
            factories.make_residency(person, home)
            factories.make_ownership(person, home)
            PersonChange.objects.create(person=person, neighbourhood=here, what=What.NAME, by=staff)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page_of(here, person)).status_code == 200
        return len(queries)

    more(1)
    volunteers.make_membership(crew.team, person)
    asked()
    few = asked()
    more(6)
    assert asked() == few


def test_a_name_is_corrected_and_taken_back(client: Client, here: Area, home: Dwelling, staff: User) -> None:
    person = neighbour(home, "唐国粱")

    done = client.post(act(person, "correct-name"), {"real_name": "唐国梁", "reason": "身份证"})

    assert done["Location"] == page_of(here, person)
    text = client.get(page_of(here, person)).content.decode()
    assert "唐国粱 → 唐国梁" in text
    change = PersonChange.objects.get()
    assert client.get(reverse("register:change_act", args=[change.pk, "take-back"])).status_code == 200
    client.post(reverse("register:change_act", args=[change.pk, "take-back"]))
    person.refresh_from_db()
    assert person.real_name == "唐国粱"


def test_uniting_is_shown_before_it_is_done(
    client: Client, place: votes.Place, here: Area, home: Dwelling, staff: User
) -> None:
    first, second = neighbour(home), neighbour(home, "唐师傅")
    found = client.get(reverse("register:persons", args=[here.slug]), {"q": "唐师傅", "unite": first.pk})
    path = f"{act(first, 'unite')}?other={second.pk}"
    assert path in found.content.decode()

    shown = client.get(path).content.decode()

    assert str(home) in shown
    assert Residency.objects.filter(person=second).exists()
    done = client.post(act(first, "unite"), {"other": second.pk, "reason": "同一人"})
    assert done["Location"] == page_of(here, first)
    second.refresh_from_db()
    assert second.united_into == first
    assert Residency.objects.on(clock.today()).filter(dwelling=home).count() == 1
    assert page_of(here, first) in client.get(page_of(here, second)).content.decode()


def test_a_union_of_nobody_asks_whom(client: Client, here: Area, home: Dwelling, staff: User) -> None:
    first = neighbour(home)

    assert client.get(act(first, "unite")).status_code == 200
    assert client.post(act(first, "unite"), {"other": first.pk, "reason": "x"}).status_code == 422


def test_after_a_death_the_heir_is_asked_for_and_entered(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    father = neighbour(home)
    factories.make_ownership(father, home)
    day = clock.today() - timedelta(days=9)

    client.post(act(father, "mark-deceased"), {"on": day.isoformat(), "reason": "死亡证明"})

    assert act(father, "pass-on") in client.get(page_of(here, father)).content.decode()
    title = Ownership.objects.get()
    sent = {"title": title.pk, "real_name": "唐明远", "on": day.isoformat()}
    assert client.post(act(father, "pass-on"), sent)["Location"] == page_of(here, father)
    held = Ownership.objects.on(clock.today()).get(dwelling=home)
    assert (held.person.real_name, held.since, held.is_voter) == ("唐明远", day, True)


def test_who_acts_for_a_company_is_asked_of_companies_alone(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    person = neighbour(home)
    company = factories.make_person(real_name="某某公司")
    Person.objects.filter(pk=company.pk).update(kind=PersonKind.COMPANY)
    factories.make_ownership(company, home)

    pages = [client.get(page_of(here, one)).content.decode() for one in (person, company)]

    assert [act(one, "represent") in text for one, text in zip((person, company), pages, strict=True)] == [
        False,
        True,
    ]
    said = {"acting": "唐国梁", "since": clock.today().isoformat()}
    assert client.post(act(company, "represent"), said).status_code == 422
    assert client.post(act(company, "represent"), said | {"proof": "letter"}).status_code == 302
    shown = client.get(page_of(here, company)).content.decode()
    assert "唐国梁" in shown
    assert "授权委托书" in shown


def test_the_counter_asks_about_a_namesake(client: Client, here: Area, home: Dwelling, staff: User) -> None:
    known = neighbour(home)
    path = f"{reverse('register:register', args=[here.slug])}?building={home.building_id}"
    sent = {"dwelling": home.pk, "real_name": "唐 国梁", "ties": ["owning"], "adult": "yes"}

    asked = client.post(path, sent)

    assert asked.status_code == 422
    assert Ownership.objects.count() == 0
    assert client.post(path, sent | {"same": known.pk}).status_code == 302
    assert Ownership.objects.get().person == known


def test_a_day_before_a_drawn_roll_is_asked_about_with_the_vote(
    client: Client, place: votes.Place, home: Dwelling, staff: User
) -> None:
    title = factories.make_ownership(factories.make_person(), home)
    vote = votes.call(
        place,
        at=clock.now(),
        opens_at=clock.now() + timedelta(days=20),
        closes_at=clock.now() + timedelta(days=25),
    )
    path = f"/ownerships/{title.pk}/end/"
    sent = {"reason": "卖出", "on": (clock.today() - timedelta(days=9)).isoformat()}

    assert vote.title in client.get(path).content.decode()
    asked = client.post(path, sent)

    assert (asked.status_code, vote.title in asked.content.decode()) == (422, True)
    assert client.post(path, sent | {"aware": "on"}).status_code == 302
    title.refresh_from_db()
    assert title.until == clock.today() - timedelta(days=9)


@pytest.mark.parametrize("lives", [True, False])
def test_the_tick_of_a_sale_is_offered_to_whoever_holds_no_title(
    client: Client, here: Area, home: Dwelling, staff: User, lives: bool
) -> None:
    factories.make_ownership(factories.make_person(), home)
    if lives:
        joining.register(staff, home, Claim(True, False), Identity("唐明远", True))
    user = factories.make_account(person=Person.objects.create(display_name="小唐"))
    [tie] = joining.ask(user, home, Claim(False, True), Identity("唐明远", True))
    path = f"/ownerships/{tie.pk}/approve/"

    assert (
        path
        in client.get(reverse("register:request", args=[here.slug, "ownership", tie.pk])).content.decode()
    )
    assert 'name="replaces"' in client.get(path).content.decode()
    client.post(path, {"replaces": "on"})

    held = Ownership.objects.on(clock.today()).filter(dwelling=home)
    assert [title.person.real_name for title in held] == ["唐明远"]


def test_of_a_namesake_with_an_account_the_request_asks(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    known = neighbour(home)
    factories.make_account(person=known)
    user = factories.make_account(person=Person.objects.create(display_name="小唐"))
    [tie] = joining.ask(user, home, Claim(True, False), Identity("唐国梁", True))

    assert client.post(f"/residencies/{tie.pk}/approve/", {}).status_code == 422
    assert client.post(f"/residencies/{tie.pk}/approve/", {"same": "another"}).status_code == 302
    assert Residency.objects.on(clock.today()).filter(dwelling=home).count() == 2


def test_what_can_no_longer_be_taken_back_says_since_when(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    father = neighbour(home)
    with clock.at(clock.now() - timedelta(days=40)):
        persons.mark_deceased(staff, father.pk, clock.today(), "x")
    change = PersonChange.objects.get()

    text = client.get(page_of(here, father)).content.decode()

    path = reverse("register:change_act", args=[change.pk, "take-back"])
    assert path not in text
    assert client.post(path).status_code == 409


@pytest.mark.parametrize("page", ["persons", "looks"])
def test_the_lists_ask_as_much_of_the_database_for_many_rows_as_for_few(
    client: Client, place: votes.Place, here: Area, page: str
) -> None:
    boss = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    client.force_login(boss)

    def more(count: int) -> None:
        for _each in range(count):
            person = factories.make_person(real_name="唐同名")
            factories.make_account(person=person)
            home = factories.make_dwelling(within=place.estate)
            factories.make_ownership(person, home)
            Look.objects.create(user=boss, person=person, area=here, reason="x")
            Look.objects.create(user=factories.make_user(), dwelling=home, reason="x")
            PersonChange.objects.create(
                person=person, other=person, neighbourhood=here, what=What.UNION, by=boss
            )

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse(f"register:{page}", args=[here.slug]), {"q": "唐同名"})
        assert "唐同名" in answer.content.decode()
        return len(queries)

    more(2)
    asked()
    few = asked()
    more(8)
    assert asked() == few
