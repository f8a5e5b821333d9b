"""What is coming up, on the home: the next dates that everybody may read, and the way to the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.actions.dates import Dated
from portal.community.places import neighbourhood_or_404
from portal.kit import clock
from portal.meetings.services import hearings
from portal.meetings.states.hearing import HearingState as H
from portal.pages.coming import coming
from tests.meetings.coordination_factories import make_coordination
from tests.meetings.factories import HELD_AT, Scene, hearing_at, make_hearing
from tests.pages.test_home import seen

pytestmark = pytest.mark.django_db


def named(scene: Scene, most: int = 3) -> tuple[Dated, ...]:
    """As the home reads it, of the state in which the neighbourhood is now."""
    return coming(neighbourhood_or_404(scene.here.slug), most)


def lines(scene: Scene, most: int = 3) -> list[str]:
    return [line.title for line in named(scene, most)]


def test_the_home_names_the_next_dates_and_leads_to_the_calendar(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(scene.now):
        soup = seen(client, f"/n/{scene.here.slug}/")

    block = soup.select_one("section[aria-labelledby=coming]")
    assert block is not None
    links = [link["href"] for link in block.select("a")]
    assert f"/hearings/{scene.pk}/" in links
    assert links[-1] == f"/n/{scene.here.slug}/calendar/"
    assert "周四 14:00" in block.text
    assert "二楼茶室" in block.text


def test_what_is_called_off_or_over_is_not_coming_up() -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(scene.now):
        assert scene.hearing.title in lines(scene, 9)
        hearings.cancel(scene.worker, scene.pk, reason="撤回")
        assert "hearing" not in {line.subject.partition(":")[0] for line in named(scene, 9)}


def test_what_has_begun_leaves_the_block_without_anything_being_done() -> None:
    scene = hearing_at(H.CONFIRMED)
    with clock.at(HELD_AT - timedelta(minutes=1)):
        assert lines(scene)[0] == scene.hearing.title
    with clock.at(HELD_AT + timedelta(minutes=1)):
        assert scene.hearing.title not in lines(scene)


def test_of_a_series_only_the_next_time_stands_there_and_no_more_than_asked() -> None:
    scene = hearing_at(H.PLANNED)
    with clock.at(scene.now):
        for days in (1, 2, 3):
            make_hearing(
                H.CONFIRMED, here=scene.here, starts_at=scene.now + timedelta(days=days), title="碰头会"
            )
        make_hearing(H.CONFIRMED, here=scene.here, starts_at=scene.now + timedelta(days=9), title="听证会")

        assert lines(scene) == ["碰头会", "听证会"]
        assert lines(scene, 1) == ["碰头会"]


def test_nobody_reads_there_of_talks_between_neighbours() -> None:
    scene = hearing_at(H.PLANNED)
    with clock.at(scene.now):
        make_coordination(here=scene.here, starts_at=scene.now + timedelta(days=1), title="协调〔2026〕9号")

        assert named(scene, 9) == ()


def test_it_is_asked_of_the_database_once_for_all_readers(django_assert_num_queries: Any) -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(scene.now):
        here = neighbourhood_or_404(scene.here.slug)
        first = coming(here, 3)
        with django_assert_num_queries(0):
            assert coming(here, 3) == first


def test_elders_read_the_next_one_and_find_the_calendar(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    client.force_login(scene.delegates[0])
    with clock.at(scene.now):
        client.post("/me/mode/", {"mode": "elder", "next": "/", "once": "elder-on-1"})
        soup = seen(client, f"/n/{scene.here.slug}/")

    block = soup.select_one("section[aria-labelledby=coming]")
    assert block is not None
    assert len(block.select("p")) == 1
    assert block.select("a")[-1]["href"] == f"/n/{scene.here.slug}/calendar/"
