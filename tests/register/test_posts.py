"""Posts that end and come back: who is told, what stays, what comes back, and a post that nobody holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.community.models import Appointment, Area, Look, Person, Post, User
from portal.deliberation.models import Topic
from portal.deliberation.services import contacts
from portal.deliberation.states import State
from portal.duties import services
from portal.duties.calendar import calendar_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.register import jobs
from portal.register.services import departures, posts, undoing, vacancies
from portal.register.services.posts import Term
from tests import factories
from tests.deliberation.factories import make_topic

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def director(here: Area) -> User:
    return factories.make_user(post=Post.DIRECTOR, neighbourhood=here, name="王主任")


def one_of(here: Area, post: Post, name: str = "") -> User:
    """Somebody who holds a post here."""
    return factories.make_user(post=post, neighbourhood=here, name=name)


def held(user: User) -> Appointment:
    """The post somebody holds, not as a deputy."""
    return Appointment.objects.get(person=user.person, deputy_for=None)


def person(user: User) -> Person:
    """The person behind an account."""
    return factories.person_of(user)


def accompanied(here: Area, user: User) -> Topic:
    """A topic whose first contact somebody is."""
    topic = make_topic(here, state=State.DISCUSSING)
    Topic.objects.filter(pk=topic.pk).update(first_contact=user.person)
    return topic


def owed(here: Area, post: Post, number: int = 1) -> Duty:
    """A promise of a post."""
    due = calendar_days(clock.now(), 5)
    subject = f"box:{number}"
    return services.open_duty(
        "box.open", subject, due=due, post=post, neighbourhood=here, title=f"箱子{number}", url="/x/"
    )


def told(kind: str) -> set[int]:
    """Whom a notice of a kind reached."""
    return set(Notice.objects.filter(kind=kind).values_list("user", flat=True))


def deputy_of(director: User, away: User, stands_in: User, begins: int = 0) -> Appointment:
    """A deputy for a week that begins in some days."""
    first = clock.today() + timedelta(days=begins)
    return posts.name_deputy(director, held(away).pk, person(stands_in), first, first + WEEK)


# --- those concerned are told ---


def test_an_end_by_hand_is_told_to_holder_deputy_and_successor(here: Area, director: User) -> None:
    away, stands_in, follows = (one_of(here, Post.WORKER) for _one in range(3))
    deputy_of(director, away, stands_in)
    posts.dismiss(director, held(away).pk, person(follows))

    assert told("appointment.ended") == {away.pk, stands_in.pk, follows.pk}
    notice = Notice.objects.filter(kind="appointment.ended", user=follows).first()
    assert notice is not None
    assert person(follows).public_name in notice.body
    undoing.reinstate(director, held(away).pk)
    assert told("appointment.reinstated") == {away.pk, stands_in.pk, follows.pk}


def test_a_deputyship_ended_early_is_told_to_both_but_not_to_who_ended_it(here: Area, director: User) -> None:
    away, stands_in = one_of(here, Post.WORKER), one_of(here, Post.WORKER)
    made = deputy_of(director, away, stands_in)
    posts.dismiss(away, made.pk)

    assert told("appointment.ended") == {stands_in.pk}
    again = deputy_of(director, away, stands_in, 1)
    posts.dismiss(director, again.pk)
    assert told("appointment.ended") == {stands_in.pk, away.pk}


# --- what the post owes, and a post that nobody holds ---


def test_the_page_says_where_the_promises_of_the_post_stay(
    client: Client, here: Area, director: User
) -> None:
    leaves, stays = one_of(here, Post.PROPERTY), one_of(here, Post.PROPERTY, "李经理")
    owed(here, Post.PROPERTY)
    client.force_login(director)
    path = f"/appointments/{held(leaves).pk}/dismiss/"
    shared = client.get(path).content.decode()
    posts.dismiss(director, held(stays).pk)
    alone = client.get(path).content.decode()

    assert ("箱子1" in shared, "李经理" in shared, "此后该职务无人担任" in shared) == (True, True, False)
    assert ("此后该职务无人担任" in alone, "该职务有 1 件事项仍待办理" in alone, "居委会主任" in alone) == (
        True,
        True,
        True,
    )
    assert not Duty.objects.filter(kind=vacancies.DUTY).exists()


def test_the_page_asks_as_often_for_many_promises_and_topics(
    client: Client, here: Area, director: User
) -> None:
    leaves = one_of(here, Post.WORKER)
    client.force_login(director)
    path = f"/appointments/{held(leaves).pk}/dismiss/"

    def asked(first: int, last: int) -> int:
        for number in range(first, last):
            owed(here, Post.WORKER, number)
            accompanied(here, leaves)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    assert asked(0, 2) == asked(2, 30)


@pytest.mark.parametrize(("post", "owes"), [(Post.PROPERTY, Post.DIRECTOR), (Post.DIRECTOR, Post.OFFICER)])
def test_naming_somebody_for_a_vacant_post_is_owed_by_who_gives_it(
    here: Area, post: Post, owes: Post
) -> None:
    gives, leaves = one_of(here, owes), one_of(here, post)
    posts.dismiss(gives, held(leaves).pk)
    duty = Duty.objects.active().get(kind=vacancies.DUTY)
    assert (duty.post, duty in services.waiting_for(gives), duty.url) == (
        owes,
        True,
        f"/n/{here.slug}/people/posts/",
    )

    posts.appoint(gives, factories.make_person(), Term(post, here, "新任", clock.today()))
    duty.refresh_from_db()
    assert duty.done_at is not None


def test_a_worker_leaves_no_vacancy_while_the_director_answers_for_the_committee(
    here: Area, director: User
) -> None:
    posts.dismiss(director, held(one_of(here, Post.WORKER)).pk)

    assert not Duty.objects.filter(kind=vacancies.DUTY).exists()


def test_a_post_given_back_or_filled_by_another_way_is_owed_by_nobody(here: Area, director: User) -> None:
    first, second = one_of(here, Post.PROPERTY), one_of(here, Post.OWNERS_COMMITTEE)
    for user in (first, second):
        posts.dismiss(director, held(user).pk)
    undoing.reinstate(director, held(first).pk)
    assert Duty.objects.active().filter(kind=vacancies.DUTY).count() == 1
    one_of(here, Post.OWNERS_COMMITTEE)
    departures.settle_ended()

    assert not Duty.objects.active().filter(kind=vacancies.DUTY).exists()


def test_a_post_that_ends_by_its_date_is_called_for_once(here: Area, director: User) -> None:
    leaves = one_of(here, Post.PROPERTY)
    Appointment.objects.filter(person=leaves.person).update(until=clock.today() + WEEK)
    with clock.at(clock.now() + WEEK):
        for _round in range(2):
            departures.settle_ended()

    assert Duty.objects.filter(kind=vacancies.DUTY).count() == 1


def test_an_end_is_found_after_a_clock_ran_ahead_and_was_put_right(here: Area, director: User) -> None:
    leaves = one_of(here, Post.PROPERTY)
    with clock.at(clock.now() + timedelta(days=365)):
        jobs.hand_over()
    Appointment.objects.filter(person=leaves.person).update(until=clock.today())
    jobs.hand_over()

    assert Duty.objects.filter(kind=vacancies.DUTY).count() == 1


# --- who takes over, who stands in ---


def test_who_only_stands_in_for_the_post_does_not_take_it_over(here: Area, director: User) -> None:
    away, clerk = one_of(here, Post.PROPERTY), one_of(here, Post.WORKER)
    deputy_of(director, away, clerk)
    assert posts.colleagues(held(away)) == {}
    with pytest.raises(NotPossible):
        posts.dismiss(director, held(away).pk, person(clerk))

    colleague = one_of(here, Post.PROPERTY)
    assert set(posts.colleagues(held(away))) == {person(colleague)}


WATCH = [Post.AUDITOR, Post.PARTY, Post.OVERSIGHT, Post.OFFICER, Post.PROPERTY, Post.OWNERS_COMMITTEE]


@pytest.mark.parametrize("post", WATCH)
def test_nobody_who_watches_or_is_a_party_stands_in_for_another_body(here: Area, post: Post) -> None:
    officer = one_of(here, Post.OFFICER)
    alone, other, head = one_of(here, Post.DIRECTOR), one_of(here, post), one_of(here, Post.BUILDING_HEAD)
    found = posts.who_can_stand_in(officer, held(alone))
    assert (person(other) in found, person(head) in found) == (False, True)

    one_of(here, Post.WORKER)
    assert person(head) not in posts.who_can_stand_in(officer, held(alone))


def test_each_is_offered_with_the_post_and_the_page_says_what_a_deputy_sees(
    client: Client, here: Area, director: User
) -> None:
    alone = one_of(here, Post.PROPERTY)
    client.force_login(director)
    page = client.get(f"/appointments/{held(alone).pk}/name-deputy/").content.decode()

    assert f"{person(director).real_name} · {held(director).title}" in page
    assert "代表物业答复" in page


def test_a_deputy_for_a_single_day(here: Area, director: User) -> None:
    away, stands_in = one_of(here, Post.WORKER), one_of(here, Post.WORKER)
    today = clock.today()
    made = posts.name_deputy(director, held(away).pk, person(stands_in), today, today + timedelta(days=1))

    assert made.last_day == today


# --- coming back ---


@pytest.mark.parametrize("chosen", [True, False])
def test_first_contacts_come_back_with_the_post_unless_named_anew(
    client: Client, here: Area, director: User, chosen: bool
) -> None:
    leaves, follows, third = (one_of(here, Post.WORKER) for _one in range(3))
    comes, stays = accompanied(here, leaves), accompanied(here, leaves)
    posts.dismiss(director, held(leaves).pk, person(follows) if chosen else None)
    contacts.name_contact(director, stays.pk, person(third))
    client.force_login(director)
    page = client.get(f"/appointments/{held(leaves).pk}/reinstate/").content.decode()
    undoing.reinstate(director, held(leaves).pk)

    assert (comes.title in page, stays.number in page) == (True, False)
    now = {topic.pk: topic.first_contact for topic in Topic.objects.filter(pk__in=[comes.pk, stays.pk])}
    assert now == {comes.pk: leaves.person, stays.pk: third.person}
    assert not Duty.objects.active().filter(kind=contacts.DUTY).exists()
    assert held(leaves).handed_over == {}


def test_deputies_come_back_with_the_post_and_only_with_it(
    client: Client, here: Area, director: User
) -> None:
    away, stands_in = one_of(here, Post.WORKER), one_of(here, Post.WORKER, "小张")
    made = deputy_of(director, away, stands_in, 2)
    posts.dismiss(director, held(away).pk)
    client.force_login(director)
    listed = client.get(f"/n/{here.slug}/people/posts/").content.decode()
    with pytest.raises(NotPossible):
        undoing.reinstate(director, made.pk)
    undoing.reinstate(director, held(away).pk)

    made.refresh_from_db()
    assert f"/appointments/{made.pk}/reinstate/" not in listed
    assert (made.state, made.last_day) == ("held", clock.today() + timedelta(days=8))


def test_a_deputy_is_not_given_back_into_the_days_of_another(here: Area, director: User) -> None:
    away, one, two = (one_of(here, Post.WORKER) for _one in range(3))
    made = deputy_of(director, away, one)
    posts.dismiss(director, made.pk)
    deputy_of(director, away, two, 3)
    with pytest.raises(NotPossible):
        undoing.reinstate(director, made.pk)


# --- what never began ---


def test_what_is_ended_before_it_begins_never_began_and_takes_no_rights(
    client: Client, here: Area, director: User
) -> None:
    away, stands_in = one_of(here, Post.WORKER), one_of(here, Post.WORKER)
    made = deputy_of(director, away, stands_in, 5)
    client.force_login(director)
    asked = client.get(f"/appointments/{made.pk}/dismiss/").content.decode()
    posts.dismiss(director, made.pk)
    listed = client.get(f"/n/{here.slug}/people/posts/").content.decode()
    client.force_login(away)
    mine = client.get("/me/").content.decode()

    assert ("尚未开始" in asked, "权限立即终止" in asked) == (True, False)
    assert ("未开始" in listed, listed.count(f"/appointments/{made.pk}/")) == (True, 1)
    assert f"/appointments/{made.pk}/" not in mine


# --- closing the account ---


@pytest.mark.parametrize(
    ("post", "ends"),
    [(Post.WORKER, "居委会主任"), (Post.DIRECTOR, "街道干部"), (Post.AUDITOR, "平台管理员")],
)
def test_whoever_holds_a_post_reads_who_ends_it_before_the_account_closes(
    client: Client, here: Area, post: Post, ends: str
) -> None:
    client.force_login(one_of(here, post))
    page = client.get("/me/close/").content.decode()

    assert (f"由谁结束：{ends}" in page, 'name="sure"' in page) == (True, False)
    assert "您在这里居住或有房" not in page
    assert client.post("/me/close/", {"sure": "on"}).status_code == 409


def test_whoever_lives_here_reads_that_this_stays(client: Client, here: Area) -> None:
    client.force_login(factories.make_resident(within=here))
    page = client.get("/me/close/").content.decode()

    assert ("您在这里居住或有房" in page, 'name="sure"' in page) == (True, True)


# --- pages that lead on ---


def test_the_officer_meets_no_closed_door_and_leaves_a_trace(client: Client, here: Area) -> None:
    officer, resident = one_of(here, Post.OFFICER), factories.make_resident(within=here)
    client.force_login(officer)
    for path in (f"/n/{here.slug}/people/posts/", f"/n/{here.slug}/people/{resident.person_id}/sign-in/"):
        assert f'href="/n/{here.slug}/people/"' not in client.get(path).content.decode()

    assert list(Look.objects.values_list("user", "person")) == [(officer.pk, resident.person_id)]


def test_the_auditor_gets_from_the_workbench_to_the_looks(client: Client, here: Area) -> None:
    client.force_login(one_of(here, Post.AUDITOR))
    path = f"/n/{here.slug}/people/looks/"

    assert f'href="{path}"' in client.get(f"/n/{here.slug}/work/").content.decode()
    assert client.get(path).status_code == 200
    assert f'href="/n/{here.slug}/work/"' in client.get("/me/").content.decode()
