"""The page of whatever is owed offers the step to who owes it, ready or with why not yet, and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.community.models import Post, User
from portal.duties.models import Duty
from portal.duties.services import waiting_for
from portal.duties.steps import STEPS, Act, step_of, ways
from portal.kit import clock
from portal.meetings.reviews import yearly
from portal.meetings.states.coordination import CoordinationState
from portal.meetings.states.gathering import GatheringState
from portal.meetings.states.hearing import HearingState
from portal.meetings.states.review import ReviewState
from portal.meetings.states.summons import SummonsState
from portal.record.services import key
from tests import factories
from tests.meetings import coordination_factories as coordinations
from tests.meetings import factories as hearings
from tests.meetings import factories_gatherings as gatherings
from tests.meetings import factories_summons as summonses
from tests.meetings import review_factories as reviews

pytestmark = pytest.mark.django_db
HEADING = "Yours to do:"
AT: list[tuple[Callable[..., Any], Any]] = [
    *((hearings.hearing_at, state) for state in HearingState),
    *((gatherings.gathering_at, state) for state in GatheringState if state != GatheringState.NO_QUORUM),
    *(
        (reviews.review_at, state)
        for state in ReviewState
        if state not in (ReviewState.NO_QUORUM, ReviewState.CANCELLED)
    ),
    *((coordinations.case_at, state) for state in CoordinationState),
    *((summonses.summons_at, state) for state in SummonsState),
]


def page(user: User, url: str) -> str:
    """A page as somebody sees it who reads the source's words."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client.get(url, follow=True).content.decode()


@pytest.mark.parametrize(("make", "state"), AT)
def test_the_page_offers_the_step_to_who_owes_it_and_to_nobody_else(
    make: Callable[..., Any], state: Any
) -> None:
    scene = make(state)
    outsider = factories.make_resident(within=scene.here)
    with clock.at(scene.now):
        for duty in Duty.objects.active().exclude(kind__startswith="topic."):
            for user in User.objects.filter(is_active=True):
                owes = waiting_for(user).filter(pk=duty.pk).exists()
                if (way := step_of(duty, user)) and way.name:
                    assert owes
                    shown = page(user, duty.url)
                    assert re.search(rf'class="btn(?: quiet)?" href="{way.url}"', shown), duty
                    # However much is owed here, one button is the main one: of what is due first.
                    assert len(re.findall(r'<p class="actions"><a class="btn" ', shown)) == 1
                    assert opens(user, way.url) == 200, duty
                elif owes and any(isinstance(one, Act) for one in STEPS[duty.kind]):
                    # Not one of them can be done now: the page says why not.
                    assert not list(ways(duty, user))
            assert HEADING not in page(outsider, duty.url)


def opens(user: User, url: str) -> int:
    client = Client()
    client.force_login(user)
    return client.get(url).status_code


def test_what_is_owed_about_a_place_does_not_stand_above_each_of_its_forms() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    yearly.owe(here)

    assert HEADING not in page(worker, f"/n/{here.slug}/meetings/new/")
    assert waiting_for(worker).filter(kind="review.yearly").exists()


def test_what_is_owed_about_a_hearing_stands_on_the_page_of_its_topic_too() -> None:
    scene = hearings.hearing_at(HearingState.CONFIRMED)
    topic = scene.topic.get_absolute_url()
    with clock.at(scene.now):
        duty = waiting_for(scene.worker).get(subject=key(scene.hearing))
        way = step_of(duty, scene.worker)
        assert way is not None
        assert f'<p class="actions"><a class="btn" href="{way.url}"' in page(scene.worker, topic)
        assert HEADING not in page(scene.delegates[0], topic)


def test_a_seat_to_listen_is_offered_to_nobody_who_takes_part_or_has_one() -> None:
    scene = hearings.hearing_at(HearingState.REGISTRATION)
    neighbour, guest = (factories.make_resident(within=scene.here) for _ in range(2))
    with clock.at(scene.now):
        hearings.register(scene, guest)
        for url in (scene.topic.get_absolute_url(), f"/n/{scene.here.slug}/meetings/"):
            offered = {
                user: "Take a seat" in page(user, url) for user in (*scene.delegates, neighbour, guest)
            }
            assert [user for user, seen in offered.items() if seen] == [neighbour], url
