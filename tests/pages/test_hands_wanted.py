"""What home and "take part" say of volunteer activities, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from portal.community.models import Area
from portal.kit import clock
from portal.pages import services
from portal.pages.views import hands_wanted
from portal.pages.waiting import waiting_for
from portal.volunteers.models import Visibility
from portal.volunteers.states import SignupState
from tests.factories import make_neighbourhood, make_resident, make_user, person_of
from tests.volunteers.factories import Crew, make_activity, make_crew, make_shift, make_signup

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew() -> Crew:
    here = make_neighbourhood()
    services.found_neighbourhood(here)
    return make_crew(here)


def shift_in(here: Area, client: Client) -> list[bool]:
    """Whether home and "take part" name the activity, beside the dates that come up whether there is a place or not."""
    pages = (client.get(f"/n/{here.slug}/"), client.get(f"/n/{here.slug}/take-part/"))
    asked = [
        re.sub(r'(?s)aria-labelledby="coming".*?</section>', "", page.content.decode()) for page in pages
    ]
    return ["浇花" in text for text in asked]


def test_free_places_are_shown_until_they_are_taken(client: Client, crew: Crew) -> None:
    shift = make_shift(make_activity(crew, title="浇花"), slots=1)
    assert shift_in(crew.here, client) == [True, True]

    make_signup(shift, person_of(crew.member()))

    assert shift_in(crew.here, client) == [False, False]


@pytest.mark.parametrize(
    ("visibility", "seen"),
    [
        (Visibility.EVERYONE, [True, True, True]),
        (Visibility.NEIGHBOURS, [False, False, True]),
        (Visibility.TEAM, [False, False, False]),
    ],
)
def test_only_what_a_reader_may_know_is_shown(crew: Crew, visibility: Visibility, seen: list[bool]) -> None:
    make_shift(make_activity(crew, visibility=visibility))
    readers = (make_user(), make_resident(), make_resident(within=crew.here))

    assert [hands_wanted(reader, crew.here).exists() for reader in readers] == seen


def test_a_promise_to_help_and_a_consent_wait_for_their_people(crew: Crew) -> None:
    near = clock.now() + timedelta(days=2)
    shift = make_shift(make_activity(crew, title="浇花", least_age=14), starts_at=near)
    helper, guardian, young = (make_resident(within=crew.here) for _number in range(3))
    make_signup(shift, person_of(helper))
    make_signup(
        shift, person_of(young), SignupState.APPLIED, needs_consent=True, guardian=person_of(guardian)
    )

    waits = [[item.title for item in waiting_for(user, crew.here)] for user in (helper, guardian, young)]

    assert waits == [["浇花"], ["浇花"], []]
