"""What becomes of promises when the periodic work stood still: nobody is called overdue backwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.html import strip_tags

from portal.community.models import Area, Post, User
from portal.duties import jobs, services, tick
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.duties.services import pauses
from portal.kit import clock
from portal.notifications.models import Notice
from tests import factories
from tests.concurrency import at_once
from tests.duties.factories import make_duty

# A Monday; no holiday for three weeks.
MONDAY = datetime(2026, 11, 16, 9, tzinfo=clock.SHANGHAI)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def worker(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker")]


def end(days: int) -> datetime:
    """24:00 of a day, counted from the Monday."""
    return clock.end_of(clock.day_of(MONDAY + days * DAY))


def due(here: Area, days: int, **more: Post) -> Duty:
    """Owed since the Monday morning, until the end of a day."""
    with clock.at(MONDAY):
        return make_duty(here, due=end(days), **more)


def watch(*moments: datetime) -> None:
    """Levels and reminders, at each of these moments."""
    for moment in moments:
        with clock.at(moment):
            jobs.raise_levels()
            jobs.remind()


def pause(since: datetime, until: datetime) -> None:
    """The periodic work ran until then, and runs again."""
    with clock.at(since):
        tick.beat(tick.BEGUN)
    with clock.at(until):
        tick.begin()
    watch(until)


def told() -> list[tuple[str, int, str]]:
    rows = Notice.objects.order_by("pk")
    return [(row.kind, row.params["level"], row.params["due_at"]) for row in rows]


def test_what_came_due_in_a_pause_is_asked_for_first_and_late_when_the_days_are_given_back(
    here: Area,
) -> None:
    duty = due(here, 1)
    back = MONDAY + 3 * DAY  # Thursday; Monday, Tuesday and Wednesday are lost
    pause(MONDAY, back)
    duty.refresh_from_db()
    after, asked = duty.late_at, told()
    with clock.at(back):
        early = duty.is_overdue, Duty.objects.overdue().count()
    watch(*(back + hours * HOUR for hours in range(0, 24 * 5, 3)))

    assert after == end(4)  # Friday instead of Tuesday
    assert early == (False, 0)
    assert asked == [("duty.soon", 0, after.isoformat())]
    assert told()[1:] == [("duty.late", 1, after.isoformat())]


@pytest.mark.parametrize(
    ("since", "until", "late"),
    [
        # Thirty minutes are a restart.
        (end(1) - 0.5 * HOUR, end(1), None),
        # A night takes no working day: what came due in it has a whole one.
        (end(1) - 6 * HOUR, end(1) + 9 * HOUR, end(3)),
        # An hour at noon takes one.
        (MONDAY + 2.5 * HOUR, MONDAY + 4 * HOUR, end(2)),
        # What was late before, as many.
        (end(4), end(6) + 13 * HOUR, end(2)),
        # A weekend takes nothing.
        (end(4), end(6) + 9 * HOUR, None),
        # Three weeks take fifteen.
        (MONDAY + HOUR, MONDAY + HOUR + 21 * DAY, add_working_days(end(1) - HOUR, 15).at),
    ],
)
def test_as_many_working_days_are_given_back_as_the_pause_took(
    here: Area, since: datetime, until: datetime, late: datetime | None
) -> None:
    duty = due(here, 1)
    pause(since, until)

    duty.refresh_from_db()
    assert (duty.due_at, duty.late_at) == (end(1), late)


def test_a_pause_is_counted_once_and_the_next_one_on_top(here: Area) -> None:
    duty = due(here, 1)
    pause(MONDAY, MONDAY + 3 * DAY)
    with clock.at(MONDAY + 3 * DAY + timedelta(minutes=1)):
        tick.begin()
    duty.refresh_from_db()
    first = duty.late_at
    pause(MONDAY + 3 * DAY + timedelta(minutes=1), MONDAY + 4 * DAY)
    duty.refresh_from_db()

    # Thursday's noon is lost, too.
    assert (first, duty.late_at) == (end(4), end(7))


def test_what_was_opened_in_the_pause_gets_only_its_own_days_back(here: Area) -> None:
    with clock.at(MONDAY + 2 * DAY):
        duty = make_duty(here, due=end(9))
    pause(MONDAY, MONDAY + 3 * DAY)

    duty.refresh_from_db()
    assert duty.late_at == end(10)


def test_who_was_overdue_before_stays_so_and_rises_as_if_the_pause_had_not_been(here: Area) -> None:
    duty = due(here, 0)
    since, back = end(0) + HOUR, end(0) + HOUR + 21 * DAY
    watch(since)
    pause(since, back)
    duty.refresh_from_db()
    stays, level = duty.is_overdue, duty.level
    with clock.at(back):
        waits = Duty.objects.overdue().count()
    watch(*(back + hours * HOUR for hours in range(0, 24 * 20, 6)))

    assert (stays, level, waits) == (True, 1, 1)
    assert [level for kind, level, _due in told() if kind == "duty.late"] == [1, 2, 3, 4, 5]


def test_a_year_that_the_clock_ran_ahead_by_mistake_is_given_back_to_nobody(here: Area) -> None:
    duty = due(here, 1)
    pause(MONDAY, MONDAY + 365 * DAY)
    duty.refresh_from_db()
    late = duty.late_from
    with clock.at(MONDAY + 2 * HOUR):
        tick.begin()
    duty.refresh_from_db()

    assert late < end(1) + 32 * DAY
    assert duty.late_from == late  # and the clock that was put right is no pause


def test_what_was_to_be_mailed_by_a_clock_that_ran_ahead_goes_when_it_is_put_right(
    worker: User, here: Area
) -> None:
    with clock.at(MONDAY + 365 * DAY):
        tick.begin()
        Notice.objects.create(user=worker, neighbourhood=here, kind="x", occasion="1", url="/", by_mail=True)
    with clock.at(MONDAY):
        tick.begin()

        assert Notice.objects.to_mail().count() == 1


def test_nothing_is_owed_late_from_its_first_moment(here: Area) -> None:
    with clock.at(MONDAY):
        duty = services.open_duty(
            "test.screen",
            "topic:7",
            neighbourhood=here,
            title="x",
            url="/",
            due=Deadline(MONDAY - DAY),
            post=Post.WORKER,
        )

    assert duty.due_at == end(1)


def test_the_public_figures_count_no_pause_as_lateness(here: Area) -> None:
    kept, late, waits = (due(here, 1) for _ in range(3))
    pause(MONDAY, MONDAY + 3 * DAY)
    with clock.at(end(4) - HOUR):
        services.close(kept.kind, kept.subject)
    with clock.at(end(4) + HOUR):
        services.close(late.kind, late.subject)
        figure = services.kept_promises(here)[0]

    assert (figure.total, figure.kept, figure.overdue) == (3, 1, 1)
    assert waits.pk


def test_the_pages_say_until_when_it_is_in_time(here: Area, worker: User, client: Client) -> None:
    due(here, 1)
    pause(MONDAY, MONDAY + 3 * DAY)
    client.force_login(worker)
    with clock.at(MONDAY + 3 * DAY):
        page = client.get(f"/n/{here.slug}/work/", headers={"accept-language": "en"}).content.decode()

    said = "Tue 17 Nov, 24:00 · the portal stood still meanwhile: in time until Fri 20 Nov, 24:00"
    assert said in " ".join(strip_tags(page).split())
    assert "overdue" not in page.split('class="work')[1].split("How promises count")[0]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rounds_that_begin_at_once_give_the_days_back_once() -> None:
    here = factories.make_neighbourhood()
    duty = due(here, 1)
    with clock.at(MONDAY):
        tick.begin()

    def begin() -> None:
        with clock.at(MONDAY + 3 * DAY):
            tick.begin()

    outcome = at_once(3, begin)

    duty.refresh_from_db()
    assert (outcome.errors, duty.late_at) == ([], end(4))


def test_working_days_are_those_whose_noon_lies_between() -> None:
    assert pauses.working_days(MONDAY, MONDAY + 3 * HOUR) == 1
    assert pauses.working_days(MONDAY + 4 * HOUR, MONDAY + 24 * HOUR) == 0
    assert pauses.working_days(MONDAY, MONDAY + 7 * DAY) == 5
