"""Who of a team has a promise in hand, reminding by hand, and that nobody's workbench leads to a closed door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.community.leaving import Leaving, hand_over
from portal.community.models import Appointment, Area, Post, User
from portal.duties import services
from portal.duties.desk import LATER, OVERDUE, SOON, TODAY, Desk, by_kind
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from tests import factories
from tests.concurrency import at_once
from tests.duties.factories import make_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨")


@pytest.fixture
def shen(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here)


@pytest.fixture
def liu(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here)


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def page(user: User, here: Area, asked: str = "") -> str:
    return browser(user).get(f"/n/{here.slug}/work/{asked}").content.decode()


def counts(user: User, here: Area) -> dict[str, int]:
    return {tab.name: tab.count for tab in Desk(user, here).counted()[0]}


# --- I have it ---


def test_what_one_takes_is_ones_own_and_the_others_see_who_has_it(here: Area, shen: User, liu: User) -> None:
    duty = make_duty(here, title="修路灯")
    assert counts(shen, here) == {"mine": 1, "team": 1, "nobody": 1, "all": 1}

    assert services.take_on(shen, here.slug, [duty.pk]) == 1

    assert counts(shen, here) == {"mine": 1, "team": 1, "nobody": 0, "all": 1}
    assert counts(liu, here) == {"mine": 0, "team": 1, "nobody": 0, "all": 1}
    duty.refresh_from_db()
    held = Appointment.objects.get(person=shen.person)
    assert services.who_owes([duty])[duty.pk] == f"{held.title} {held.person.public_name}"
    assert list(services.waiting_for(shen)) == [duty]
    assert list(services.waiting_for(liu)) == []


def test_what_a_colleague_has_is_not_taken_until_it_is_given_back(here: Area, shen: User, liu: User) -> None:
    duty = make_duty(here)
    services.take_on(shen, here.slug, [duty.pk])
    with pytest.raises(NotPossible):
        services.take_on(liu, here.slug, [duty.pk])
    with pytest.raises(NotPossible):
        services.give_back(liu, here.slug, [duty.pk])

    services.give_back(shen, here.slug, [duty.pk])

    assert services.take_on(liu, here.slug, [duty.pk]) == 1


def test_nobody_takes_what_others_owe(here: Area, shen: User) -> None:
    manager = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    duty = make_duty(here)

    with pytest.raises(NotPossible):
        services.take_on(manager, here.slug, [duty.pk])
    with pytest.raises(PermissionDenied):
        services.take_on(factories.make_resident(within=here), here.slug, [duty.pk])
    with pytest.raises(PermissionDenied):
        services.urge(manager, here.slug, [duty.pk])


def test_the_only_holder_of_a_post_has_it_in_hand_anyway(here: Area, shen: User) -> None:
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    make_duty(here, title="修路灯")

    assert counts(shen, here) == {"mine": 1, "team": 1, "nobody": 0, "all": 1}
    assert counts(director, here) == {"mine": 0, "team": 1, "nobody": 0, "all": 1}
    assert "I have it<" not in page(shen, here)


def test_a_colleague_is_told_what_is_handed_on(here: Area, shen: User, liu: User) -> None:
    duty, other = make_duty(here), make_duty(here, post=Post.PROPERTY)

    assert services.hand_to(shen, here.slug, [duty.pk, other.pk], factories.person_of(liu)) == 1

    duty.refresh_from_db()
    assert duty.taken_by == liu.person
    assert [one.user for one in Notice.objects.filter(kind="duty.handed_to")] == [liu]
    with pytest.raises(NotPossible):
        services.hand_to(shen, here.slug, [duty.pk], factories.person_of(shen))
    with pytest.raises(NotPossible):
        services.hand_to(liu, here.slug, [duty.pk], factories.make_person())


def test_only_who_has_it_is_reminded_and_all_once_it_is_late(here: Area, shen: User, liu: User) -> None:
    duty = make_duty(here)
    services.take_on(shen, here.slug, [duty.pk])

    with clock.at(duty.due_at - timedelta(hours=1)):
        services.remind()
    with clock.at(duty.due_at):
        services.raise_levels()

    told = Notice.objects.filter(kind__startswith="duty.").order_by("pk").values_list("kind", "user")
    assert list(told) == [("duty.soon", shen.pk), ("duty.late", shen.pk), ("duty.late", liu.pk)]


def test_who_leaves_the_post_gives_back_what_they_had(here: Area, shen: User, liu: User) -> None:
    duty = make_duty(here)
    services.take_on(shen, here.slug, [duty.pk])

    hand_over(Leaving(factories.person_of(shen), Appointment.objects.get(person=shen.person)))

    duty.refresh_from_db()
    assert (duty.taken_by, duty.taken_at) == (None, None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_one_has_it() -> None:
    here = factories.make_neighbourhood()
    duty = make_duty(here)
    team = [factories.make_user(post=Post.WORKER, neighbourhood=here) for _at in range(3)]
    waiting = iter(team)

    outcome = at_once(3, lambda: services.take_on(next(waiting), here.slug, [duty.pk]))

    assert outcome.results == [1]
    assert [type(one) for one in outcome.errors] == [NotPossible] * 2
    duty.refresh_from_db()
    assert duty.taken_by_id in {one.person_id for one in team}


# --- reminding by hand ---


def test_a_watcher_reminds_once_a_day(here: Area, shen: User) -> None:
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
    duty = make_duty(here)

    assert services.urge(officer, here.slug, [duty.pk]) == 1
    with pytest.raises(NotPossible):
        services.urge(officer, here.slug, [duty.pk])
    with clock.at(clock.now() + timedelta(days=1)):
        services.urge(officer, here.slug, [duty.pk])

    assert [one.user for one in Notice.objects.filter(kind="duty.urged")] == [shen, shen]


# --- the page ---


def test_several_are_taken_with_one_press_and_the_same_list_stands_there_again(
    here: Area, shen: User, liu: User
) -> None:
    chosen = [make_duty(here).pk, make_duty(here).pk]
    sent = {"duties": chosen, "back": "whose=team&page=2"}

    response = browser(shen).post(reverse("duties:desk_act", args=[here.slug, "take"]), sent, follow=True)

    assert response.redirect_chain == [(f"/n/{here.slug}/work/?whose=team", 302)]
    assert "You have 2 in hand." in response.content.decode()
    assert Duty.objects.filter(taken_by=shen.person).count() == 2


@pytest.mark.parametrize(
    ("sent", "said"), [({}, "at least one"), ({"duties": ["7777"]}, "Please choose again")]
)
def test_nothing_or_what_is_gone_is_asked_about_again(
    here: Area, shen: User, liu: User, sent: dict[str, object], said: str
) -> None:
    make_duty(here, title="修路灯")

    response = browser(shen).post(reverse("duties:desk_act", args=[here.slug, "take"]), sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert "修路灯" in response.content.decode()


def test_the_list_stands_in_groups_and_can_be_asked(here: Area, shen: User) -> None:
    now = clock.at_time(clock.today(), 10)
    with clock.at(now - timedelta(days=2)):
        make_duty(here, title="2号楼的灯", due=now - timedelta(days=1))
        make_duty(here, title="12号楼的灯", due=now + timedelta(hours=3))
        make_duty(here, title="门", due=now + timedelta(days=5), kind="topic.screen")
        make_duty(here, title="路", due=now + timedelta(days=50))
        # Its date has passed while the portal stood still: there is time until tomorrow.
        paused = make_duty(here, title="墙", due=now - timedelta(hours=2))
        Duty.objects.filter(pk=paused.pk).update(late_at=now + timedelta(days=1))
    building = factories.make_building(parent=here, name="2号楼")

    with clock.at(now):
        desk = Desk(shen, here)
        client = browser(shen)
        shown = client.get(f"/n/{here.slug}/work/")

        assert [row.group for row in shown.context["rows"]] == [OVERDUE, TODAY, SOON, SOON, LATER]
        assert [one["count"] for one in shown.context["groups"]] == [1, 1, 2, 1]
        assert ">time is up<" not in shown.content.decode()
        assert desk.counted()[1] == {"hidden": 0, "hidden_late": 0}
        for asked, titles in (
            ("q=灯", ["2号楼的灯", "12号楼的灯"]),
            ("when=week", ["墙", "门"]),
            ("kind=topic.screen", ["门"]),
            (f"building={building.pk}", ["2号楼的灯"]),
            ("sort=new&when=later", ["路"]),
            ("q=没有", []),
        ):
            rows = client.get(f"/n/{here.slug}/work/?{asked}").context["rows"]
            assert [row.duty.title for row in rows] == titles, asked


def test_what_a_watcher_cannot_open_is_counted_and_not_listed(here: Area) -> None:
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    closed = make_duty(here, kind="residency.decide", title="8号楼")
    make_duty(here, kind="topic.screen", title="修路灯")

    read = page(officer, here, "?whose=all")

    assert "修路灯" in read
    assert "8号楼" not in read
    assert "1 more promise is open" in read
    # The tab counts what the figures count, listed or not.
    assert counts(officer, here)["all"] == 2
    assert browser(officer).get(reverse("duties:step", args=[closed.pk])).status_code == 404
    assert "8号楼" in page(worker, here, "?whose=all")


def test_the_list_of_pages_says_what_waits_behind_each(here: Area, shen: User, liu: User) -> None:
    make_duty(here, kind="wish.answer")
    make_duty(here, kind="residency.decide", subject="residency:1")
    taken = make_duty(here, kind="report.begin", subject="area:1")
    services.take_on(liu, here.slug, [taken.pk])

    own, others = by_kind(Desk(shen, here)), by_kind(Desk(liu, here))

    assert (own["all"], own["wish"], own["residency_decide"], own["report"]) == (2, 1, 1, 0)
    assert others["report_begin"] == 1
    assert own["all"] == counts(shen, here)["mine"]
    side = " ".join(page(shen, here).split())
    assert 'Requests of residents <b class="badge push" aria-hidden="true">2</b>' in side
