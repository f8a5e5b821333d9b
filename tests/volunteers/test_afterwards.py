"""What happens when plans change: a moved time, a closed team, a photo that shows a claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client

from portal.community.models import Upload
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.volunteers.services import activities, signing, teams
from portal.volunteers.spans import Span
from portal.volunteers.states import HourState, SignupState
from tests.factories import person_of
from tests.volunteers.factories import make_activity, make_crew, make_record, make_shift, make_signup

pytestmark = pytest.mark.django_db


def test_who_signed_up_for_another_time_may_always_cancel() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), starts_at=clock.now() + timedelta(days=4))
    early, late = crew.member(), crew.member()
    before = make_signup(shift, person_of(early))
    near = clock.now() + timedelta(hours=3)
    activities.change_shift(crew.leader, shift.pk, Span(near, near + timedelta(hours=1)), shift.slots)
    after = make_signup(shift, person_of(late))

    assert signing.cancel(early, before.pk).state == SignupState.CANCELLED
    with clock.at(near + timedelta(minutes=1)), pytest.raises(NotPossible):
        signing.cancel(late, after.pk)  # got the place after the limit, so until the start


def test_a_team_is_closed_by_the_committee_once_nothing_of_it_is_open(client: Client) -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew))
    with pytest.raises(PermissionDenied):
        teams.close(crew.leader, crew.team.pk)
    with pytest.raises(NotPossible):
        teams.close(crew.worker, crew.team.pk)
    activities.call_off_shift(crew.leader, shift.pk, "下雨")
    client.force_login(crew.worker)

    assert client.post(f"/teams/{crew.team.pk}/close/").status_code == 302

    crew.team.refresh_from_db()
    assert crew.team.closed_at is not None
    assert Entry.objects.filter(action="team.closed").count() == 1
    with pytest.raises(NotPossible):
        teams.join(crew.member(), crew.team.pk)


def test_only_who_verifies_opens_the_photo_of_a_claim(client: Client) -> None:
    crew = make_crew()
    volunteer, other = crew.member(), crew.member()
    photo = Upload.objects.create(
        area=crew.here,
        owner=person_of(volunteer),
        file=ContentFile(b"x", name="x"),
        name="照片.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="0" * 64,
    )
    record = make_record(crew, person_of(volunteer), state=HourState.CLAIMED, evidence=photo)
    answers = []
    for user in (crew.recorder, other, volunteer):
        client.force_login(user)
        answer = client.get(f"/hours/{record.pk}/evidence/")
        answers.append(answer.status_code)
        b"".join(answer)  # to its end, so that the file is closed

    assert answers == [200, 403, 403]
