"""Coming to live or own somewhere, and leaving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from portal.community import uniting
from portal.community.models import (
    Area,
    Dwelling,
    Method,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    Upload,
    User,
)
from portal.community.permissions import Role, roles_in
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.register.models import Invitation
from portal.register.services import accounts, identity, joining, letters, mailings, voters
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim, Whom
from tests import factories
from tests.concurrency import at_once
from tests.worlds import kept

pytestmark = pytest.mark.django_db

LIVING, OWNING, BOTH = Claim(True, False), Claim(False, True), Claim(True, True)
CHEN = Identity("陈静", adult=True)
PHONE = "13900000001"


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def home(here: Area) -> Dwelling:
    return factories.make_dwelling(within=here, room="101")


def worker(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here, title="居委会", name="沈老师")


def newcomer(phone: str = "") -> User:
    """An account whose person nobody knows yet."""
    user = factories.make_user(name="陈阿姨")
    Person.objects.filter(pk=user.person_id).update(real_name="", phone="", adult_on=None)
    user.refresh_from_db()
    if phone:
        accounts.claim_phone(user, phone, proved=True)
    return user


@kept
def roster_owner(home: Dwelling, name: str = "陈静", phone: str = PHONE, *, lives: bool = True) -> Person:
    """An owner whom the roster brought, without an account."""
    person = factories.make_person(real_name=name, phone=phone, adult=False)
    factories.make_ownership(person, home)
    if lives:
        factories.make_residency(person, home)
    return person


def roles(user: User, here: Area) -> set[Role]:
    fresh = User.objects.get(pk=user.pk)
    return set(roles_in(fresh, here)) - {Role.VISITOR, Role.ACCOUNT}


# --- asking ---


@pytest.mark.parametrize(
    ("claim", "kinds"), [(LIVING, ["residency"]), (OWNING, ["ownership"]), (BOTH, ["residency", "ownership"])]
)
def test_a_request_waits_and_gives_no_role(
    here: Area, home: Dwelling, claim: Claim, kinds: list[str]
) -> None:
    user = newcomer()

    made = joining.ask(user, home, claim, CHEN)

    assert [tie._meta.model_name for tie in made] == kinds
    assert roles(user, here) == set()
    assert [tie.pk for tie, _duty in joining.waiting_requests(here)] == [tie.pk for tie in made]
    assert joining.waiting_requests(factories.make_neighbourhood()) == []
    assert Entry.objects.count() == 0


def test_who_is_neither_asks_nothing(home: Dwelling) -> None:
    with pytest.raises(NotPossible):
        joining.ask(newcomer(), home, Claim(False, False), CHEN)


def test_one_asks_once_and_again_after_a_refusal(here: Area, home: Dwelling) -> None:
    user = newcomer()
    [tie] = joining.ask(user, home, LIVING, CHEN)
    with pytest.raises(NotPossible):
        joining.ask(user, home, LIVING, CHEN)

    joining.refuse(worker(here), "residency", tie.pk, "请带租赁合同到居委会")

    assert [again.pk for again in joining.ask(user, home, LIVING, CHEN)] != [tie.pk]


def test_requests_are_few_at_a_time(here: Area) -> None:
    user = newcomer()
    for _ in range(5):
        joining.ask(user, factories.make_dwelling(within=here), LIVING, CHEN)

    with pytest.raises(NotPossible):
        joining.ask(user, factories.make_dwelling(within=here), LIVING, CHEN)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_asks_once() -> None:
    home = factories.make_dwelling(within=factories.make_neighbourhood())
    user = newcomer()

    at_once(6, lambda: joining.ask(User.objects.get(pk=user.pk), home, LIVING, CHEN))

    assert Residency.objects.count() == 1


def test_a_request_can_be_taken_back_by_its_owner_only(home: Dwelling) -> None:
    user = newcomer()
    [tie] = joining.ask(user, home, LIVING, CHEN)

    with pytest.raises(PermissionDenied):
        joining.withdraw(newcomer(), "residency", tie.pk)
    joining.withdraw(user, "residency", tie.pk)

    assert Residency.objects.count() == 0


def test_the_real_name_is_fixed_once_somebody_is_verified(home: Dwelling, here: Area) -> None:
    user = factories.make_resident(within=here)
    name = factories.person_of(user).real_name

    joining.ask(user, home, OWNING, Identity("别的名字", adult=True))

    assert Person.objects.get(pk=user.person_id).real_name == name


# --- age ---


@pytest.mark.parametrize(
    ("born", "adult_on"),
    [
        (date(2010, 3, 1), date(2028, 3, 1)),
        (date(2012, 2, 29), date(2030, 3, 1)),
        (date(2011, 12, 31), date(2029, 12, 31)),
    ],
)
def test_only_the_day_of_growing_up_is_kept(home: Dwelling, born: date, adult_on: date) -> None:
    user = newcomer()
    with clock.at(clock.at_time(date(2026, 11, 20), 12)):
        joining.ask(user, home, LIVING, Identity("陈静", adult=False, birthday=born))

    assert Person.objects.get(pk=user.person_id).adult_on == adult_on


@pytest.mark.parametrize(
    ("born", "fair"), [(date(2012, 11, 20), True), (date(2012, 11, 21), False), (date(2012, 2, 29), True)]
)
def test_under_fourteen_there_is_no_account_of_ones_own(home: Dwelling, born: date, fair: bool) -> None:
    """Personal information law art. 28, 31: the day of the fourteenth birthday is the first."""
    user = newcomer()
    who = Identity("陈静", adult=False, birthday=born)

    with clock.at(clock.at_time(date(2026, 11, 20), 12)):
        if fair:
            joining.ask(user, home, LIVING, who)
        else:
            with pytest.raises(NotPossible):
                joining.ask(user, home, LIVING, who)

    assert Residency.objects.count() == int(fair)


def test_a_minor_needs_a_birthday(home: Dwelling) -> None:
    with pytest.raises(NotPossible):
        joining.ask(newcomer(), home, LIVING, Identity("陈静", adult=False))


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(1, 120))
def test_a_birthday_comes_after_exactly_so_many_years(born: date, years: int) -> None:
    day = identity.birthday_number(years, born)

    assert day.year - born.year == years
    assert (day.month, day.day) in {(born.month, born.day), (3, 1)}


# --- approving ---


def test_an_approved_resident_can_take_part_at_once(here: Area, home: Dwelling) -> None:
    user = newcomer()
    [tie] = joining.ask(user, home, LIVING, CHEN)

    joining.approve(worker(here), "residency", tie.pk)

    found = Residency.objects.get()
    assert roles(user, here) == {Role.RESIDENT}
    assert (found.status, found.method, found.since) == (
        RelationStatus.VERIFIED,
        Method.REQUEST,
        clock.today(),
    )
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.title) == (
        "residency.verified",
        "居委会 沈老师",
        home.building.name,
    )
    assert entry.data == {"method": "request"}


def test_the_record_holds_nothing_personal(here: Area, home: Dwelling) -> None:
    user = newcomer(PHONE)
    ties = joining.ask(user, home, BOTH, CHEN)
    staff = worker(here)
    joining.approve(staff, "residency", ties[0].pk)
    joining.refuse(staff, "ownership", ties[1].pk, "陈静的产权证看不清")
    joining.end(staff, "residency", ties[0].pk, "陈静搬走了")

    told = str(list(Entry.objects.values("actor", "title", "data")))

    assert [word in told for word in ("陈静", "陈阿姨", PHONE, home.room)] == [False] * 4


def test_the_second_owner_does_not_vote(here: Area, home: Dwelling) -> None:
    roster_owner(home, "李明", "13900000002")
    [tie] = joining.ask(newcomer(), home, OWNING, CHEN)

    joining.approve(worker(here), "ownership", tie.pk)

    held = Ownership.objects.on(clock.today()).order_by("pk")
    assert [(title.person.real_name, title.is_voter) for title in held] == [("李明", True), ("陈静", False)]


def test_a_sale_ends_the_titles_until_now(here: Area, home: Dwelling) -> None:
    roster_owner(home, "李明", "13900000002")
    user = newcomer()
    [tie] = joining.ask(user, home, OWNING, CHEN)

    joining.approve(worker(here), "ownership", tie.pk, replaces=True)

    held = Ownership.objects.on(clock.today())
    assert [(title.person.real_name, title.is_voter) for title in held] == [("陈静", True)]
    assert Residency.objects.on(clock.today()).count() == 0


@pytest.mark.parametrize("claim", [LIVING, OWNING, BOTH])
def test_account_and_roster_become_one_person(here: Area, home: Dwelling, claim: Claim) -> None:
    known = roster_owner(home)
    user = newcomer(PHONE)
    ties = joining.ask(user, home, claim, CHEN)
    staff = worker(here)

    joining.approve(staff, ties[0]._meta.model_name or "", ties[0].pk)

    user.refresh_from_db()
    assert user.person == known
    assert (known.public_name, Person.objects.filter(real_name="陈静").count()) != ("陈静", 2)
    assert roles(user, here) == {Role.RESIDENT, Role.OWNER}
    assert [Ownership.objects.count(), Residency.objects.count()] == [1, 1]
    person = Person.objects.get(pk=known.pk)
    assert (person.display_name, person.phone, person.adult_on) == ("陈阿姨", PHONE, clock.today())


def test_what_the_account_did_before_belongs_to_the_one_person(here: Area, home: Dwelling) -> None:
    known = roster_owner(home)
    user = newcomer()
    elsewhere = factories.make_dwelling()
    factories.make_residency(factories.person_of(user), elsewhere)
    upload = Upload.objects.create(
        area=here,
        owner=factories.person_of(user),
        name="x",
        content_type="image/jpeg",
        size=1,
        sha256="0" * 64,
    )
    Person.objects.filter(pk=user.person_id).update(real_name="陈静")
    [tie] = joining.ask(User.objects.get(pk=user.pk), home, OWNING, CHEN)

    joining.approve(worker(here), "ownership", tie.pk)

    upload.refresh_from_db()
    assert upload.owner == known
    assert Residency.objects.get(dwelling=elsewhere).person == known


def test_who_lives_twice_in_one_flat_lives_there_once(here: Area, home: Dwelling) -> None:
    known = roster_owner(home)
    user = newcomer()
    other = factories.make_dwelling()
    for person in (known, factories.person_of(user)):
        factories.make_residency(person, other)
    Person.objects.filter(pk=user.person_id).update(real_name="陈静")
    [tie] = joining.ask(User.objects.get(pk=user.pk), home, OWNING, CHEN)

    joining.approve(worker(here), "ownership", tie.pk)

    user.refresh_from_db()
    assert user.person == known
    assert Residency.objects.on(clock.today()).filter(dwelling=other).count() == 1


def test_two_people_who_cannot_be_one_stay_two(
    here: Area, home: Dwelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = roster_owner(home)
    user = newcomer()
    [tie] = joining.ask(user, home, OWNING, CHEN)
    monkeypatch.setattr(uniting, "_SETTLES", {})
    other = factories.make_dwelling()
    for person in (known, factories.person_of(user)):
        factories.make_residency(person, other)

    with pytest.raises(NotPossible):
        joining.approve(worker(here), "ownership", tie.pk)

    user.refresh_from_db()
    assert user.person != known
    assert Ownership.objects.get(pk=tie.pk).status == RelationStatus.REQUESTED


def test_of_somebody_who_has_an_account_staff_are_asked(here: Area, home: Dwelling) -> None:
    known = roster_owner(home)
    former = factories.make_account(person=known)
    user = newcomer()
    [tie] = joining.ask(user, home, OWNING, CHEN)
    staff = worker(here)

    with pytest.raises(NotPossible):
        joining.approve(staff, "ownership", tie.pk)
    joining.approve(staff, "ownership", tie.pk, whom=Whom(known=known))

    user.refresh_from_db()
    former.refresh_from_db()
    assert (user.person, former.is_active) == (known, False)
    assert Ownership.objects.on(clock.today()).get(dwelling=home).person == known


def test_the_same_name_can_be_somebody_else(here: Area, home: Dwelling) -> None:
    known = roster_owner(home)
    factories.make_account(person=known)
    user = newcomer()
    [tie] = joining.ask(user, home, OWNING, CHEN)

    joining.approve(worker(here), "ownership", tie.pk, whom=Whom(another=True))

    user.refresh_from_db()
    assert user.person != known
    assert Ownership.objects.on(clock.today()).filter(dwelling=home).count() == 2


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_a_request_is_decided_once(here: Area, home: Dwelling, act: str) -> None:
    [tie] = joining.ask(newcomer(), home, LIVING, CHEN)
    staff = worker(here)
    joining.approve(staff, "residency", tie.pk)

    with pytest.raises(NotPossible):
        ACTS[act](staff, tie, home)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_co_owners_approved_at_once_have_one_voter() -> None:
    here = factories.make_neighbourhood()
    home = factories.make_dwelling(within=here)
    staff = worker(here)
    ties = [joining.ask(newcomer(), home, OWNING, Identity(f"业主{n}", adult=True))[0] for n in range(6)]

    outcome = at_once(6, lambda n: joining.approve(staff, "ownership", ties[n].pk), numbered=True)

    assert outcome.errors == []
    assert sorted(Ownership.objects.on(clock.today()).values_list("is_voter", flat=True)) == [False] * 5 + [
        True
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_request_decided_at_once_is_decided_once() -> None:
    here = factories.make_neighbourhood()
    home = factories.make_dwelling(within=here)
    staff = worker(here)
    [tie] = joining.ask(newcomer(), home, LIVING, CHEN)

    outcome = at_once(6, lambda: joining.approve(staff, "residency", tie.pk))

    assert [len(outcome.results), {type(error) for error in outcome.errors}] == [1, {NotPossible}]
    assert Entry.objects.count() == 1


ACTS: dict[str, Any] = {
    "approve": lambda user, tie, home: joining.approve(user, "residency", tie.pk),
    "refuse": lambda user, tie, home: joining.refuse(user, "residency", tie.pk, "x"),
    "end": lambda user, tie, home: joining.end(user, "residency", tie.pk, "x"),
    "voter": lambda user, tie, home: voters.name_voter(user, Ownership.objects.get(dwelling=home).pk),
    "register": lambda user, tie, home: joining.register(user, home, LIVING, Identity("李明", adult=True)),
    "letters": lambda user, tie, home: mailings.issue(user, [home]),
}


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.VISITOR, Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]
)
@pytest.mark.parametrize("act", ACTS)
def test_only_the_committee_of_the_place_decides(here: Area, home: Dwelling, role: Role, act: str) -> None:
    roster_owner(home, "房东", "13900000003", lives=False)
    [tie] = joining.ask(newcomer(), home, LIVING, CHEN)
    if act == "end":
        Residency.objects.update(status=RelationStatus.VERIFIED)
    local = factories.make_user(role, neighbourhood=here)
    stranger = factories.make_user(role, neighbourhood=factories.make_neighbourhood())

    with pytest.raises(PermissionDenied):
        ACTS[act](stranger, tie, home)
    if role in {Role.WORKER, Role.DIRECTOR}:
        ACTS[act](local, tie, home)
    else:
        with pytest.raises(PermissionDenied):
            ACTS[act](local, tie, home)


# --- ending ---


def test_who_moves_out_says_so_and_keeps_the_title(here: Area, home: Dwelling) -> None:
    user = factories.make_resident(dwelling=home)
    title = factories.make_ownership(factories.person_of(user), home)

    joining.leave(user, Residency.objects.get().pk)

    assert roles(user, here) == {Role.OWNER}
    assert Residency.objects.get().until == clock.today()
    assert Ownership.objects.get() == title


def test_nobody_moves_another_out(home: Dwelling) -> None:
    factories.make_resident(dwelling=home)

    with pytest.raises(PermissionDenied):
        joining.leave(factories.make_resident(dwelling=home), Residency.objects.order_by("pk")[0].pk)


def test_when_the_voters_title_ends_the_next_co_owner_votes(here: Area, home: Dwelling) -> None:
    first, second = (factories.make_person(real_name=name) for name in ("陈静", "李明"))
    title = factories.make_ownership(first, home)
    factories.make_ownership(second, home, is_voter=False)

    joining.end(worker(here), "ownership", title.pk, "已过世")

    assert Ownership.objects.on(clock.today()).get().is_voter


def test_co_owners_name_another_voter(here: Area, home: Dwelling) -> None:
    factories.make_ownership(factories.make_person(), home)
    second = factories.make_ownership(factories.make_person(), home, is_voter=False)

    voters.name_voter(worker(here), second.pk)

    assert list(Ownership.objects.order_by("pk").values_list("is_voter", flat=True)) == [False, True]


# --- at the counter ---


def test_somebody_without_a_phone_is_entered_at_the_counter(here: Area, home: Dwelling) -> None:
    person = joining.register(worker(here), home, BOTH, CHEN)

    assert (person.real_name, person.phone, person.adult_on) == ("陈静", "", clock.today())
    assert [Residency.objects.get().method, Ownership.objects.get().method] == [Method.COUNTER] * 2
    actions = [entry.action for entry in Entry.objects.order_by("sequence")]
    assert actions == ["residency.verified", "ownership.verified"]


def test_the_counter_knows_who_the_roster_has(here: Area, home: Dwelling) -> None:
    known = roster_owner(home, lives=False)

    person = joining.register(worker(here), home, BOTH, CHEN, phone="13900000009")

    assert (person, Ownership.objects.count(), Residency.objects.count()) == (known, 1, 1)
    assert Person.objects.get(pk=known.pk).phone == "13900000009"


# --- codes ---


def letter(here: Area, home: Dwelling) -> str:
    return mailings.issue(worker(here), [home])[0].code


@pytest.mark.parametrize(
    "written",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", " "),
        lambda code: f" {code} ",
    ],
)
def test_a_code_verifies_at_once(here: Area, home: Dwelling, written: Any) -> None:
    user = newcomer()

    joined = letters.use(user, written(letter(here, home)), LIVING, CHEN)

    assert (joined.verified, joined.waiting) == (True, False)
    assert roles(user, here) == {Role.RESIDENT}
    home_ = Residency.objects.get()
    assert (home_.method, home_.person.real_name) == (Method.LETTER, "陈静")
    used = Invitation.objects.get()
    assert (used.used_by, used.used_at is not None) == (home_.person, True)


def test_the_code_itself_is_kept_nowhere(here: Area, home: Dwelling) -> None:
    code = letter(here, home)

    assert code.replace("-", "") not in str(list(Invitation.objects.values()))
    assert len(Invitation.objects.get().code_hash) == 64


def test_codes_are_easy_to_read_and_never_alike(here: Area) -> None:
    building = factories.make_building(parent=here)
    homes = [factories.make_dwelling(within=building) for _ in range(200)]

    codes = [one.code for one in mailings.issue(worker(here), homes)]

    assert len(set(codes)) == 200
    assert {len(code) for code in codes} == {9}
    assert set("".join(codes)) <= set("23456789ABCDEFGHJKMNPQRSTWXYZ-")


def test_a_code_is_used_once(here: Area, home: Dwelling) -> None:
    code = letter(here, home)
    letters.use(newcomer(), code, LIVING, CHEN)

    with pytest.raises(NotPossible):
        letters.use(newcomer(), code, LIVING, Identity("李明", adult=True))

    assert Residency.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_code_used_at_once_is_used_once() -> None:
    here = factories.make_neighbourhood()
    home = factories.make_dwelling(within=here)
    code = letter(here, home)
    users = [newcomer() for _ in range(6)]

    outcome = at_once(6, lambda n: letters.use(users[n], code, LIVING, CHEN), numbered=True)

    assert [len(outcome.results), {type(error) for error in outcome.errors}] == [1, {NotPossible}]
    assert Residency.objects.count() == 1


@pytest.mark.parametrize(("days", "fair"), [(60, True), (61, False)])
def test_a_code_is_valid_to_the_end_of_its_last_day(
    here: Area, home: Dwelling, days: int, fair: bool
) -> None:
    printed = clock.at_time(date(2026, 11, 20), 9)
    with clock.at(printed):
        code = letter(here, home)
    user = newcomer()

    with clock.at(clock.at_time(date(2026, 11, 20) + timedelta(days=days), 23, 59)):
        if fair:
            letters.use(user, code, LIVING, CHEN)
        else:
            with pytest.raises(NotPossible):
                letters.use(user, code, LIVING, CHEN)

    assert Residency.objects.count() == int(fair)


def test_a_new_letter_makes_the_old_one_void(here: Area, home: Dwelling) -> None:
    old = letter(here, home)
    new = letter(here, home)

    with pytest.raises(NotPossible):
        letters.use(newcomer(), old, LIVING, CHEN)
    assert letters.use(newcomer(), new, LIVING, CHEN).verified


def test_a_new_password_revives_no_code(here: Area, home: Dwelling) -> None:
    user, code = newcomer(), letter(here, home)
    letters.use(user, code, LIVING, CHEN)
    joining.leave(user, Residency.objects.get().pk)
    user.set_password("another-one-2026")
    user.save()

    with pytest.raises(NotPossible):
        letters.use(user, code, LIVING, CHEN)


def test_wrong_used_and_expired_codes_are_told_alike(here: Area, home: Dwelling) -> None:
    used = letter(here, home)
    letters.use(newcomer(), used, LIVING, CHEN)
    expired = letter(here, factories.make_dwelling(within=here))
    Invitation.objects.filter(used_at=None).update(expires_at=clock.now())

    told = set()
    for code in (used, expired, "K7QM-3XRT", "", "💥"):
        with pytest.raises(NotPossible) as refusal:
            letters.use(newcomer(), code, LIVING, CHEN)
        told.add(str(refusal.value))

    assert len(told) == 1


def test_codes_cannot_be_guessed(here: Area, home: Dwelling) -> None:
    user, code = newcomer(), letter(here, home)
    for number in range(10):
        with pytest.raises(NotPossible):
            letters.use(user, f"WRNG-{number:04d}", LIVING, CHEN)

    with pytest.raises(NotPossible):
        letters.use(user, code, LIVING, CHEN)
    assert letters.use(newcomer(), code, LIVING, CHEN).verified


def test_guessing_from_many_accounts_at_one_address_ends_too(here: Area, home: Dwelling) -> None:
    code = letter(here, home)
    for _ in range(100):
        with pytest.raises(NotPossible):
            letters.use(factories.make_user(), "WRNG-0000", LIVING, CHEN, address="10.0.0.1")

    with pytest.raises(NotPossible):
        letters.use(newcomer(), code, LIVING, CHEN, address="10.0.0.1")
    assert letters.use(newcomer(), code, LIVING, CHEN, address="10.0.0.2").verified


def test_a_letter_proves_the_letterbox_and_not_the_title(here: Area, home: Dwelling) -> None:
    user = newcomer()

    joined = letters.use(user, letter(here, home), BOTH, CHEN)

    assert (joined.verified, joined.waiting) == (True, True)
    assert roles(user, here) == {Role.RESIDENT}
    assert Ownership.objects.get().status == RelationStatus.REQUESTED


def test_the_rosters_owner_with_the_rosters_phone_is_known_at_once(here: Area, home: Dwelling) -> None:
    known = roster_owner(home, lives=False)
    user = newcomer(PHONE)

    joined = letters.use(user, letter(here, home), BOTH, CHEN)

    user.refresh_from_db()
    assert ((joined.verified, joined.waiting), user.person) == ((True, False), known)
    assert roles(user, here) == {Role.RESIDENT, Role.OWNER}


@pytest.mark.parametrize("phone", ["", "13900000009"])
def test_who_only_knows_the_owners_name_gets_nothing_at_once(here: Area, home: Dwelling, phone: str) -> None:
    """A tenant knows the owner's name from the lease."""
    known = roster_owner(home)
    user = newcomer(phone)

    joined = letters.use(user, letter(here, home), BOTH, CHEN)

    user.refresh_from_db()
    assert (joined.verified, joined.waiting) == (False, True)
    assert user.person != known
    assert roles(user, here) == set()


def test_a_household_hands_on_a_code(here: Area, home: Dwelling) -> None:
    user = factories.make_resident(dwelling=home)

    made = letters.hand_out(user, home.pk)
    second = newcomer()
    letters.use(second, made.code, LIVING, Identity("儿子", adult=True))

    assert roles(second, here) == {Role.RESIDENT}
    assert Residency.objects.get(person__real_name="儿子").method == Method.NEIGHBOUR
    assert Entry.objects.count() == 0


def test_a_household_has_three_open_codes_at_most(here: Area, home: Dwelling) -> None:
    user = factories.make_resident(dwelling=home)
    codes = [letters.hand_out(user, home.pk).code for _ in range(3)]
    with pytest.raises(NotPossible):
        letters.hand_out(user, home.pk)

    letters.use(newcomer(), codes[0], LIVING, CHEN)

    assert letters.hand_out(user, home.pk).code not in codes


@pytest.mark.parametrize("who", ["stranger", "waiting", "gone"])
def test_only_the_household_hands_on_codes(here: Area, home: Dwelling, who: str) -> None:
    user = factories.make_resident(within=here)
    if who == "waiting":
        joining.ask(user, home, LIVING, CHEN)
    if who == "gone":
        factories.make_residency(factories.person_of(user), home, until=clock.today())

    with pytest.raises(NotPossible):
        letters.hand_out(user, home.pk)
