"""What time does to promises: reminders, levels, who hears of them, and the periodic run itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.community.models import Appointment, Area, Post, User
from portal.duties import jobs, services, tick
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty, Heartbeat
from portal.kit import clock, periodic
from portal.notifications.models import Notice
from portal.record.services import write
from tests import factories
from tests.concurrency import at_once
from tests.duties.factories import make_duty

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, tzinfo=clock.SHANGHAI)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def staff(here: Area) -> dict[Post, User]:
    """A worker, a director and an officer of the neighbourhood."""
    return {
        post: factories.make_user(post=post, neighbourhood=here)
        for post in (Post.WORKER, Post.DIRECTOR, Post.OFFICER)
    }


@pytest.fixture
def duty(here: Area) -> Duty:
    """Opened on a Monday, to be done in five working days."""
    with clock.at(MONDAY):
        return make_duty(here, due=add_working_days(MONDAY, 5).at)


def told() -> list[tuple[str, str]]:
    return [
        (notice.kind, notice.user.username) for notice in Notice.objects.select_related("user").order_by("pk")
    ]


def test_the_ower_is_reminded_once_before_it_is_due(duty: Duty, staff: dict[Post, User]) -> None:
    assert duty.remind_at is not None
    with clock.at(duty.remind_at - timedelta(seconds=1)):
        assert services.remind() == 0
    with clock.at(duty.remind_at):
        assert services.remind() == 1
        assert services.remind() == 0

    assert told() == [("duty.soon", staff[Post.WORKER].username)]


def test_a_mass_of_promises_is_reminded_of_in_as_many_rounds_as_it_takes(
    here: Area, staff: dict[Post, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(MONDAY):
        duties = [
            make_duty(here, due=add_working_days(MONDAY, 5).at, subject=f"topic:{at}") for at in range(3)
        ]
    assert duties[0].remind_at is not None
    monkeypatch.setattr(periodic, "SECONDS", -1.0)

    with clock.at(duties[0].remind_at):
        assert [services.remind() for _round in range(4)] == [1, 1, 1, 0]
    with clock.at(duties[0].due_at + timedelta(days=1)):
        assert [services.raise_levels() for _round in range(4)] == [1, 1, 1, 0]
    assert len(told()) == 6


def test_nobody_is_reminded_of_what_is_done_dropped_or_overdue(here: Area, staff: dict[Post, User]) -> None:
    services.close("test.screen", make_duty(here, subject="topic:1").subject)
    services.drop(make_duty(here, subject="topic:2").subject)
    late = make_duty(here, subject="topic:3")

    with clock.at(late.due_at):
        assert services.remind() == 0


def test_the_words_of_a_reminder_name_the_thing_and_the_date(duty: Duty, staff: dict[Post, User]) -> None:
    with clock.at(MONDAY + timedelta(days=6)), translation.override("en"):
        services.remind()
        notice = Notice.objects.get()

        assert notice.title == "Due soon: test.screen"
        assert notice.body == "“给3号楼加装扶手” waits for you. Please do it by Mon 23 Nov, 24:00."
        assert notice.url == f"/duties/{duty.pk}/"


@pytest.mark.parametrize(
    ("days", "level", "hear"),
    [
        (0, 1, [Post.WORKER]),
        (2, 2, [Post.WORKER]),
        (5, 3, [Post.WORKER, Post.DIRECTOR]),
        (7, 4, [Post.WORKER, Post.DIRECTOR]),
        (10, 5, [Post.WORKER, Post.DIRECTOR, Post.OFFICER]),
    ],
)
def test_each_level_has_its_hearers(
    duty: Duty, staff: dict[Post, User], days: int, level: int, hear: list[Post]
) -> None:
    moment = add_working_days(duty.due_at - timedelta(seconds=1), days).at
    with clock.at(moment):
        assert services.raise_levels() == 1
        assert services.raise_levels() == 0

    duty.refresh_from_db()
    assert duty.level == level
    asked = {Post.WORKER: "duty.late"}
    assert sorted(told()) == sorted(
        (asked.get(post, "duty.supervised"), staff[post].username) for post in hear
    )


def test_a_level_never_falls_even_when_the_clock_does(duty: Duty, staff: dict[Post, User]) -> None:
    with clock.at(duty.due_at + timedelta(days=30)):
        services.raise_levels()
    with clock.at(duty.due_at + timedelta(days=3)):
        assert services.raise_levels() == 0

    duty.refresh_from_db()
    assert duty.level == 5


def test_what_is_done_rises_no_more(duty: Duty, staff: dict[Post, User]) -> None:
    services.close(duty.kind, duty.subject)

    with clock.at(duty.due_at + timedelta(days=30)):
        assert services.raise_levels() == 0


def test_a_neighbourhood_may_have_steps_of_its_own(duty: Duty, here: Area, staff: dict[Post, User]) -> None:
    here.rule_sets.create(
        key="duty.level_working_days",
        value=[0, 1],
        valid_from=MONDAY.date(),
        source="议事规则",
        status="assumed",
    )

    with clock.at(duty.due_at + timedelta(days=40)):
        services.raise_levels()

    duty.refresh_from_db()
    assert duty.level == 2


def test_a_vacant_post_is_the_directors_care(here: Area) -> None:
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    late = make_duty(here, post=Post.PROPERTY)

    with clock.at(late.due_at):
        services.raise_levels()

    assert told() == [("duty.supervised", director.username)]


def test_who_watches_reads_who_owes_it_since_when_and_at_which_level(
    duty: Duty, here: Area, staff: dict[Post, User]
) -> None:
    moment = add_working_days(duty.due_at - timedelta(seconds=1), 5).at
    with clock.at(moment):
        services.raise_levels()
    held = Appointment.objects.get(person=staff[Post.WORKER].person)

    notice = Notice.objects.get(kind="duty.supervised")

    with translation.override("en"):
        assert notice.title == "Supervision level 3 of 5: test.screen"
        assert notice.body == (
            f"{held.title} {held.person.public_name} owes this about “给3号楼加装扶手”. "
            "It is overdue since Mon 23 Nov, 24:00."
        )
    assert notice.url == f"/n/{here.slug}/work/?whose=all&when=overdue"


def test_a_person_who_owes_hears_of_it_and_one_without_an_account_hinders_nothing(here: Area) -> None:
    chen = factories.make_resident(within=here)
    mine = make_duty(here, person=factories.person_of(chen))
    make_duty(here, person=factories.make_person(), due=mine.due_at)

    with clock.at(mine.due_at):
        assert services.raise_levels() == 2

    assert told() == [("duty.late", chen.username)]


# --- the run ---


@pytest.fixture
def only_these() -> Iterator[dict[str, periodic.Work]]:
    """Room for jobs of a test; the portal's own come back after it."""
    kept = dict(periodic.JOBS)
    periodic.JOBS.clear()
    yield periodic.JOBS
    periodic.JOBS.clear()
    periodic.JOBS.update(kept)


def test_a_failed_job_is_logged_and_hinders_no_other(
    only_these: dict[str, periodic.Work], caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def breaks() -> None:
        raise ZeroDivisionError

    only_these["portal.voting.count"] = breaks
    only_these["portal.duties.remind"] = lambda: done.append("remind")

    with pytest.raises(CommandError, match=r"^Failed: portal\.voting\.count$") as raised:
        call_command("tick")

    assert raised.value.returncode == 1
    assert done == ["remind"]
    assert [record.getMessage() for record in caplog.records] == ["job portal.voting.count failed"]
    assert "ZeroDivisionError" in caplog.text
    assert Heartbeat.objects.filter(name="tick").count() == 1


def test_the_last_result_of_each_job_is_kept_with_a_reason_that_names_nobody(
    only_these: dict[str, periodic.Work],
) -> None:
    def breaks() -> None:
        tick.rests("", "张三 13800138000")  # type: ignore[arg-type]

    only_these["portal.voting.count"] = lambda: None
    with clock.at(MONDAY):
        tick.run()
    only_these["portal.voting.count"] = breaks
    Heartbeat.objects.create(name="", ran_at=MONDAY)
    told = StringIO()
    for minutes in (1, 2):
        with clock.at(MONDAY + timedelta(minutes=minutes)), pytest.raises(CommandError):
            call_command("tick", stderr=told)
    failed = tick.results()["portal.voting.count"]
    only_these["portal.voting.count"] = lambda: None
    with clock.at(MONDAY + timedelta(minutes=3)):
        tick.run()
    mended = tick.results()["portal.voting.count"]

    assert failed is not None
    assert mended is not None
    assert (failed.good_at, failed.failing_since) == (MONDAY, MONDAY + timedelta(minutes=1))
    assert failed.ran_at == MONDAY + timedelta(minutes=2)
    assert re.fullmatch(r"TypeError \(portal/duties/tick\.py:\d+\)", failed.reason)
    line = f"{failed.reason}; failing since 2026-11-16 09:01+08:00; last went well 2026-11-16 09:00+08:00"
    assert told.getvalue().splitlines() == [f"portal.voting.count: {line}"] * 2
    assert (mended.failing_since, mended.reason, mended.good_at) == (None, "", mended.ran_at)


def test_what_a_run_keeps_is_two_statements_however_many_jobs_there_are(
    only_these: dict[str, periodic.Work],
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            tick.run()
        return len(queries)

    only_these["portal.voting.count"] = lambda: None
    tick.run()
    one = asked()
    for number in range(20):
        only_these[f"portal.voting.job{number}"] = lambda: None

    assert asked() == one


def test_a_clock_that_was_set_back_lets_nothing_rest_longer() -> None:
    with clock.at(MONDAY + timedelta(days=365)):
        tick.beat("x")
    with clock.at(MONDAY):
        ahead = tick.rests("x", timedelta(hours=1))
        tick.beat("x")
        now = tick.rests("x", timedelta(hours=1))
    with clock.at(MONDAY + timedelta(hours=1)):
        later = tick.rests("x", timedelta(hours=1))

    assert (ahead, now, later) == (False, True, False)


def test_jobs_run_in_the_order_of_the_apps_and_as_declared(only_these: dict[str, periodic.Work]) -> None:
    names = [
        "portal.notifications.send_mail",
        "portal.duties.raise_levels",
        "portal.voting.count",
        "portal.duties.remind",
        "portal.deliberation.expire",
    ]
    for name in names:
        only_these[name] = lambda: None

    assert [name for name, _work in tick.ordered()] == [names[4], names[2], names[1], names[3], names[0]]


def test_the_portals_own_jobs_are_all_found() -> None:
    assert {
        "portal.duties.raise_levels",
        "portal.duties.remind",
        "portal.duties.note_heads",
        "portal.notifications.send_mail",
    } <= set(periodic.JOBS)


def test_a_run_leaves_its_heartbeat(duty: Duty, staff: dict[Post, User]) -> None:
    with clock.at(duty.due_at):
        call_command("tick", verbosity=0)

    assert Heartbeat.objects.get(name="tick").ran_at == duty.due_at
    duty.refresh_from_db()
    assert duty.level == 1


def test_the_newest_hashes_are_noted_once_a_day(here: Area, caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        entry = write(here.slug, "topic.proposed", actor="陈阿姨", subject="topic:1")
    noted = f"record {here.slug}: 1 entries, newest hash {entry.hash}"

    with caplog.at_level(logging.INFO, logger="portal.duties.jobs"), clock.at(MONDAY):
        jobs.note_heads()
        jobs.note_heads()
    with caplog.at_level(logging.INFO, logger="portal.duties.jobs"), clock.at(MONDAY + timedelta(days=1)):
        jobs.note_heads()

    assert [record.getMessage() for record in caplog.records] == [noted, noted]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_everybody_once() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    due = [make_duty(here).due_at for _ in range(10)]

    def run() -> None:
        with clock.at(max(due)):
            call_command("tick", verbosity=0)

    outcome = at_once(3, run)

    assert outcome.errors == []
    assert told() == [("duty.late", worker.username)] * 10
    assert set(Duty.objects.values_list("level", flat=True)) == {1}
