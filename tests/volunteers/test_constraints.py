"""What the database itself refuses, on both engines, whatever the services did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.kit import clock
from portal.volunteers.models import HourRecord, Shift
from portal.volunteers.spans import Span
from portal.volunteers.states import HourState
from tests.examples import examples
from tests.factories import make_person, person_of
from tests.volunteers.factories import make_activity, make_crew, make_record, make_shift, make_signup

pytestmark = pytest.mark.django_db
SPANS = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 240)), min_size=2, max_size=8)


class TestOverlap(TestCase):
    @settings(max_examples=examples(60), deadline=None)
    @given(spans=SPANS)
    def test_booked_records_of_a_person_never_overlap(self, spans: list[tuple[int, int]]) -> None:
        crew, person = make_crew(), make_person()
        start = clock.now().replace(second=0, microsecond=0) - timedelta(days=30)
        stand: list[Span] = []
        for begins, length in spans:
            at = start + timedelta(minutes=begins)
            span = Span(at, at + timedelta(minutes=length))
            if any(span.overlaps(other) for other in stand):
                with pytest.raises(IntegrityError, match="hours_never_overlap"), transaction.atomic():
                    make_record(crew, person, starts_at=at, minutes=length)
            else:
                make_record(crew, person, starts_at=at, minutes=length)
                stand.append(span)

        assert HourRecord.objects.booked().filter(person=person).count() == len(stand)


def test_an_overlap_is_refused_when_a_record_becomes_booked() -> None:
    crew, person = make_crew(), make_person()
    first = make_record(crew, person)
    second = make_record(crew, person, starts_at=first.starts_at, state=HourState.ON_NOTICE)

    second.state, second.booked_at = HourState.BOOKED, clock.now()
    with pytest.raises(IntegrityError, match="hours_never_overlap"), transaction.atomic():
        second.save()


def test_two_people_may_serve_at_the_same_time() -> None:
    crew = make_crew()
    first = make_record(crew, make_person())

    assert make_record(crew, make_person(), starts_at=first.starts_at).pk


def test_no_more_minutes_than_the_time_between() -> None:
    crew = make_crew()
    record = make_record(crew, make_person(), minutes=90)

    record.minutes = 91
    with pytest.raises(IntegrityError, match="hours_minutes"), transaction.atomic():
        record.save()


def test_nobody_verifies_the_own_hours() -> None:
    crew = make_crew()

    with pytest.raises(IntegrityError, match="hours_recorder_is_another"), transaction.atomic():
        make_record(crew, person_of(crew.recorder))


def test_a_shift_never_holds_more_than_its_places() -> None:
    shift = make_shift(make_activity(make_crew()), slots=1)
    make_signup(shift, make_person())

    with pytest.raises(IntegrityError, match="shift_places"), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(taken=2)


def test_sqlite_holds_it_by_triggers() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite makes tables anew")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'hours%' ORDER BY name"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "hours_never_overlap_insert",
            "hours_never_overlap_update",
        ]
