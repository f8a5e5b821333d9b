from __future__ import annotations

from datetime import timedelta

import pytest
from channels.layers import channel_layers
from django.conf import settings as shipped
from django.test import Client
from pytest_django import Settings

from portal import health
from portal.duties.models import Heartbeat
from portal.kit import clock

pytestmark = pytest.mark.django_db


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
    assert response.json() == {
        "database": "ok",
        "channel_layer": "ok",
        "migrations": "ok",
        "tick": 7,
        "version": shipped.VERSION,
    }


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


def test_the_answer_is_never_kept(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
