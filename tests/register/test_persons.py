"""One human is one person: however the name is written, by whatever way somebody comes in, and over time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Look,
    Method,
    Ownership,
    Person,
    PersonKind,
    Post,
    RelationStatus,
    Representative,
    Residency,
    User,
)
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.register import roster
from portal.register.models import PersonChange, What
from portal.register.services import (
    accounts,
    identity,
    joining,
    leaving,
    letters,
    mailings,
    persons,
    posts,
    undoing,
    voters,
)
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim, Whom
from portal.register.services.roster import import_roster
from portal.volunteers.models import Membership
from portal.voting.models import Electorate
from tests import factories
from tests.concurrency import at_once
from tests.register.rosters import as_csv, row
from tests.volunteers import factories as volunteers
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db

LIVING, OWNING, BOTH = Claim(True, False), Claim(False, True), Claim(True, True)
PHONE = "13812340001"


@pytest.fixture
def place() -> votes.Place:
    return votes.make_place(())


@pytest.fixture
def here(place: votes.Place) -> Area:
    return place.neighbourhood


@pytest.fixture
def worker(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here)


@pytest.fixture
def home(place: votes.Place) -> Dwelling:
    return factories.make_dwelling(within=place.estate, room="101")


def newcomer(phone: str = "") -> User:
    """An account of somebody nobody knows yet."""
    user = factories.make_account(person=Person.objects.create(display_name="邻居甲"))
    if phone:
        accounts.claim_phone(user, phone, proved=True)
    return user


def of(user: User) -> Person:
    return factories.person_of(User.objects.get(pk=user.pk))


def heads(place: votes.Place, electorate: Electorate = Electorate.RESIDENTS) -> int:
    """How many heads a vote called now would have."""
    now = clock.now()
    soon = {"at": now, "opens_at": now + timedelta(days=20), "closes_at": now + timedelta(days=25)}
    matter = "sounding" if electorate is Electorate.RESIDENTS else "ordinary"
    return votes.call(place, electorate=electorate, matter=matter, **soon).heads


# --- coming in ---


@pytest.mark.parametrize(
    ("listed", "typed"),
    [
        ("张\u3000三", "张三"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提・吐尔逊"),
        ("张三", "张三\u200b"),
        ("John Smith", "JOHN  SMITH"),
        ("John Smith", "ｊｏｈｎ ｓｍｉｔｈ"),
    ],
)
def test_one_human_stays_one_person_however_the_name_is_written(
    place: votes.Place, here: Area, worker: User, listed: str, typed: str
) -> None:
    import_roster(worker, here, roster.parse(as_csv(row(owner=listed, phone=PHONE))))
    home = Dwelling.objects.get(ownerships__person__phone=PHONE)
    Person.objects.filter(phone=PHONE).update(adult_on=factories.ADULT_ON)
    user = newcomer(PHONE)

    letters.use(user, mailings.issue(worker, [home])[0].code, BOTH, Identity(typed, True))

    assert Residency.objects.filter(dwelling=home, until=None).values("person").distinct().count() == 1
    title = Ownership.objects.get(dwelling=home, is_voter=True, status=RelationStatus.VERIFIED)
    assert title.person == of(user)
    assert heads(place) == 1


def test_the_counter_knows_who_has_an_account(place: votes.Place, home: Dwelling, worker: User) -> None:
    user = newcomer()
    letters.use(user, mailings.issue(worker, [home])[0].code, LIVING, Identity("欧阳春华", True))

    joining.register(worker, home, BOTH, Identity("欧阳 春华", True), phone="13900001234")

    assert Residency.objects.filter(dwelling=home, until=None).count() == 1
    assert Ownership.objects.get(dwelling=home).person == of(user)
    assert heads(place) == 1


def test_a_number_proved_with_a_code_is_not_overwritten_at_the_counter(home: Dwelling, worker: User) -> None:
    user = newcomer(PHONE)
    letters.use(user, mailings.issue(worker, [home])[0].code, LIVING, Identity("欧阳春华", True))

    joining.register(worker, home, OWNING, Identity("欧阳春华", True), phone="13900001234")

    assert of(user).phone == PHONE


@pytest.mark.parametrize("phone", ["", PHONE])
def test_of_two_namesakes_in_one_flat_the_counter_is_asked_unless_the_phone_says(
    home: Dwelling, worker: User, phone: str
) -> None:
    people = [factories.make_person(real_name="王小薇", phone=number) for number in (PHONE, "13900000002")]
    for person in people:
        factories.make_residency(person, home)
    who = Identity("王小薇", True)

    if phone:
        assert joining.register(worker, home, OWNING, who, phone=phone) == people[0]
    else:
        with pytest.raises(NotPossible):
            joining.register(worker, home, OWNING, who)
        assert joining.register(worker, home, OWNING, who, whom=Whom(known=people[1])) == people[1]


def test_another_of_the_same_name_can_be_entered(home: Dwelling, worker: User) -> None:
    known = joining.register(worker, home, LIVING, Identity("王小薇", True))

    second = joining.register(worker, home, LIVING, Identity("王小薇", True), whom=Whom(another=True))

    assert second != known
    assert Residency.objects.on(clock.today()).filter(dwelling=home).count() == 2


@pytest.mark.parametrize("way", ["counter", "letter", "request", "household"])
def test_name_and_phone_of_another_flat_here_are_the_same_person(
    place: votes.Place, home: Dwelling, worker: User, way: str
) -> None:
    known = factories.make_person(real_name="赵敏", phone=PHONE)
    factories.make_ownership(known, factories.make_dwelling(within=place.estate))
    who = Identity("赵 敏", True)

    if way == "counter":
        joining.register(worker, home, LIVING, who, phone=PHONE)
    elif way == "request":
        user = newcomer(PHONE)
        [tie] = joining.ask(user, home, LIVING, who)
        joining.approve(worker, "residency", tie.pk)
    elif way == "household":
        first = factories.make_resident(dwelling=home)
        letters.use(newcomer(PHONE), letters.hand_out(first, home.pk).code, LIVING, who)
    else:
        letters.use(newcomer(PHONE), mailings.issue(worker, [home])[0].code, LIVING, who)

    assert Residency.objects.on(clock.today()).filter(dwelling=home, person=known).exists()


def test_a_number_that_was_not_proved_makes_nobody_the_same_by_a_code(
    place: votes.Place, home: Dwelling, worker: User
) -> None:
    known = factories.make_person(real_name="赵敏", phone=PHONE)
    factories.make_ownership(known, factories.make_dwelling(within=place.estate))
    user = newcomer()
    accounts.claim_phone(user, PHONE, proved=False)

    letters.use(user, mailings.issue(worker, [home])[0].code, LIVING, Identity("赵敏", True))

    assert of(user) != known


def test_a_second_account_of_somebody_here_waits_for_the_committee(home: Dwelling, worker: User) -> None:
    first = newcomer()
    letters.use(first, mailings.issue(worker, [home])[0].code, LIVING, Identity("赵敏", True))
    second = newcomer(PHONE)

    joined = letters.use(second, mailings.issue(worker, [home])[0].code, LIVING, Identity("赵敏", True))

    assert (joined.verified, joined.waiting) == (False, True)
    assert Residency.objects.on(clock.today()).filter(dwelling=home).count() == 1


def test_what_waits_is_answered_by_the_counter(home: Dwelling, worker: User) -> None:
    user = newcomer()
    [asked] = joining.ask(user, home, OWNING, Identity("赵敏", True))
    factories.make_residency(of(user), home)

    joining.register(worker, home, OWNING, Identity("赵敏", True))

    asked.refresh_from_db()
    assert (asked.status, Ownership.objects.count()) == (RelationStatus.VERIFIED, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_enter_the_same_human_at_once_enter_one() -> None:
    here = factories.make_neighbourhood()
    clerks = [factories.make_user(post=Post.WORKER, neighbourhood=here) for _each in range(2)]
    home = factories.make_dwelling(within=here)

    outcome = at_once(
        6, lambda n: joining.register(clerks[n % 2], home, BOTH, Identity("赵敏", True)), numbered=True
    )

    assert outcome.errors == []
    assert (Person.objects.filter(real_name="赵敏").count(), Residency.objects.count()) == (1, 1)


# --- namesakes ---


def test_a_post_goes_to_nobody_while_two_have_the_name(place: votes.Place, here: Area) -> None:
    first, second = (factories.make_person(real_name="王小薇") for _each in range(2))
    for person in (first, first, second):
        factories.make_ownership(person, factories.make_dwelling(within=place.estate))

    found = posts.people_for_post(here, "王小薇")

    assert (found.one, set(found.people)) == (None, {first, second})


def test_a_post_goes_to_nobody_while_an_account_bears_the_name_of_a_neighbour(
    place: votes.Place, here: Area
) -> None:
    meant = factories.make_person(real_name="王小薇")
    factories.make_ownership(meant, factories.make_dwelling(within=place.estate))
    stranger = factories.make_user()
    User.objects.filter(pk=stranger.pk).update(username="王小薇")

    found = posts.people_for_post(here, "王小薇")

    assert (found.one, set(found.people)) == (None, {meant, of(stranger)})


# --- inheritance and sale ---


def test_the_heir_who_lives_there_replaces_the_former_owner(home: Dwelling, worker: User) -> None:
    factories.make_ownership(factories.make_person(real_name="唐国梁"), home)
    joining.register(worker, home, LIVING, Identity("唐明远", True))
    asked = joining.ask(newcomer(), home, OWNING, Identity("唐明远", True))[0]

    joining.approve(worker, "ownership", asked.pk, replaces=True)

    held = Ownership.objects.on(clock.today()).filter(dwelling=home)
    assert [(title.person.real_name, title.is_voter) for title in held] == [("唐明远", True)]


def test_at_the_counter_a_sale_ends_the_titles_until_now(home: Dwelling, worker: User) -> None:
    former = factories.make_ownership(factories.make_person(real_name="唐国梁"), home)
    day = clock.today() - timedelta(days=30)

    joining.register(worker, home, OWNING, Identity("李买", True), replaces=True, on=day)

    former.refresh_from_db()
    title = Ownership.objects.on(clock.today()).get(dwelling=home)
    assert (former.until, title.since, title.is_voter, title.person.real_name) == (day, day, True, "李买")


def test_what_ended_from_an_earlier_day_comes_back_within_the_days_after_it_was_done(
    home: Dwelling, worker: User
) -> None:
    today = clock.today()
    title = factories.make_ownership(factories.make_person(), home)
    joining.end(worker, "ownership", title.pk, "卖出", on=today - timedelta(days=40))

    undoing.undo_end(worker, "ownership", title.pk, "误操作")

    title.refresh_from_db()
    assert (title.until, title.is_voter, title.ended_at) == (None, True, None)


def test_what_the_counter_replaced_comes_back_by_taking_its_end_back(home: Dwelling, worker: User) -> None:
    former = factories.make_ownership(factories.make_person(real_name="唐国梁"), home)
    joining.register(worker, home, OWNING, Identity("李买", True), replaces=True)
    bought = Ownership.objects.get(until=None)

    joining.end(worker, "ownership", bought.pk, "登记错误")
    undoing.undo_end(worker, "ownership", former.pk, "登记错误")

    held = Ownership.objects.on(clock.today()).get(dwelling=home)
    assert (held, held.is_voter) == (former, True)


def test_a_change_counts_from_its_day_on(home: Dwelling, worker: User) -> None:
    today = clock.today()
    first = factories.make_ownership(factories.make_person(), home)
    second = factories.make_ownership(factories.make_person(), home, is_voter=False)
    [asked] = joining.ask(newcomer(), home, LIVING, Identity("赵敏", True))

    joining.approve(worker, "residency", asked.pk, on=today - timedelta(days=10))
    voters.name_voter(worker, second.pk, on=today - timedelta(days=3))
    joining.end(worker, "ownership", first.pk, "卖出", on=today + timedelta(days=7))

    for tie in (asked, first, second):
        tie.refresh_from_db()
    assert asked.since == today - timedelta(days=10)
    assert (second.is_voter, second.voter_since) == (True, today - timedelta(days=3))
    assert [Ownership.objects.on(today + timedelta(days=n)).count() for n in (6, 7)] == [2, 1]


@pytest.mark.parametrize("days", [91, -5000])
def test_a_day_out_of_reach_is_refused(home: Dwelling, worker: User, days: int) -> None:
    title = factories.make_ownership(factories.make_person(), home)

    with pytest.raises(NotPossible):
        joining.end(worker, "ownership", title.pk, "x", on=clock.today() + timedelta(days=days))


def test_on_the_day_a_voters_title_ends_the_co_owner_votes(home: Dwelling, worker: User) -> None:
    first = factories.make_ownership(factories.make_person(), home)
    second = factories.make_ownership(factories.make_person(), home, is_voter=False)
    end = clock.today() + timedelta(days=3)
    joining.end(worker, "ownership", first.pk, "卖出", on=end)

    assert voters.settle_voters() == 0
    with clock.at(clock.at_time(end, 1)):
        assert (voters.settle_voters(), voters.settle_voters()) == (1, 0)

    second.refresh_from_db()
    assert second.is_voter


# --- deceased ---


def family(home: Dwelling) -> tuple[User, Person]:
    """An owner with an account, a post and a team, and a co-owner."""
    crew = volunteers.make_crew(home.building.neighbourhood)
    father = factories.make_resident(dwelling=home)
    factories.make_ownership(of(father), home)
    co_owner = factories.make_person()
    factories.make_ownership(co_owner, home, is_voter=False)
    factories.make_appointment(of(father), Post.BUILDING_HEAD, home.building)
    volunteers.make_membership(crew.team, of(father))
    return father, co_owner


def test_with_a_death_everything_ends_together_and_comes_back_together(
    here: Area, home: Dwelling, place: votes.Place
) -> None:
    father, co_owner = family(home)
    day = clock.today() - timedelta(days=20)

    made = persons.mark_deceased(place.director, of(father).pk, day, "死亡证明")

    father.refresh_from_db()
    assert not father.is_active
    for held in (Residency, Ownership, Appointment):
        assert [row.until for row in held.objects.filter(person=father.person)] == [day]
    assert Ownership.objects.get(person=co_owner).is_voter
    assert not Membership.objects.active().filter(person=father.person).exists()

    persons.take_back(place.director, made.pk)

    father.refresh_from_db()
    assert (father.is_active, of(father).died_on) == (True, None)
    for held in (Residency, Ownership, Appointment):
        assert [row.until for row in held.objects.filter(person=father.person)] == [None]
    assert not Ownership.objects.get(person=co_owner).is_voter
    assert Membership.objects.active().filter(person=father.person).exists()
    assert [entry.action for entry in Entry.objects.order_by("sequence")][-2:] == [
        "person.deceased",
        "person.taken_back",
    ]


def test_a_death_is_taken_back_within_its_days(place: votes.Place, home: Dwelling) -> None:
    father, _co_owner = family(home)
    made = persons.mark_deceased(place.director, of(father).pk, clock.today(), "x")

    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(NotPossible):
        persons.take_back(place.director, made.pk)


def test_an_heir_succeeds_from_that_day_and_votes(place: votes.Place, home: Dwelling, worker: User) -> None:
    father = factories.make_person(real_name="唐国梁")
    title = factories.make_ownership(father, home)
    son = joining.register(worker, home, LIVING, Identity("唐明远", True))
    day = clock.today() - timedelta(days=20)
    death = persons.mark_deceased(worker, father.pk, day, "x")

    title.refresh_from_db()
    made = persons.pass_on(worker, father.pk, title, who=Identity("唐明远", True))

    held = Ownership.objects.get(dwelling=home, until=None)
    assert (held.person, held.since, held.is_voter, held.method) == (son, day, True, Method.COUNTER)
    assert heads(place, Electorate.OWNERS) == 1
    with pytest.raises(NotPossible):
        persons.take_back(worker, death.pk)
    persons.take_back(worker, made.pk)
    persons.take_back(worker, death.pk)
    assert Ownership.objects.get(dwelling=home).person == father


def test_a_second_heir_does_not_vote(home: Dwelling, worker: User) -> None:
    father = factories.make_person(real_name="唐国梁")
    title = factories.make_ownership(father, home)
    persons.mark_deceased(worker, father.pk, clock.today(), "x")
    title.refresh_from_db()

    for name in ("唐明远", "唐明月"):
        persons.pass_on(worker, father.pk, title, who=Identity(name, True))

    held = Ownership.objects.on(clock.today()).filter(dwelling=home).order_by("pk")
    assert [(one.person.real_name, one.is_voter) for one in held] == [("唐明远", True), ("唐明月", False)]


# --- names, phones, companies ---


def test_a_corrected_name_keeps_the_former_one_and_comes_back(home: Dwelling, worker: User) -> None:
    person = factories.make_person(real_name="张珊")
    factories.make_residency(person, home)

    made = persons.correct_name(worker, person.pk, "张山", "身份证")

    assert identity.namesakes(home, "张 山") == [person]
    assert (made.before, made.after) == ("张珊", "张山")
    persons.take_back(worker, made.pk)
    assert identity.namesakes(home, "张珊") == [person]


def test_a_phone_that_was_proved_is_not_corrected_but_released(home: Dwelling, worker: User) -> None:
    user = newcomer(PHONE)
    factories.make_residency(of(user), home)
    with pytest.raises(NotPossible):
        persons.correct_phone(worker, of(user).pk, "13900000009", "x")

    made = persons.release_phone(worker, of(user).pk, "号码已换人")

    user.refresh_from_db()
    assert (user.phone, user.phone_verified, of(user).phone) == ("", False, "")
    assert accounts.by_phone(PHONE) is None
    assert Notice.objects.filter(kind="person.phone_released", user=user).exists()
    other = newcomer(PHONE)
    with pytest.raises(NotPossible):
        persons.take_back(worker, made.pk)
    assert accounts.by_phone(PHONE) == other


def test_one_acts_for_a_company_at_a_time(home: Dwelling, worker: User) -> None:
    company = factories.make_person(real_name="某某公司")
    Person.objects.filter(pk=company.pk).update(kind=PersonKind.COMPANY)
    factories.make_ownership(company, home)
    first, second = factories.make_person(), factories.make_person()

    persons.represent(worker, company.pk, first, date(2026, 1, 1))
    made = persons.represent(worker, company.pk, second, date(2026, 3, 1))

    assert [(one.person, one.until) for one in Representative.objects.all()] == [
        (first, date(2026, 3, 1)),
        (second, None),
    ]
    persons.take_back(worker, made.pk)
    assert [(one.person, one.until) for one in Representative.objects.all()] == [(first, None)]


def test_nobody_changes_their_own_record(here: Area, home: Dwelling, worker: User) -> None:
    factories.make_residency(of(worker), home)

    with pytest.raises(NotPossible):
        persons.correct_name(worker, of(worker).pk, "王局长", "x")

    assert not PersonChange.objects.filter(what=What.NAME).exists()


def test_who_is_gone_is_forgotten_in_the_traces_too(home: Dwelling, worker: User) -> None:
    user = newcomer()
    factories.make_residency(of(user), home)
    Person.objects.filter(pk=user.person_id).update(real_name="张珊", phone=PHONE)
    second = factories.make_person(real_name="张三姐")
    factories.make_residency(second, home)
    persons.correct_name(worker, of(user).pk, "张山", "身份证")
    persons.unite(worker, of(user).pk, second, "同一人")
    Residency.objects.update(until=clock.today())

    leaving.close(User.objects.get(pk=user.pk))

    kept = str(
        [
            *Person.objects.values("real_name", "phone"),
            *PersonChange.objects.values("before", "after", "steps"),
        ]
    )
    assert [word in kept for word in ("张珊", "张山", "张三姐", PHONE)] == [False] * 4


def test_the_page_of_looks_asks_as_often_for_two_as_for_hundreds(
    client: Client, here: Area, worker: User, home: Dwelling
) -> None:
    def look(number: int) -> None:
        person = Person.objects.create(real_name=f"张{number}")
        Look.objects.create(user=worker, person=person, area=here, reason="核对")
        Look.objects.create(user=worker, dwelling=home, reason="核对")
        PersonChange.objects.create(
            neighbourhood=here, person=person, what=What.NAME, by=worker, reason="核对"
        )

    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=here))
    address = reverse("register:looks", args=[here.slug])
    costs = []
    for numbers in (range(1), range(1, 120)):
        for number in numbers:
            look(number)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
