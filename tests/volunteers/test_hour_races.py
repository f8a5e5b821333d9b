"""Two at once, on a database that lets two write at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.volunteers.models import Finding, HourRecord
from portal.volunteers.services import disputes, hours
from portal.volunteers.spans import Span
from portal.volunteers.states import HourState
from tests.concurrency import at_once
from tests.factories import make_person, make_resident, person_of
from tests.volunteers.factories import (
    make_activity,
    make_attendance,
    make_crew,
    make_record,
    make_shift,
    make_signup,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


def test_two_recorders_verify_at_once_and_one_is_told() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), starts_at=clock.now() - timedelta(days=2))
    records = [make_record(crew, make_person(), shift=shift, state=HourState.ENTERED) for _one in range(4)]
    pks = [record.pk for record in records]
    users = [crew.leader, crew.recorder]

    outcome = at_once(2, lambda n: hours.verify(users[n], pks[:: 1 - 2 * n]), numbered=True)

    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert set(HourRecord.objects.values_list("state", flat=True)) == {HourState.VERIFIED}
    assert HourRecord.objects.values("recorder").distinct().count() == 1
    assert Entry.objects.filter(action="hours.verified").count() == 1


def test_a_list_is_closed_once() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), starts_at=clock.now() - timedelta(days=2))
    for _one in range(3):
        make_attendance(make_signup(shift, make_person()), crew.leader)

    outcome = at_once(4, lambda: hours.close_list(crew.leader, shift.pk))

    assert (len(outcome.results), [type(error) for error in outcome.errors]) == (1, [NotPossible] * 3)
    assert HourRecord.objects.count() == 3


def test_of_two_overlapping_records_one_is_booked() -> None:
    crew = make_crew()
    person = make_person()
    start = clock.now() - timedelta(days=20)
    with clock.at(start):
        both = [
            make_record(crew, person, starts_at=start + n * MINUTE, state=HourState.ON_NOTICE)
            for n in range(2)
        ]

    for _again in range(3):
        outcome = at_once(4, hours.book_due)
        assert not outcome.errors

    found = sorted(HourRecord.objects.values_list("state", flat=True))
    assert found == [HourState.BOOKED, HourState.DISPUTED]
    assert sum(record.disputes.count() for record in both) == 1


def test_a_claim_is_made_once() -> None:
    crew = make_crew()
    user = crew.member()
    shift = make_shift(make_activity(crew), starts_at=clock.at_time(clock.today() - timedelta(days=2), 9))

    outcome = at_once(4, lambda: hours.claim(user, shift.pk, Span(shift.starts_at, shift.ends_at)))

    assert (len(outcome.results), [type(error) for error in outcome.errors]) == (1, [NotPossible] * 3)


def test_a_dispute_is_confirmed_once() -> None:
    crew = make_crew()
    record = make_record(crew, make_person())
    made = disputes.dispute(make_resident(within=crew.here), record.pk, "没来")
    disputes.find(crew.recorder, made.record_id, Finding.REJECTED, "没来")
    users = [crew.leader, crew.worker, crew.director]

    outcome = at_once(3, lambda n: disputes.confirm(users[n], made.record_id), numbered=True)

    assert (len(outcome.results), [type(error) for error in outcome.errors]) == (1, [NotPossible] * 2)
    made.refresh_from_db()
    assert made.confirmed_by in [person_of(user) for user in users]
