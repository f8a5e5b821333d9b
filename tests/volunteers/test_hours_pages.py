"""Pages of hours: desks, one record, notices without names, one's year, sums that hide what is somebody's own."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.community.models import User
from portal.kit import clock
from portal.volunteers import sums
from portal.volunteers.models import HourRecord, Shift, Volunteer
from portal.volunteers.services import disputes, hours
from portal.volunteers.states import HourState
from tests.factories import make_neighbourhood, make_person, make_resident, person_of
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_attendance,
    make_crew,
    make_record,
    make_shift,
    make_signup,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def browser(user: User | None) -> Client:
    """Somebody at a computer."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@kept
def past(crew: Crew, days: int = 2, **values: object) -> Shift:
    """A shift that is over."""
    start = clock.at_time(clock.today() - days * DAY, 14)
    return make_shift(make_activity(crew, **values), starts_at=start)


def page(user: User | None, path: str, **sent: object) -> tuple[int, str]:
    """Status and text of a page; with `sent`, of a form's answer."""
    client = browser(user)
    answer = client.post(path, sent) if sent else client.get(path)
    return answer.status_code, answer.content.decode()


def test_the_desk_takes_a_shift_from_the_list_to_the_notice() -> None:
    crew = make_crew()
    shift = past(crew)
    for _one in range(3):
        make_attendance(make_signup(shift, make_person()), crew.leader)
    close, verify = (f"/shifts/{shift.pk}/{action}/" for action in ("close-list", "verify-hours"))

    assert page(crew.recorder, close, x="1")[0] == 302
    made = list(HourRecord.objects.filter(shift=shift))
    assert page(crew.recorder, verify, x="1")[0] == 422
    assert page(crew.recorder, verify, pks=[one.pk for one in made])[0] == 302
    assert page(crew.leader, verify, pks=[made[0].pk])[0] == 422
    assert page(crew.recorder, close, x="1")[0] == 409

    assert set(HourRecord.objects.values_list("state", flat=True)) == {"verified"}
    hours.post_verified()
    notice = HourRecord.objects.all()[0].notice
    assert notice is not None
    status, text = page(None, notice.url)
    assert status == 200
    assert not any(one.person.display_name in text or one.person.real_name in text for one in made)


def test_only_those_who_keep_hours_read_the_desks() -> None:
    crew = make_crew()
    shift = past(crew)
    for path in (
        f"/shifts/{shift.pk}/hours/",
        f"/teams/{crew.team.pk}/hours/",
        f"/teams/{crew.team.pk}/hours/import/",
    ):
        assert page(None, path)[0] == 302
        assert page(crew.member(), path)[0] == 403
        assert [page(user, path)[0] for user in (crew.leader, crew.recorder, crew.worker)] == [200] * 3


def test_the_desk_warns_of_a_long_day_and_of_nothing_else() -> None:
    crew = make_crew()
    long_day, usual = make_person(), make_person()
    shift = past(crew)
    make_record(crew, long_day, starts_at=shift.starts_at - timedelta(hours=8), minutes=420)
    for person in (long_day, usual):
        make_record(crew, person, shift=shift, state=HourState.ENTERED)

    _status, text = page(crew.worker, f"/shifts/{shift.pk}/hours/")

    assert (
        re.findall(r'<span class="tag amber">([^<]*)', text) == ["这一天 9 小时"]
        or text.count("tag amber") == 1
    )


def test_a_claim_that_cannot_be_is_shown_again_with_its_reason() -> None:
    crew = make_crew()
    shift, user = past(crew), crew.member()
    day = clock.day_of(shift.starts_at)
    path = f"/shifts/{shift.pk}/claim/"

    for starts, ends in (("15:00", "14:00"), ("13:00", "15:00"), ("14:00", "14:20")):
        assert page(user, path, starts_at=f"{day}T{starts}", ends_at=f"{day}T{ends}")[0] == 409
    assert page(user, path, starts_at=f"{day}T14:00", ends_at="heute")[0] == 422
    assert page(user, path, starts_at=f"{day}T14:00", ends_at=f"{day + 2 * DAY}T15:00")[0] == 409
    assert page(user, path, starts_at=f"{day}T14:00", ends_at=f"{day}T15:30", remark="扫地")[0] == 302
    assert HourRecord.objects.get().minutes == 90


def test_a_record_is_read_by_its_person_and_those_who_keep_hours() -> None:
    crew = make_crew()
    user, neighbour = crew.member(), make_resident(within=crew.here)
    record = make_record(crew, person_of(user))
    path = f"/hours/{record.pk}/"

    assert [page(one, path)[0] for one in (user, crew.leader, crew.worker)] == [200] * 3
    assert [page(one, path)[0] for one in (neighbour, make_resident(), crew.member())] == [404] * 3
    status, text = page(neighbour, f"{path}dispute/")
    assert (status, person_of(user).real_name in text, record.activity.title in text) == (200, False, False)
    assert page(neighbour, f"{path}dispute/", text="没来")[0] == 302
    assert page(neighbour, f"{path}dispute/", text="没来")[0] == 409
    assert page(neighbour, f"{path}find/")[0] == 403
    assert page(neighbour, f"{path}forge/")[0] == 404


def test_who_may_object_but_not_read_learns_nothing_of_a_record_that_is_not_on_notice() -> None:
    crew = make_crew()
    user, neighbour = crew.member(), make_resident(within=crew.here)
    record = make_record(crew, person_of(user), state=HourState.ENTERED)

    status, text = page(neighbour, f"/hours/{record.pk}/dispute/")

    assert (status, person_of(user).real_name in text, record.activity.title in text) == (409, False, False)
    assert f'href="/n/{crew.here.slug}/volunteers/"' in text


def test_the_page_of_a_record_shows_both_versions_and_the_difference() -> None:
    crew = make_crew()
    shift = past(crew)
    record = make_record(crew, make_person(), shift=shift)
    day = clock.day_of(shift.starts_at)

    sent = {"starts_at": f"{day}T14:00", "ends_at": f"{day}T15:00", "why": "早退"}
    assert page(crew.recorder, f"/hours/{record.pk}/correct/", **sent)[0] == 302

    new = HourRecord.objects.get(replaces=record)
    for pk in (record.pk, new.pk):
        _status, text = page(crew.leader, f"/hours/{pk}/")
        assert "-60" in text
        assert "早退" in text


def test_a_dispute_is_answered_on_its_pages() -> None:
    crew = make_crew()
    record = make_record(crew, make_person(), shift=past(crew))
    dispute = disputes.dispute(make_resident(within=crew.here), record.pk, "没来")
    path = f"/hours/{record.pk}/"

    assert page(crew.recorder, f"{path}find/", finding="rejected", answer="确实没来")[0] == 302
    assert page(crew.recorder, f"{path}confirm/", x="1")[0] == 409
    assert page(crew.leader, f"{path}confirm/", x="1")[0] == 302
    dispute.refresh_from_db()
    assert (dispute.found_by, dispute.confirmed_by) == (person_of(crew.recorder), person_of(crew.leader))


# --- pictures ---


def test_my_year_is_the_sum_of_my_booked_records_with_mutual_aid_apart() -> None:
    crew = make_crew()
    user = crew.member()
    start = clock.at_time(date(clock.today().year, 1, 10), 9)
    for days, state, aid in (
        (0, "booked", False),
        (1, "booked", False),
        (2, "on_notice", False),
        (3, "booked", True),
    ):
        make_record(
            crew, person_of(user), starts_at=start + days * DAY, state=HourState(state), mutual_aid=aid
        )

    year = sums.of_person(person_of(user), clock.today().year)

    assert (year.sums.minutes, year.mutual_aid) == (240, 120)
    assert [part.minutes for part in year.sums.months][0] == 240
    assert sum(part.minutes for part in year.sums.parts) == 240
    assert page(user, "/me/hours/")[0] == 200
    assert page(user, "/me/hours/?year=1999")[0] == 200


@kept
def served(crew: Crew, month: int, people: int, minutes: int = 60) -> None:
    """So many people, an hour each, in a month of last year."""
    start = clock.at_time(date(clock.today().year - 1, month, 5), 9)
    for _one in range(people):
        make_record(crew, make_person(), starts_at=start, minutes=minutes)


def test_months_with_few_people_are_hidden_and_cannot_be_computed() -> None:
    crew = make_crew()
    for month, people in ((1, 5), (2, 4), (3, 2), (4, 3)):
        served(crew, month, people)

    year = sums.of_neighbourhood(crew.here, clock.today().year - 1)

    assert [(part.minutes, part.hidden) for part in year.months[:5]] == [
        (300, False),
        (240, False),
        (0, True),
        (0, True),
        (0, False),
    ]
    assert (year.minutes, year.people) == (14 * 60, 14)


def test_a_place_where_two_served_shows_nothing() -> None:
    crew = make_crew()
    served(crew, 1, 2, minutes=90)
    last = clock.today().year - 1
    for path in (
        f"/places/{crew.here.slug}/hours/?year={last}",
        f"/n/{crew.here.slug}/volunteers/?year={last}",
    ):
        status, text = page(None, path)
        assert (status, "3 小时" in text or "3 h" in text) == (200, False)


def test_sums_of_a_district_are_those_of_its_places_and_nobody_is_counted_twice() -> None:
    first = make_crew()
    district = first.here.get_root()
    second = make_crew(make_neighbourhood(parent=first.here.get_parent()))
    both = make_person()
    served(first, 1, 3)
    served(second, 1, 4)
    start = clock.at_time(date(clock.today().year - 1, 1, 20), 9)
    make_record(first, both, starts_at=start)
    make_record(second, both, starts_at=start + DAY)
    make_crew()

    whole = sums.of_place(district, clock.today().year - 1)
    below = sums.of_place(first.here.get_parent(), clock.today().year - 1)

    assert (whole.minutes, whole.people, whole.months[0].people) == (7 * 60 + 240, 8, 8)
    assert [(part.minutes, part.people) for part in below.parts] == [(300, 4), (360, 5)]
    assert page(None, f"/places/{district.slug}/hours/")[0] == 200


def test_the_wall_names_only_who_agreed_and_forgets_who_took_it_back() -> None:
    crew = make_crew()
    users = [make_resident(within=crew.here, name=name) for name in ("愿具名", "不具名", "无所谓", "也帮忙")]
    for user in users:
        make_record(crew, person_of(user), starts_at=clock.now() - timedelta(hours=3))
    assert page(users[0], "/me/volunteer/", named="on", site_number="310-1")[0] == 302
    path = f"/n/{crew.here.slug}/volunteers/?year={clock.today().year}"

    _status, text = page(None, path)
    assert ("愿具名" in text, "不具名" in text) == (True, False)
    assert sums.wall(crew.here, clock.today().year, 4).others == 3

    assert page(users[0], "/me/volunteer/", site_number="310-1")[0] == 302
    assert "愿具名" not in page(None, path)[1]
    assert page(users[0], "/me/volunteer/", site_number="310105199001011234")[0] == 422
    assert Volunteer.objects.get().site_number == "310-1"


def test_who_needs_hands_is_the_next_seven_days_with_free_places() -> None:
    crew = make_crew()
    soon = make_shift(make_activity(crew), slots=2)
    full = make_shift(make_activity(crew), slots=1)
    make_signup(full, make_person())
    make_shift(make_activity(crew), starts_at=clock.now() + 9 * DAY)
    make_shift(make_activity(crew, visibility="team"), slots=2)

    assert list(sums.wanting(AnonymousUser(), crew.here)) == [soon]


@pytest.mark.parametrize("path", ["/shifts/{shift}/hours/", "/teams/{team}/hours/", "/n/{here}/volunteers/"])
def test_desks_ask_the_same_however_many_records_there_are(path: str) -> None:
    crew = make_crew()
    shift = past(crew)
    asked = []
    for number in (2, 12):
        for _one in range(number):
            make_record(crew, make_person(), shift=shift, state=HourState.ENTERED)
            make_record(crew, make_person(), shift=shift)
        client = browser(crew.recorder)
        with CaptureQueriesContext(connection) as queries:
            address = path.format(shift=shift.pk, team=crew.team.pk, here=crew.here.slug)
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] <= 30
