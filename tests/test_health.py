from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from channels.layers import channel_layers
from django.conf import settings as shipped
from django.db import connection
from django.test import Client
from pytest_django import Settings

from portal import health
from portal.duties import tick
from portal.duties.models import Heartbeat
from portal.health import MEGABYTE
from portal.kit import clock, periodic
from portal.notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test tables are made without migrations, so none is recorded as done."""
    monkeypatch.setattr(health, "migrations", lambda: "ok")


def beat(seconds_ago: int) -> None:
    Heartbeat.objects.update_or_create(
        name="tick", defaults={"ran_at": clock.now() - timedelta(seconds=seconds_ago)}
    )


def test_all_is_well(client: Client) -> None:
    with clock.at(clock.now()):
        beat(seconds_ago=7)
        response = client.get("/healthz")

    assert response.status_code == 200
    said = response.json()
    jobs = said.pop("jobs")
    assert said == {
        "database": "ok",
        "channel_layer": "ok",
        "migrations": "ok",
        "disk": "ok",
        "outbox": "ok",
        "clock": "ok",
        "tick": 7,
        "version": shipped.VERSION,
    }
    assert jobs["portal.voting.count_votes"] == {"result": "never ran"}


def test_red_when_the_periodic_work_never_ran(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()["tick"]) == (503, None)


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (302, 503)])
def test_red_when_the_periodic_work_is_late(client: Client, seconds: int, status: int) -> None:
    beat(seconds)

    assert client.get("/healthz").status_code == status


def test_red_when_tables_are_not_those_of_this_version(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(0)
    monkeypatch.setattr(health, "migrations", lambda: "2 pending")

    response = client.get("/healthz")

    assert (response.status_code, response.json()["migrations"]) == (503, "2 pending")


def test_red_within_seconds_when_the_channel_layer_is_gone(client: Client, settings: Settings) -> None:
    beat(0)
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    channel_layers.backends.pop("default", None)
    started = clock.now()

    response = client.get("/healthz")

    channel_layers.backends.pop("default", None)
    assert (response.status_code, response.json()["channel_layer"]) == (503, "failed")
    assert clock.now() - started < timedelta(seconds=3)


def test_red_when_the_last_run_lies_in_the_future(client: Client) -> None:
    """Somebody set the clock back: nothing is known to run until it has caught up or the next run is noted."""
    with clock.at(clock.now()):
        beat(seconds_ago=-3600)
        set_back = client.get("/healthz")
        beat(seconds_ago=-5)
        differs = client.get("/healthz")

    assert (set_back.status_code, set_back.json()["clock"]) == (503, "was set back")
    assert set_back.json()["tick"] == -3600
    assert (differs.status_code, differs.json()["tick"]) == (200, 0)


def test_red_while_a_job_fails_and_says_which_and_since_when_but_not_why(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> None:
        raise ValueError("13800138000 /srv/portal")

    monkeypatch.setitem(periodic.JOBS, "portal.voting.count_votes", breaks)
    with clock.at(MONDAY):
        tick.run()
    with clock.at(MONDAY + timedelta(minutes=1)):
        tick.run()
        broken = client.get("/healthz")
    monkeypatch.setitem(periodic.JOBS, "portal.voting.count_votes", lambda: None)
    with clock.at(MONDAY + timedelta(minutes=2)):
        tick.run()
        mended = client.get("/healthz")

    since = MONDAY.astimezone(UTC).isoformat()
    assert broken.json()["jobs"]["portal.voting.count_votes"] == {
        "result": "failed",
        "ran": 0,
        "since": since,
    }
    assert broken.json()["jobs"]["portal.duties.remind"] == {"result": "ok", "ran": 0}
    told = broken.content.decode()
    assert [word for word in ("13800138000", "/srv", "ValueError") if word in told] == []
    assert (broken.status_code, mended.status_code) == (503, 200)
    assert mended.json()["jobs"]["portal.voting.count_votes"] == {"result": "ok", "ran": 0}


@pytest.mark.parametrize(
    ("free", "word", "status"),
    [(199, "full", 503), (201, "low", 200), (1023, "low", 200), (1999, "low", 200), (2001, "ok", 200)],
)
def test_red_when_the_disk_is_full(
    client: Client, monkeypatch: pytest.MonkeyPatch, free: int, word: str, status: int
) -> None:
    """Of 100 GB: red below 200 MB, a word below 1 GB and below 2 %."""
    beat(0)
    monkeypatch.setattr(health, "_usages", lambda paths: [(100_000 * MEGABYTE, free * MEGABYTE)])

    response = client.get("/healthz")

    assert (response.status_code, response.json()["disk"]) == (status, word)


def test_a_disk_that_does_not_answer_is_given_up_and_looked_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(0)
    gone, looks = threading.Event(), []
    monkeypatch.setattr(health, "DISK_ANSWERS_WITHIN", 0.02)
    monkeypatch.setattr(health, "_usages", lambda paths: looks.append(paths) or gone.wait(5) or [])

    answers = [client.get("/healthz") for _ in range(3)]

    gone.set()
    assert [(one.status_code, one.json()["disk"]) for one in answers] == [(503, "failed")] * 3
    assert len(looks) == 1


def test_the_database_is_where_a_disk_can_be_full() -> None:
    assert Path(shipped.MEDIA_ROOT) in health.places()
    local = connection.vendor == "sqlite"
    assert len(health.places()) == (3 if local else 2)


def test_red_when_mail_waits_though_the_periodic_work_runs(client: Client) -> None:
    here = factories.make_neighbourhood()
    reader = factories.make_user(neighbourhood=here, email="chen@example.org")
    with clock.at(MONDAY):
        notice = Notice.objects.create(
            user=reader, neighbourhood=here, kind="duty.soon", occasion="1", url="/", by_mail=True
        )
        beat(0)
    with clock.at(MONDAY + timedelta(minutes=29)):
        beat(0)
        waits = client.get("/healthz")
    with clock.at(MONDAY + timedelta(minutes=31)):
        beat(0)
        stuck = client.get("/healthz")
        # A try that failed waits for its next one: that is no stuck outbox.
        Notice.objects.filter(pk=notice.pk).update(mail_after=clock.now() + timedelta(minutes=5), tries=1)
        tried = client.get("/healthz")

    assert (waits.status_code, waits.json()["outbox"]) == (200, "ok")
    assert (stuck.status_code, stuck.json()["outbox"]) == (503, "stuck: notice")
    assert (tried.status_code, tried.json()["outbox"]) == (200, "ok")


def test_it_asks_the_database_as_often_whatever_there_is(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    tick.run()
    here = factories.make_neighbourhood()
    readers = [factories.make_user(neighbourhood=here, email=f"{n}@example.org") for n in range(3)]
    Notice.objects.bulk_create(
        Notice(user=one, neighbourhood=here, kind="x", occasion=str(n), url="/", by_mail=True)
        for one in readers
        for n in range(20)
    )

    with django_assert_max_num_queries(8):
        client.get("/healthz")


def test_the_answer_is_never_kept(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
