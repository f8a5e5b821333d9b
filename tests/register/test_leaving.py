"""Whoever ends a post, a home or an account sees what hangs on it; deputies for a leave; unfinished promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.community.leaving import MOST, Leaving, hanging
from portal.community.models import Appointment, Area, Person, Post, User
from portal.community.permissions import Role, roles_in
from portal.community.selectors import post_users
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.duties import kinds, services
from portal.duties.calendar import calendar_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.register import jobs
from portal.register.services import leaving, posts
from portal.volunteers.states import SignupState
from portal.voting.models import Custodian
from portal.voting.services.mandates import record_mandate
from tests import factories
from tests.deliberation.factories import make_topic
from tests.volunteers.factories import make_activity, make_crew, make_shift, make_signup
from tests.voting import factories as voting
from tests.voting.test_mandates import cast_for, letter, mandate

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def director(here: Area) -> User:
    return factories.make_user(post=Post.DIRECTOR, neighbourhood=here, name="王主任")


def worker(here: Area, name: str = "") -> User:
    """One more who works in the committee."""
    return factories.make_user(post=Post.WORKER, neighbourhood=here, name=name)


def held(user: User) -> Appointment:
    """The post somebody holds."""
    return Appointment.objects.get(person=user.person, deputy_for=None)


def person(user: User) -> Person:
    """The person behind an account."""
    return factories.person_of(user)


def owe(here: Area, who: Person, kind: str, number: int = 1) -> Duty:
    """A promise of a person, as somebody who holds a post or for themselves."""
    due = calendar_days(clock.now(), 5)
    return services.open_duty(
        kind, f"box:{number}", due=due, person=who, neighbourhood=here, title="箱子", url="/x/"
    )


# --- what hangs on it ---


def test_the_page_that_ends_a_post_lists_what_hangs_on_it_and_asks_who_takes_over(
    client: Client, here: Area, director: User
) -> None:
    leaves, follows = worker(here, "沈老师"), worker(here)
    topic = make_topic(here, state=State.DISCUSSING)
    Topic.objects.filter(pk=topic.pk).update(first_contact=leaves.person)
    client.force_login(director)
    path = f"/appointments/{held(leaves).pk}/dismiss/"

    page = client.get(path).content.decode()
    assert (topic.title in page, person(follows).real_name in page, "没有接替的人就由居委会负责" in page) == (
        True,
        True,
        True,
    )
    assert held(leaves).until is None

    assert client.post(path, {"successor": person(leaves).pk}).status_code == 422
    assert client.post(path, {"successor": person(follows).pk}).status_code == 302
    topic.refresh_from_db()
    assert (topic.first_contact, held(leaves).state) == (follows.person, "ended")


def test_whoever_takes_over_holds_a_post_of_the_same_body(here: Area, director: User) -> None:
    leaves = worker(here)
    outsider = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    with pytest.raises(NotPossible):
        posts.dismiss(director, held(leaves).pk, person(outsider))

    assert held(leaves).until is None


def test_however_much_hangs_on_somebody_the_page_asks_as_often(
    here: Area,
) -> None:
    few, many = worker(here), worker(here)
    for user, number in ((few, 2), (many, 40)):
        for _time in range(number):
            topic = make_topic(here, state=State.DISCUSSING)
            Topic.objects.filter(pk=topic.pk).update(first_contact=user.person)

    def ask(user: User) -> tuple[int, int]:
        [found] = hanging(Leaving(person(user), held(user)))
        return len(found.items), found.more

    with CaptureQueriesContext(connection) as first:
        assert ask(few) == (2, 0)
    with CaptureQueriesContext(connection) as second:
        assert ask(many) == (MOST, 30)
    assert len(second) == len(first)


def test_closing_the_account_lists_and_frees_what_hangs_on_it(client: Client) -> None:
    crew = make_crew()
    user = factories.make_resident(within=crew.here)
    shift = make_shift(make_activity(crew, title="清洁日"))
    signup = make_signup(shift, person(user))
    draft = make_topic(crew.here, state=State.DRAFT, proposer=person(user))
    back = make_topic(crew.here, state=State.RETURNED, proposer=person(user))
    client.force_login(user)

    page = client.get("/me/close/").content.decode()
    assert ("清洁日" in page, draft.title in page) == (True, True)
    client.post("/me/close/", {"sure": "on"})

    for thing in (signup, draft, back):
        thing.refresh_from_db()
    assert [signup.state, draft.state, back.state] == ["cancelled", "withdrawn", "withdrawn"]


# --- mandates ---


def test_a_mandate_that_nobody_can_use_any_more_ends_and_whoever_gave_it_is_told() -> None:
    place = voting.make_place()
    vote = voting.call(place)
    first, second, holder = *place.people[:2], factories.make_user()
    unused, used = mandate(place, vote, first, holder), mandate(place, vote, second, holder)
    ballot = cast_for(holder, vote, second, "for")

    with clock.at(voting.DURING):
        leaving.close(User.objects.get(pk=holder.pk))

    unused.refresh_from_db()
    used.refresh_from_db()
    ballot.refresh_from_db()
    assert (unused.revoked_at is None, used.revoked_at is None, ballot.choice) == (False, True, "for")
    told = Notice.objects.filter(kind="vote.mandate_lapsed")
    assert list(told.values_list("user", flat=True)) == [first.pk]
    with clock.at(voting.DURING):
        record_mandate(place.director, voting.line(first, vote).pk, person(second), "proxy", letter())


def test_a_mandate_given_on_paper_stays_when_its_giver_closes_the_account() -> None:
    place = voting.make_place()
    vote = voting.call(place)
    given = mandate(place, vote, place.people[0], place.people[1])
    with clock.at(voting.DURING):
        leaving.close(User.objects.get(pk=place.people[0].pk))

    given.refresh_from_db()
    assert given.revoked_at is None


# --- promises ---


@pytest.fixture
def third() -> Iterator[str]:
    """A kind of promise that somebody makes by a post; for the length of a test."""
    kinds.register_kinds({"box.read": "read a paper"}, falls_to=Post.DIRECTOR, official=True)
    yield "box.read"
    kinds.OFFICIAL.discard("box.read")
    del kinds.KIND_TITLES["box.read"], kinds.FALLS_TO["box.read"]


def test_a_promise_by_a_post_goes_to_the_successor_or_back_to_the_post(
    here: Area, director: User, third: str
) -> None:
    one, two, follows = worker(here), worker(here), worker(here)
    owe(here, person(one), third, 1)
    owe(here, person(two), third, 2)
    private = owe(here, person(one), "box.own", 3)

    posts.dismiss(director, held(one).pk, person(follows))
    posts.dismiss(director, held(two).pk)

    rows = Duty.objects.active().filter(kind=third).order_by("subject").values_list("person", "post", "area")
    assert list(rows) == [(follows.person_id, "", None), (None, Post.DIRECTOR, here.pk)]
    private.refresh_from_db()
    assert private.dropped_at is not None  # nothing ties them here any more


def test_two_who_owed_the_same_leave_one_promise(here: Area, director: User, third: str) -> None:
    one, two = worker(here), worker(here)
    owe(here, person(one), third)
    owe(here, person(two), third)
    for user in (one, two):
        posts.dismiss(director, held(user).pk)

    assert Duty.objects.active().filter(kind=third).count() == 1


# --- deputies ---


def test_a_deputy_holds_the_post_on_the_days_of_the_leave_and_then_no_more(
    here: Area, director: User
) -> None:
    stands_in = worker(here)
    today = clock.today()
    made = posts.name_deputy(director, held(director).pk, person(stands_in), today + WEEK, today + 2 * WEEK)

    def is_director(days: int) -> bool:
        with clock.at(clock.now() + timedelta(days=days)):
            fresh = User.objects.get(pk=stands_in.pk)
            return Role.DIRECTOR in roles_in(fresh, here) and stands_in in post_users(Post.DIRECTOR, here)

    assert [is_director(days) for days in (0, 7, 13, 14)] == [False, True, True, False]
    assert (made.title, made.deputy_for) == ("居委会主任（代）", held(director))
    told = Notice.objects.get(kind="appointment.deputy")
    assert (told.user, "代行" in told.title) == (stands_in, True)


def test_what_somebody_owes_by_a_post_waits_for_the_deputy_too(
    here: Area, director: User, third: str
) -> None:
    away, stands_in = worker(here), worker(here)
    official, own = owe(here, person(away), third, 1), owe(here, person(away), "box.own", 2)
    posts.name_deputy(away, held(away).pk, person(stands_in), clock.today(), clock.today() + WEEK)

    assert list(services.waiting_for(stands_in)) == [official]
    assert set(services.listeners(official)) == {away, stands_in}
    assert services.listeners(own) == [away]


def test_a_deputy_of_who_alone_owes_something_is_named_as_who_owes_it(here: Area, director: User) -> None:
    away = factories.make_user(post=Post.PROPERTY, neighbourhood=here, name="李经理")
    stands_in = worker(here, "小张")
    due = calendar_days(clock.now(), 5)
    duty = services.open_duty(
        "box.open", "box:1", due=due, post=Post.PROPERTY, neighbourhood=here, title="箱子", url="/x/"
    )
    posts.name_deputy(director, held(away).pk, person(stands_in), clock.today(), clock.today() + WEEK)

    assert services.who_owes([duty])[duty.pk] == "物业（代） 小张"


def test_who_names_whom(here: Area, director: User) -> None:
    manager = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    colleague = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    clerk, resident = worker(here), factories.make_resident(within=here)
    days = (clock.today(), clock.today() + WEEK)

    with pytest.raises(NotPossible):  # of the holder's own body only
        posts.name_deputy(manager, held(manager).pk, person(clerk), *days)
    with pytest.raises(NotPossible):  # nobody without a post
        posts.name_deputy(director, held(manager).pk, person(resident), *days)
    with pytest.raises(PermissionDenied):
        posts.name_deputy(colleague, held(manager).pk, person(colleague), *days)
    made = posts.name_deputy(manager, held(manager).pk, person(colleague), *days)
    with pytest.raises(NotPossible):  # some of these days
        posts.name_deputy(director, held(manager).pk, person(clerk), *days)
    with pytest.raises(NotPossible):  # no deputy of a deputy
        posts.name_deputy(director, made.pk, person(clerk), *days)


@pytest.mark.parametrize(("since", "until"), [(3, 3), (-9, 0), (0, 30)])
def test_days_that_cannot_be(here: Area, director: User, since: int, until: int) -> None:
    away, stands_in = worker(here), worker(here)
    Appointment.objects.filter(pk=held(away).pk).update(until=clock.today() + timedelta(days=20))
    first, last = (clock.today() + timedelta(days=days) for days in (since, until))
    with pytest.raises(NotPossible):
        posts.name_deputy(director, held(away).pk, person(stands_in), first, last)


def test_a_post_that_ends_takes_its_deputies_along(here: Area, director: User) -> None:
    away, stands_in = worker(here), factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    posts.name_deputy(
        director, held(away).pk, person(stands_in), clock.today() + WEEK, clock.today() + 2 * WEEK
    )
    posts.dismiss(director, held(away).pk)

    assert not Appointment.objects.filter(deputy_for__isnull=False, until__gt=clock.today() + WEEK).exists()


def test_what_a_deputy_took_on_goes_back_when_the_days_are_over(here: Area, director: User) -> None:
    away, stands_in = director, factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
    posts.name_deputy(officer, held(away).pk, person(stands_in), clock.today(), clock.today() + WEEK)
    topic = make_topic(here, state=State.DISCUSSING)
    Topic.objects.filter(pk=topic.pk).update(first_contact=stands_in.person)
    with clock.at(clock.now() + WEEK):
        jobs.departures.settle_ended()

    topic.refresh_from_db()
    assert topic.first_contact == away.person


def test_a_deputy_is_named_on_ones_own_page_and_stands_on_the_page_of_posts(
    client: Client, here: Area, director: User
) -> None:
    manager = factories.make_user(post=Post.PROPERTY, neighbourhood=here, name="李经理")
    colleague = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    path = f"/appointments/{held(manager).pk}/name-deputy/"
    client.force_login(manager)
    mine = client.get("/me/").content.decode()
    last = clock.today() + timedelta(days=3)
    sent = client.post(
        path, {"deputy": colleague.person_id, "since": clock.today().isoformat(), "last": last.isoformat()}
    )
    client.force_login(director)
    listed = client.get(f"/n/{here.slug}/people/posts/").content.decode()

    assert (f'href="{path}"' in mine, sent.status_code, sent["Location"]) == (True, 302, "/me/")
    assert "代行 李经理 的职务" in listed
    made = Appointment.objects.get(deputy_for=held(manager))
    assert made.last_day == last


# --- what nobody else can do ---


def test_who_keeps_a_part_of_a_key_closes_the_account_only_when_the_box_is_counted(client: Client) -> None:
    place = voting.make_place()
    vote = voting.call(place)
    keeper = factories.make_user()
    Custodian.objects.create(vote=vote, number=1, user=keeper)
    client.force_login(keeper)
    with clock.at(voting.DURING):
        asked, sent = client.get("/me/close/"), client.post("/me/close/", {"sure": "on"})

    assert (vote.title in asked.content.decode(), sent.status_code) == (True, 409)
    assert User.objects.get(pk=keeper.pk).is_active
    voting.count(vote)
    with clock.at(voting.AFTER):
        leaving.close(User.objects.get(pk=keeper.pk))
    assert not User.objects.get(pk=keeper.pk).is_active


def test_a_minor_whose_guardian_closes_the_account_is_asked_for_the_paper() -> None:
    crew = make_crew()
    guardian, minor = factories.make_resident(within=crew.here), factories.make_resident(within=crew.here)
    signup = make_signup(
        make_shift(make_activity(crew)),
        person(minor),
        SignupState.APPLIED,
        needs_consent=True,
        guardian=person(guardian),
    )
    leaving.close(guardian)

    signup.refresh_from_db()
    told = Notice.objects.get(kind="activity.signup_guardian_left")
    assert (signup.guardian, signup.state, told.user) == (None, "applied", minor)


def test_whoever_is_back_early_ends_what_the_deputy_holds(client: Client, here: Area, director: User) -> None:
    away = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    colleague = factories.make_user(post=Post.PROPERTY, neighbourhood=here, name="小张")
    made = posts.name_deputy(
        away, held(away).pk, person(colleague), clock.today() + WEEK, clock.today() + 2 * WEEK
    )
    path = f"/appointments/{made.pk}/dismiss/"
    client.force_login(colleague)
    own = client.post(path).status_code
    client.force_login(away)
    mine = client.get("/me/").content.decode()
    sent = client.post(path)

    assert (own, f'href="{path}"' in mine, "小张" in mine) == (403, True, True)
    assert (sent.status_code, sent["Location"]) == (302, "/me/")
    made.refresh_from_db()
    assert (made.state, held(away).state) == ("ended", "held")


def test_what_a_deputy_took_on_goes_back_when_the_director_ends_it_early(here: Area, director: User) -> None:
    away, stands_in = director, factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
    made = posts.name_deputy(officer, held(away).pk, person(stands_in), clock.today(), clock.today() + WEEK)
    topic = make_topic(here, state=State.DISCUSSING)
    Topic.objects.filter(pk=topic.pk).update(first_contact=stands_in.person)
    posts.dismiss(director, made.pk)

    topic.refresh_from_db()
    assert topic.first_contact == away.person


def test_whoever_owes_it_now_is_told_and_reminded_anew(here: Area, director: User, third: str) -> None:
    one, follows = worker(here), worker(here)
    duty = owe(here, person(one), third)
    Duty.objects.filter(pk=duty.pk).update(reminded_at=clock.now())
    posts.dismiss(director, held(one).pk, person(follows))

    duty.refresh_from_db()
    told = Notice.objects.get(kind="duty.handed_on")
    assert (duty.person, duty.reminded_at, told.user) == (follows.person, None, follows)
