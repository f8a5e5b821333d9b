"""The committee's answer to a request: owed by a date, told in the transaction of the decision, seen by both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.community.models import (
    Area,
    Dwelling,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    RuleSet,
    User,
)
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.services import key
from portal.register import roster
from portal.register.services import accounts, identity, joining, leaving, letters, mailings, tidying
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim, Tie
from portal.register.services.roster import import_roster
from tests import factories
from tests.concurrency import at_once
from tests.register.rosters import as_csv, row

pytestmark = pytest.mark.django_db

LIVING, OWNING, BOTH = Claim(True, False), Claim(False, True), Claim(True, True)
CHEN = Identity("陈静", adult=True)
PHONE = "13900000001"
# The eve of the National Day holiday: 1 to 7 October rest, Saturday the 10th is worked.
EVE = clock.at_time(date(2026, 9, 30), 15)
DUE = "10月13日（周二）24:00"
DUE_AT = clock.end_of(date(2026, 10, 13))


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨")


@pytest.fixture
def home(here: Area) -> Dwelling:
    building = factories.make_building(parent=here, name="1号楼")
    return Dwelling.objects.create(building=building, entrance="1单元", room="101", exclusive_area=8642)


@pytest.fixture
def worker(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here, name="沈老师")


@pytest.fixture
def asker() -> User:
    """Somebody new, whose number is proved."""
    user = factories.make_user(name="陈阿姨")
    Person.objects.filter(pk=user.person_id).update(real_name="", phone="", adult_on=None)
    user.refresh_from_db()
    accounts.claim_phone(user, PHONE, proved=True)
    return user


def kinds(user: User) -> list[str]:
    """What somebody was told, the oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def open_duties() -> list[str]:
    return sorted(f"{duty.kind} {duty.subject}" for duty in Duty.objects.active())


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    client.force_login(user)
    return client


def page(user: User, path: str) -> str:
    return " ".join(browser(user).get(path).content.decode().split())


# --- what a request opens ---


@pytest.mark.parametrize(
    ("claim", "opened"),
    [
        (LIVING, ["residency.decide"]),
        (OWNING, ["ownership.decide"]),
        (BOTH, ["ownership.decide", "residency.decide"]),
    ],
)
def test_a_request_opens_exactly_one_duty_of_the_committee(
    here: Area, home: Dwelling, worker: User, asker: User, claim: Claim, opened: list[str]
) -> None:
    made = joining.ask(asker, home, claim, CHEN)

    assert list(Duty.objects.order_by("kind").values_list("kind", flat=True)) == opened
    for tie in made:
        duty = Duty.objects.get(subject=key(tie))
        assert (duty.neighbourhood, duty.area, duty.post, duty.person) == (here, here, Post.WORKER, None)
        assert duty.kind == f"{tie._meta.model_name}.decide"
        assert browser(worker).get(duty.url).status_code == 200


def test_the_answer_is_due_in_working_days(home: Dwelling, asker: User) -> None:
    with clock.at(EVE):
        joining.ask(asker, home, LIVING, CHEN)

    duty = Duty.objects.get()
    assert (duty.opened_at, duty.due_at, duty.provisional) == (EVE, DUE_AT, False)


def test_a_neighbourhood_has_its_own_number_of_days(here: Area, home: Dwelling, asker: User) -> None:
    RuleSet.objects.create(
        area=here,
        key="request.answer_working_days",
        value=1,
        valid_from=date(2026, 1, 1),
        status="local_rule",
    )

    with clock.at(EVE):
        joining.ask(asker, home, LIVING, CHEN)

    assert Duty.objects.get().due_at == clock.end_of(date(2026, 10, 8))


def test_a_duty_holds_no_more_than_the_building(home: Dwelling, asker: User) -> None:
    joining.ask(asker, home, BOTH, CHEN)

    told = str(list(Duty.objects.values())) + str(list(Notice.objects.values("params", "url")))

    titles = [*Duty.objects.values_list("title", flat=True), str(list(Notice.objects.values("params")))]
    assert [word in told for word in ("1号楼", "陈静", "陈阿姨", PHONE)] == [True] + [False] * 3
    # Keys and addresses hold numbers of their own.
    assert "101" not in " ".join(titles)


def test_asking_twice_opens_nothing_more(home: Dwelling, worker: User, asker: User) -> None:
    joining.ask(asker, home, LIVING, CHEN)
    with pytest.raises(NotPossible):
        joining.ask(asker, home, LIVING, CHEN)

    assert (Duty.objects.count(), kinds(worker)) == (1, ["residency.requested"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_opens_one_duty() -> None:
    here = factories.make_neighbourhood()
    home, user = factories.make_dwelling(within=here), factories.make_user()
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)

    at_once(6, lambda: joining.ask(User.objects.get(pk=user.pk), home, LIVING, CHEN))

    assert (Residency.objects.count(), Duty.objects.count(), kinds(shen)) == (1, 1, ["residency.requested"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_request_decided_and_taken_back_at_once_has_one_end() -> None:
    here = factories.make_neighbourhood()
    home, user = factories.make_dwelling(within=here), factories.make_user()
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)
    [tie] = joining.ask(user, home, LIVING, CHEN)
    ends: list[Callable[[], object]] = [
        lambda: joining.approve(shen, "residency", tie.pk),
        lambda: joining.refuse(shen, "residency", tie.pk, "x"),
        lambda: joining.withdraw(user, "residency", tie.pk),
        lambda: leaving.close(User.objects.get(pk=user.pk)),
    ]

    outcome = at_once(4, lambda n: ends[n](), numbered=True)

    assert {type(error) for error in outcome.errors} <= {NotPossible}
    duty = Duty.objects.get()
    assert (duty.done_at is None) != (duty.dropped_at is None)
    decided = Residency.objects.exclude(status=RelationStatus.REQUESTED).count()
    assert decided == Residency.objects.count() == int(duty.done_at is not None)


def test_only_those_who_hold_the_post_here_are_told(here: Area, home: Dwelling, asker: User) -> None:
    told = [factories.make_user(post=Post.WORKER, neighbourhood=here) for _ in range(2)]
    others = [
        factories.make_user(post=Post.WORKER, neighbourhood=factories.make_neighbourhood()),
        factories.make_user(post=Post.PROPERTY, neighbourhood=here),
        factories.make_resident(within=here),
    ]

    joining.ask(asker, home, LIVING, CHEN)

    assert [kinds(user) for user in told] == [["residency.requested"]] * 2
    assert [kinds(user) for user in [*others, asker]] == [[]] * 4
    notice = Notice.objects.filter(user=told[0]).get()
    assert (notice.title, notice.url) == ("有人申请核实居住或产权", Duty.objects.get().url)


def test_where_nobody_holds_the_post_the_director_is_told(here: Area, home: Dwelling, asker: User) -> None:
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)

    joining.ask(asker, home, LIVING, CHEN)

    assert kinds(director) == ["residency.requested"]


def test_the_notice_says_by_when(home: Dwelling, worker: User, asker: User) -> None:
    with clock.at(EVE):
        joining.ask(asker, home, LIVING, CHEN)
        assert Notice.objects.get().body == f"1号楼：请在{DUE}前答复。"


def test_a_request_that_is_rolled_back_tells_nobody(home: Dwelling, worker: User, asker: User) -> None:
    with transaction.atomic():
        joining.ask(asker, home, LIVING, CHEN)
        transaction.set_rollback(True)

    assert (Residency.objects.count(), Duty.objects.count(), Notice.objects.count()) == (0, 0, 0)


# --- how a request ends ---


@pytest.mark.parametrize("kind", ["residency.verified", "residency.refused"])
def test_a_decided_request_is_told_once(home: Dwelling, worker: User, asker: User, kind: str) -> None:
    [tie] = joining.ask(asker, home, LIVING, CHEN)
    assert not Notice.objects.filter(user=asker).exists()

    if kind == "residency.verified":
        joining.approve(worker, "residency", tie.pk)
    else:
        joining.refuse(worker, "residency", tie.pk, "请带租赁合同来")
    with pytest.raises(NotPossible):
        joining.approve(worker, "residency", tie.pk)

    assert kinds(asker) == [kind]
    duty = Duty.objects.get()
    assert (duty.done_by, duty.dropped_at) == (worker, None)
    assert duty.done_at is not None


def test_the_notice_of_the_decision_leads_to_ones_own_page(home: Dwelling, worker: User, asker: User) -> None:
    [tie] = joining.ask(asker, home, OWNING, CHEN)

    joining.approve(worker, "ownership", tie.pk)

    notice = Notice.objects.get(user=asker)
    assert (notice.title, notice.url) == ("您的申请已核实通过", f"/me/#ownership-{tie.pk}")
    assert "天馨" in notice.body


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_a_decision_that_is_rolled_back_tells_nobody(
    home: Dwelling, worker: User, asker: User, act: str
) -> None:
    [tie] = joining.ask(asker, home, LIVING, CHEN)
    decide = {
        "approve": lambda: joining.approve(worker, "residency", tie.pk),
        "refuse": lambda: joining.refuse(worker, "residency", tie.pk, "x"),
    }

    with transaction.atomic():
        decide[act]()
        transaction.set_rollback(True)

    assert (kinds(asker), open_duties()) == ([], [f"residency.decide {key(tie)}"])


def test_an_approval_that_is_not_possible_leaves_the_promise(
    home: Dwelling, worker: User, asker: User
) -> None:
    """Somebody of the name has an account already, and nobody has said whether it is the same person."""
    known = factories.make_person(real_name="陈静")
    factories.make_ownership(known, home)
    factories.make_account(person=known)
    [tie] = joining.ask(asker, home, OWNING, CHEN)

    with pytest.raises(NotPossible):
        joining.approve(worker, "ownership", tie.pk)

    assert (kinds(asker), open_duties()) == ([], [f"ownership.decide {key(tie)}"])


def test_after_a_refusal_a_new_request_is_a_new_promise(home: Dwelling, worker: User, asker: User) -> None:
    [first] = joining.ask(asker, home, LIVING, CHEN)
    joining.refuse(worker, "residency", first.pk, "x")

    [second] = joining.ask(asker, home, LIVING, CHEN)

    assert open_duties() == [f"residency.decide {key(second)}"]
    assert kinds(worker) == ["residency.requested"] * 2


def _take_back(worker: User, asker: User, ties: list[Tie]) -> None:
    for tie in ties:
        joining.withdraw(asker, str(tie._meta.model_name), tie.pk)


def _close_account(worker: User, asker: User, ties: list[Tie]) -> None:
    leaving.close(User.objects.get(pk=asker.pk))


@pytest.mark.parametrize("end", [_take_back, _close_account])
def test_a_request_taken_back_drops_what_was_owed(
    home: Dwelling, worker: User, asker: User, end: Callable[[User, User, list[Tie]], None]
) -> None:
    ties = joining.ask(asker, home, BOTH, CHEN)

    end(worker, asker, ties)

    assert (Residency.objects.count(), Ownership.objects.count()) == (0, 0)
    assert [(duty.done_at, duty.dropped_at is None) for duty in Duty.objects.all()] == [(None, False)] * 2
    assert kinds(asker) == []


def test_others_requests_stay_when_an_account_is_closed(home: Dwelling, worker: User, asker: User) -> None:
    joining.ask(asker, home, LIVING, CHEN)
    [tie] = joining.ask(factories.make_user(), home, LIVING, Identity("李明", adult=True))

    leaving.close(User.objects.get(pk=asker.pk))

    assert open_duties() == [f"residency.decide {key(tie)}"]


def test_a_roster_that_has_the_asker_answers(here: Area, home: Dwelling, worker: User, asker: User) -> None:
    ties = joining.ask(asker, home, BOTH, CHEN)

    import_roster(worker, here, roster.parse(as_csv(row(phone=PHONE))))

    assert {tie._meta.model.objects.get().status for tie in ties} == {RelationStatus.VERIFIED}
    assert [(duty.done_by, duty.dropped_at) for duty in Duty.objects.all()] == [(worker, None)] * 2
    assert kinds(asker) == ["residency.verified"] * 2


def test_a_roster_that_changes_a_verified_title_tells_nobody(
    here: Area, home: Dwelling, worker: User
) -> None:
    owner = factories.make_user()
    person = factories.person_of(owner)
    Person.objects.filter(pk=person.pk).update(real_name="陈静", phone=PHONE)
    factories.make_ownership(person, home)

    import_roster(worker, here, roster.parse(as_csv(row(phone=PHONE, right="公房承租人"))))

    assert Ownership.objects.get().right == "public_tenant"
    assert (Notice.objects.count(), Duty.objects.count()) == (0, 0)


def test_a_code_answers_without_anybodys_decision(home: Dwelling, worker: User, asker: User) -> None:
    joining.ask(asker, home, LIVING, CHEN)
    code = mailings.issue(worker, [home])[0].code

    joined = letters.use(asker, code, LIVING, CHEN)

    assert joined.verified
    duty = Duty.objects.get()
    assert (duty.done_at is None, duty.done_by, duty.dropped_at) == (False, None, None)
    assert kinds(asker) == []


def test_a_title_that_a_code_passes_on_is_owed_an_answer(home: Dwelling, worker: User, asker: User) -> None:
    letters.use(asker, mailings.issue(worker, [home])[0].code, BOTH, CHEN)

    assert open_duties() == [f"ownership.decide {key(Ownership.objects.get())}"]
    assert kinds(worker) == ["residency.requested"]


@pytest.mark.parametrize("approved", ["residency", "ownership"])
def test_one_approval_that_makes_two_people_one_settles_both_requests(
    home: Dwelling, worker: User, asker: User, approved: str
) -> None:
    known = factories.make_person(real_name="陈静", phone=PHONE)
    factories.make_ownership(known, home)
    factories.make_residency(known, home)
    ties = {str(tie._meta.model_name): tie for tie in joining.ask(asker, home, BOTH, CHEN)}

    joining.approve(worker, approved, ties[approved].pk)

    assert (open_duties(), kinds(asker)) == ([], ["residency.verified"])
    assert Duty.objects.get(subject=key(ties[approved])).done_by == worker


def test_a_request_that_goes_over_to_the_one_person_is_still_owed(
    here: Area, home: Dwelling, worker: User, asker: User
) -> None:
    """The roster's person owns the flat but does not live there: that request waits on."""
    factories.make_ownership(factories.make_person(real_name="陈静", phone=PHONE), home)
    living, owning = joining.ask(asker, home, BOTH, CHEN)

    joining.approve(worker, "ownership", owning.pk)

    assert open_duties() == [f"residency.decide {key(living)}"]
    joining.approve(worker, "residency", living.pk)
    assert (open_duties(), kinds(asker)) == ([], ["residency.verified"] * 2)


def test_a_person_made_one_by_code_leaves_no_promise_behind(
    home: Dwelling, worker: User, asker: User
) -> None:
    known = factories.make_person(real_name="陈静", phone=PHONE)
    factories.make_ownership(known, home)
    joining.ask(asker, home, OWNING, CHEN)

    letters.use(asker, mailings.issue(worker, [home])[0].code, LIVING, CHEN)

    assert (open_duties(), Ownership.objects.get().person) == ([], known)


def test_uniting_keeps_what_is_asked_elsewhere(here: Area, home: Dwelling, asker: User) -> None:
    [tie] = joining.ask(asker, factories.make_dwelling(within=here), LIVING, CHEN)
    known = factories.make_person(real_name="陈静")
    factories.make_residency(known, home)

    identity.unite(asker, known, here)

    assert open_duties() == [f"residency.decide {key(tie)}"]


def test_an_unproved_account_that_asks_is_not_forgotten(home: Dwelling) -> None:
    user = factories.make_user()
    accounts.claim_phone(user, "13900000009", proved=False)
    User.objects.filter(pk=user.pk).update(date_joined=clock.now() - timedelta(days=99))
    [tie] = joining.ask(User.objects.get(pk=user.pk), home, LIVING, CHEN)

    assert tidying.forget_unproved() == 0
    assert open_duties() == [f"residency.decide {key(tie)}"]


def test_who_moves_out_elsewhere_is_still_answered(here: Area, home: Dwelling, asker: User) -> None:
    old = factories.make_residency(factories.person_of(asker), factories.make_dwelling(within=here))
    [tie] = joining.ask(asker, home, LIVING, CHEN)

    joining.leave(asker, old.pk)

    assert open_duties() == [f"residency.decide {key(tie)}"]


# --- who sees by when ---


@pytest.mark.parametrize(
    ("moment", "read"),
    [
        (EVE, f"居委会将在{DUE}前答复"),
        (DUE_AT - timedelta(seconds=1), f"居委会将在{DUE}前答复"),
        (DUE_AT, f"已逾期，应在{DUE}前办好"),
    ],
)
def test_who_asked_reads_by_when(home: Dwelling, asker: User, moment: datetime, read: str) -> None:
    with clock.at(EVE):
        joining.ask(asker, home, LIVING, CHEN)

    with clock.at(moment):
        told = page(asker, "/me/")

    assert read in told
    assert ("已逾期" in told) == (moment == DUE_AT)


@pytest.mark.parametrize("end", ["approve", "refuse"])
def test_after_the_answer_no_date_is_shown(home: Dwelling, worker: User, asker: User, end: str) -> None:
    with clock.at(EVE):
        [tie] = joining.ask(asker, home, LIVING, CHEN)
        if end == "approve":
            joining.approve(worker, "residency", tie.pk)
        else:
            joining.refuse(worker, "residency", tie.pk, "x")
        told = [page(asker, "/me/"), page(worker, Duty.objects.get().url)]

    assert ["10月13日" in text for text in told] == [False, False]


def test_right_after_asking_the_date_is_said(here: Area, home: Dwelling, asker: User) -> None:
    typed = {"real_name": "陈静", "ties": ["living", "owning"], "adult": "yes", "dwelling": home.pk}

    with clock.at(EVE):
        client = browser(asker)
        answer = client.post(f"/join/request/?building={home.building_id}", typed, follow=True)

    assert f"居委会将在{DUE}前答复，答复显示在本页。" in answer.content.decode()


@pytest.mark.parametrize("post", [Post.WORKER, Post.DIRECTOR])
@pytest.mark.parametrize(
    ("moment", "read"),
    [(EVE, DUE), (DUE_AT, f"已逾期，应在{DUE}前办好")],
)
def test_the_committee_reads_by_when(
    here: Area, home: Dwelling, asker: User, post: Post, moment: datetime, read: str
) -> None:
    staff = factories.make_user(post=post, neighbourhood=here)
    with clock.at(EVE):
        joining.ask(asker, home, OWNING, CHEN)
    url = Duty.objects.get().url

    with clock.at(moment):
        told = [page(staff, path) for path in (f"/n/{here.slug}/people/", url, f"/n/{here.slug}/work/")]
        assert duties.waiting_for(staff).count() == 1

    assert [read in text for text in told[:2]] == [True] * 2
    # The workbench has the word for its filter too; its groups are tested with it.
    assert [("已逾期，应" in text) for text in told[:2]] == [moment == DUE_AT] * 2
    assert f'href="/duties/{Duty.objects.get().pk}/"' in told[2]
    assert "答复产权核实申请" in told[2]


def test_the_most_urgent_request_stands_first(here: Area, home: Dwelling, worker: User) -> None:
    """A neighbourhood that answers faster from some day on: the later request is due sooner."""
    for number, days in enumerate((5, 1, 3)):
        RuleSet.objects.update_or_create(
            area=here,
            key="request.answer_working_days",
            valid_from=date(2026, 1, 1),
            defaults={"value": days, "status": "local_rule"},
        )
        assert rule("request.answer_working_days", here) == days
        with clock.at(EVE + timedelta(minutes=number)):
            who = Identity(f"邻居{days}天", adult=True)
            joining.ask(factories.make_user(), home, [LIVING, OWNING, LIVING][number], who)

    waiting = joining.waiting_requests(here)
    told = page(worker, f"/n/{here.slug}/people/")

    assert [tie.person.real_name for tie, _duty in waiting] == ["邻居1天", "邻居3天", "邻居5天"]
    places = [told.index(f"邻居{days}天") for days in (1, 3, 5)]
    assert places == sorted(places)


@pytest.mark.parametrize("who", ["neighbour", "building head", "stranger"])
def test_a_neighbour_sees_nothing_of_it(here: Area, home: Dwelling, asker: User, who: str) -> None:
    made = {
        "neighbour": lambda: factories.make_resident(dwelling=home),
        "building head": lambda: factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=home.building),
        "stranger": factories.make_user,
    }
    other = made[who]()
    with clock.at(EVE):
        joining.ask(asker, home, LIVING, CHEN)
        duty = Duty.objects.get()
        paths = ["/", "/me/", "/me/notices/", f"/n/{here.slug}/", f"/n/{here.slug}/work/"]
        told = [page(other, path) for path in paths]

    assert ["10月13日" in text or duty.url in text for text in told] == [False] * len(paths)
    assert browser(other).get(duty.url).status_code == 403
    assert (duties.waiting_for(other).count(), kinds(other)) == (0, [])


def queries(user: User, path: str) -> int:
    client = browser(user)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["people/", "work/"])
def test_a_list_costs_the_same_for_one_request_and_for_twenty(
    here: Area, home: Dwelling, worker: User, address: str
) -> None:
    def ask(n: int) -> None:
        for number in range(n):
            user = factories.make_user()
            joining.ask(user, home, [LIVING, OWNING][number % 2], Identity(f"邻居{number}", adult=True))

    ask(2)
    few = queries(worker, f"/n/{here.slug}/{address}")
    ask(18)

    assert Duty.objects.active().count() == 20
    assert queries(worker, f"/n/{here.slug}/{address}") == few


def test_ones_own_page_costs_the_same_for_one_request_and_for_ten(here: Area, asker: User) -> None:
    homes = [factories.make_dwelling(within=here) for _ in range(5)]
    joining.ask(asker, homes[0], LIVING, CHEN)
    few = queries(asker, "/me/")
    joining.ask(User.objects.get(pk=asker.pk), homes[0], OWNING, CHEN)
    for home in homes[1:]:
        joining.ask(User.objects.get(pk=asker.pk), home, BOTH, CHEN)

    assert Duty.objects.active().count() == 10
    assert queries(asker, "/me/") == few


def test_asking_and_deciding_cost_the_same_whoever_else_waits(
    here: Area, home: Dwelling, worker: User
) -> None:
    def cost() -> tuple[int, int]:
        user = factories.make_user()
        with CaptureQueriesContext(connection) as asking:
            [tie] = joining.ask(user, home, LIVING, CHEN)
        with CaptureQueriesContext(connection) as deciding:
            joining.refuse(worker, "residency", tie.pk, "x")
        return len(asking), len(deciding)

    cost()
    first = cost()
    for _ in range(5):
        joining.ask(factories.make_user(), home, LIVING, CHEN)

    assert cost() == first
