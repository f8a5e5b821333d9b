"""Figures by month: what is counted when, what is too little to be shown, and who sees whom beside each other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.deliberation.figures import solved
from portal.deliberation.models import Rating, Satisfaction
from portal.duties import services, tiles
from portal.duties.figures import in_time, overdue, still_open
from portal.duties.trends import Unit, Value, last_months
from portal.kit import clock
from portal.record.fragments import stir
from portal.threads.figures import first_answer
from portal.threads.models import Post as Said
from tests import factories
from tests.deliberation.factories import make_topic
from tests.duties.factories import make_duty
from tests.threads.factories import make_question, make_thread

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]
OCTOBER, NOVEMBER = clock.at_time(date(2026, 10, 20), 9), clock.at_time(date(2026, 11, 20), 9)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨", parent=factories.make_subdistrict())


def owed(here: Area, *, done_after: timedelta | None) -> None:
    """A promise of October, due after ten days; done so long after it began."""
    with clock.at(OCTOBER):
        duty = make_duty(here)
    if done_after is not None:
        with clock.at(OCTOBER + done_after):
            services.close(duty.kind, duty.subject)


def test_a_promise_counts_in_the_month_it_ended_or_ran_out(here: Area) -> None:
    owed(here, done_after=timedelta(days=1))
    owed(here, done_after=timedelta(days=15))
    owed(here, done_after=None)
    with clock.at(NOVEMBER):
        months = last_months(2)
        assert in_time([here], months)[here.pk] == [Value(33, 3), Value()]
        assert still_open([here], months)[here.pk] == [Value(2, 2), Value(1, 1)]
        assert overdue([here], months)[here.pk] == [Value(2, 2), Value(1, 1)]


def test_what_nobody_owes_any_more_counts_nowhere(here: Area) -> None:
    with clock.at(OCTOBER):
        duty = make_duty(here)
        services.drop(duty.subject)
    with clock.at(NOVEMBER):
        assert in_time([here], last_months(2))[here.pk] == [Value(), Value()]
        assert still_open([here], last_months(2))[here.pk] == [Value(0, 0), Value(0, 0)]


def test_the_first_answer_is_the_middle_of_what_neighbours_waited(here: Area) -> None:
    thread = make_thread(neighbourhood=here)
    for minutes in (30, 60, 600):
        asked = make_question(thread)
        Said.objects.filter(pk=asked.pk).update(
            asked_at=NOVEMBER, acknowledged_at=NOVEMBER + timedelta(minutes=minutes)
        )
    with clock.at(NOVEMBER + timedelta(days=1)):
        assert first_answer([here], last_months(2))[here.pk] == [Value(), Value(60, 3)]


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.PERCENT, Value(33, 3), "too few"),
        (Unit.PERCENT, Value(97, 5), "97%"),
        (Unit.MINUTES, Value(186, 5), "3.1 hours"),
        (Unit.MINUTES, Value(120, 5), "2 hours"),
        (Unit.COUNT, Value(1, 1), "1 matter"),
        (Unit.COUNT, Value(0, 0), "0 matters"),
        (Unit.PERCENT, Value(), "–"),
    ],
)
def test_a_share_of_few_is_not_said(unit: Unit, value: Value, words: str) -> None:
    with translation.override("en"):
        assert tiles.said(unit, value, 5) == words


def test_who_serves_the_subdistrict_sees_its_neighbourhoods_without_small_numbers(here: Area) -> None:
    around = here.get_parent()
    factories.make_neighbourhood(parent=around, name="红林")
    make_duty(here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=around)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    page = client.get(f"/n/{here.slug}/figures/").content.decode()
    assert "红林</a>" in page
    assert "fewer than 5" in page
    assert "nobody is ranked" in page


@pytest.mark.parametrize(
    ("role", "status"), [(Role.WORKER, 200), (Role.DIRECTOR, 200), (Role.PROPERTY, 403), (Role.RESIDENT, 403)]
)
def test_who_serves_one_place_sees_no_other(here: Area, role: Role, status: int) -> None:
    factories.make_neighbourhood(parent=here.get_parent(), name="红林")
    client = Client()
    client.force_login(factories.make_visitor(role, here))
    answer = client.get(f"/n/{here.slug}/figures/")
    assert answer.status_code == status
    assert "红林" not in answer.content.decode()


def test_many_promises_ask_as_much_as_one(here: Area, django_assert_num_queries: Queries) -> None:
    with clock.at(NOVEMBER):
        for many in (1, 20):
            for _each in range(many):
                make_duty(here)
            with django_assert_num_queries(10):
                assert len(tiles.tiles(here)) == 6


def shown(user: User, here: Area) -> str:
    """What the strip above the workbench says of the open promises."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    page = client.get(f"/n/{here.slug}/work/").content.decode()
    return page.partition("Not done yet<b>")[2].partition("</b>")[0]


def test_a_workbench_counts_its_figures_once_a_minute_and_when_something_changed(here: Area) -> None:
    user = factories.make_user(post=Post.WORKER, neighbourhood=here)
    with clock.at(NOVEMBER):
        assert shown(user, here) == "0 matters"
        make_duty(here)
    with clock.at(NOVEMBER + timedelta(seconds=59)):
        assert shown(user, here) == "0 matters"
        stir(here.slug)
        assert shown(user, here) == "1 matter"
        make_duty(here)
    with clock.at(NOVEMBER + timedelta(seconds=120)):
        assert shown(user, here) == "2 matters"


def test_what_is_called_solved_is_the_share_of_the_ratings_of_a_month(here: Area) -> None:
    topic = make_topic(here)
    for level in (Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.NOT):
        Rating.objects.create(topic=topic, person=factories.make_person(), round=1, level=level, at=OCTOBER)
    with clock.at(NOVEMBER):
        assert solved([here], last_months(2))[here.pk] == [Value(67, 3), Value()]
