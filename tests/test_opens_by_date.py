"""What opens by its date: before it the page says when, and nobody is told; at it, it opens without anybody's press.

Hearings' registration, surveys, rounds of a fund, activities' sign-up. Who opens it ahead says the date; the periodic
work, or the clock alone, does the rest. For pages at a set time: tests/pages/test_scheduling.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client

from portal.community.models import User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.duties.tick import run
from portal.funds.applying.services import begin
from portal.funds.calls import services as calls
from portal.funds.models import Call
from portal.funds.models.funds import ApplicantKind
from portal.funds.states import CallState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import moment
from portal.meetings.services import hearings, registrations
from portal.meetings.states.hearing import HearingState
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.surveys.course import services as surveys
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState
from portal.volunteers.services import signing
from tests.factories import make_user
from tests.funds.factories import make_call, make_fund, make_source
from tests.meetings.factories import HELD_AT, Scene, hearing_at, invitation
from tests.surveys.factories import make_survey
from tests.volunteers.factories import make_activity, make_crew, make_shift

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@dataclass
class Opening:
    """Something that opens by its date: where it is read, by whom, and how one takes part."""

    opens_at: datetime
    url: str
    reader: User
    takes_part: Callable[[], object]
    told: str


def of_a_hearing() -> Opening:
    scene: Scene = hearing_at(HearingState.PANEL_SET)
    opens_at = HELD_AT - 2 * DAY
    reader = make_user(Role.RESIDENT, neighbourhood=scene.here)
    with clock.at(scene.now):
        hearings.announce(scene.worker, scene.pk, invitation(registers=True, registers_at=opens_at))
    assert not Duty.objects.active().filter(kind="hearing.open_registration").exists()
    url = scene.hearing.get_absolute_url()
    return Opening(
        opens_at, url, reader, lambda: registrations.register(reader, scene.pk), "hearing.registration"
    )


def of_a_survey() -> Opening:
    world = make_survey(state=SurveyState.APPROVED)
    opens_at = clock.now() + 2 * DAY
    Survey.objects.filter(pk=world.pk).update(
        opens_at=opens_at, closes_at=opens_at + 20 * DAY, opened_at=None, told_at=None, frozen_at=None
    )
    world.survey.units.all().delete()
    surveys.open_survey(world.director, world.pk)

    def answers() -> None:
        if not Survey.objects.running().filter(pk=world.pk).exists():
            raise NotPossible("not yet")

    return Opening(opens_at, world.survey.get_absolute_url(), world.resident, answers, "survey.opened")


def of_a_round() -> Opening:
    funding = make_fund()
    make_source(funding)
    call = make_call(funding, state=CallState.DRAFT)
    opens_at = clock.now() + 2 * DAY
    Call.objects.filter(pk=call.pk).update(opens_at=opens_at)
    calls.open_call(funding.director, call.pk)
    reader = funding.resident
    return Opening(
        opens_at,
        call.get_absolute_url(),
        reader,
        lambda: begin(reader, call.pk, "长椅", ApplicantKind.GROUP, "三号楼"),
        "call.opened",
    )


def of_an_activity() -> Opening:
    """Its posting is told at once; the clock alone opens sign-up."""
    crew = make_crew()
    opens_at = clock.now() + 2 * DAY
    activity = make_activity(crew, signup_from=opens_at)
    shift = make_shift(activity, starts_at=opens_at + 3 * DAY)
    reader = crew.member("甲")
    return Opening(opens_at, shift.get_absolute_url(), reader, lambda: signing.sign_up(reader, shift.pk), "")


def test_sign_up_for_an_activity_opens_by_the_clock() -> None:
    made = of_an_activity()
    client = Client()
    client.force_login(made.reader)

    with clock.at(made.opens_at - timedelta(hours=1)):
        page = client.get(made.url).content.decode()
        with pytest.raises(NotPossible, match="报名"):
            made.takes_part()
    with clock.at(made.opens_at):
        later = client.get(made.url).content.decode()
        made.takes_part()

    assert (moment(made.opens_at) in page, "sign-up" in page, "sign-up" in later) == (True, False, True)


KINDS = [of_a_hearing, of_a_survey, of_a_round]


@contextmanager
def at(when: datetime) -> Iterator[None]:
    with clock.at(when):
        run()
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_it_opens_by_its_date_and_people_are_told_then(kind: Callable[[], Opening]) -> None:
    made = kind()
    client = Client()
    client.force_login(made.reader)

    with at(made.opens_at - timedelta(hours=1)):
        page = client.get(made.url).content.decode()
        early = Notice.objects.filter(kind=made.told).count()
        with pytest.raises(NotPossible):
            made.takes_part()
    with at(made.opens_at):
        made.takes_part()
        told = Notice.objects.filter(kind=made.told, user=made.reader).count()
        run()

    assert moment(made.opens_at) in page
    assert (early, told) == (0, 1)
    assert Notice.objects.filter(kind=made.told, user=made.reader).count() == 1


def test_registration_of_a_hearing_opens_before_it_begins() -> None:
    scene = hearing_at(HearingState.PANEL_SET)

    with clock.at(scene.now), pytest.raises(NotPossible, match="报名"):
        hearings.announce(scene.worker, scene.pk, invitation(registers_at=HELD_AT))


def test_a_hearing_that_was_put_off_does_not_open_registration() -> None:
    scene = hearing_at(HearingState.PANEL_SET)
    with clock.at(scene.now):
        hearings.announce(scene.worker, scene.pk, invitation(registers_at=HELD_AT - 2 * DAY))
        hearings.postpone(scene.worker, scene.pk, reason="台风")

    with at(HELD_AT - DAY):
        assert scene.fresh().state == HearingState.POSTPONED
    assert not Entry.objects.filter(action="hearing.registration").exists()
