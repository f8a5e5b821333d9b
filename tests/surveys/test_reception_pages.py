"""Pages of the desk: what is shown to whom, forms from end to end, lists that cost the same at 10 and 1,000 rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.kit import clock
from portal.pages.services import found_neighbourhood
from portal.surveys.models import Booking, ReceptionDay, VisitNote
from portal.surveys.models.desk import words_of
from portal.surveys.reception.services import hearing
from portal.surveys.states import BookingState
from tests.factories import make_dwelling, make_person, make_residency, person_of
from tests.surveys.reception_factories import Desk, after, make_booking, make_desk, make_note

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 1000


def test_a_time_is_booked_in_the_browser_and_nobody_else_reads_the_matter(client: Client) -> None:
    desk = make_desk()
    url = desk.day.get_absolute_url()
    client.force_login(desk.resident)

    assert client.post(f"{url}book/", {"number": "", "matter": ""}).status_code == 422
    sent = client.post(f"{url}book/", {"number": "2", "matter": "想问助餐点"})

    booking = Booking.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, booking.get_absolute_url())
    page = client.get(sent["Location"]).text
    assert "想问助餐点" in page
    assert "14:40" in page
    assert client.get(f"{url}book/").status_code == 409
    assert "BEGIN:VEVENT" in client.get(f"{sent['Location']}calendar.ics").text
    for reader, status in ((desk.neighbour, 404), (desk.worker, 200), (desk.director, 200)):
        client.force_login(reader)
        assert client.get(sent["Location"]).status_code == status
        assert ("想问助餐点" in client.get(url).text) == (status == 200)
    client.logout()
    assert "想问助餐点" not in client.get(url).text


def test_staff_book_for_somebody_without_a_telephone(client: Client) -> None:
    desk = make_desk()
    elder = make_person(real_name="陆阿婆")
    make_residency(elder, make_dwelling(within=desk.building, room="808"))
    client.force_login(desk.worker)

    sent = client.post(
        f"{desk.day.get_absolute_url()}book-for/", {"person": "陆阿婆", "number": "0", "matter": "问助餐"}
    )

    assert sent.status_code == 302
    assert Booking.objects.get().person == elder


def test_both_sides_see_what_was_said_and_who_owes_the_answer(client: Client) -> None:
    desk = make_desk()
    booking = make_booking(desk)
    with clock.at(after(desk)):
        hearing.hear(desk.director, booking.pk, asked="楼道灯不亮", building=desk.building)
    url = booking.get_absolute_url()

    client.force_login(desk.resident)
    page = client.get(url).text
    assert "反映的事" in page or "What you said on" in page
    assert person_of(desk.director).public_name in page
    client.force_login(desk.director)
    page = client.get(url).text
    assert f"/visit-notes/{booking.note.pk}/answer/" in page
    assert f"{url}hand-on/" in page


def test_a_note_is_written_on_a_phone_and_refused_with_a_proposal(client: Client) -> None:
    desk = make_desk()
    client.force_login(desk.worker)
    url = f"/n/{desk.slug}/visit-notes/new/"

    assert 'data-draft="note-' in client.get(url).text
    typed = {"building": desk.building.pk, "kind": "visit", "asked": "打 13812345678 回话"}
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert "〔电话〕" in refused.text
    assert client.post(url, typed | {"asked": "想要长椅"}).status_code == 302
    assert VisitNote.objects.get().asked == "想要长椅"


def test_ticked_notes_become_a_topic(client: Client) -> None:
    desk = make_desk()
    one, two = make_note(desk), make_note(desk)
    client.force_login(desk.worker)
    url = f"/n/{desk.slug}/visit-notes/take-up/?note={one.pk}&note={two.pk}"

    assert client.post(url, {"title": ""}).status_code == 422
    sent = client.post(url, {"title": "门口添长椅"})

    assert (sent.status_code, sent["Location"].rpartition("/draft/")[2]) == (302, "1/")
    assert client.post(url, {"title": "门口添长椅"}).status_code == 409
    assert client.get(url + "&note=9999999999999999999999&note=x").status_code == 200


def test_a_series_is_planned_and_a_day_stands_on_the_home(client: Client) -> None:
    desk = make_desk()
    found_neighbourhood(desk.here)
    client.force_login(desk.worker)
    fields = {
        "host": desk.director.person_id,
        "first": (clock.today() + timedelta(days=1)).isoformat(),
        "begins": "09:00",
        "ends": "10:00",
        "minutes": "20",
        "place": "二楼活动室",
        "repeat": "weekly",
        "number": "3",
    }

    assert client.post(f"/n/{desk.slug}/reception/new/", fields).status_code == 302

    assert ReceptionDay.objects.count() >= 3
    for page in ("", "take-part/", "reception/"):
        assert "二楼活动室" in client.get(f"/n/{desk.slug}/{page}").text


def fill(desk: Desk, number: int) -> None:
    """So many days, times of one resident, times of one day, and notes."""
    starts = desk.day.starts_at
    person, director, worker = person_of(desk.resident), person_of(desk.director), person_of(desk.worker)
    days = ReceptionDay.objects.bulk_create(
        ReceptionDay(
            neighbourhood=desk.here,
            host=director,
            starts_at=starts + timedelta(hours=n + 1),
            ends_at=starts + timedelta(hours=n + 3),
            place="居委会",
            made_by=desk.worker,
        )
        for n in range(number)
    )
    Booking.objects.bulk_create(
        Booking(day=day, number=0, person=person, matter="灯", booked_by=desk.resident) for day in days
    )
    Booking.objects.bulk_create(
        Booking(
            day=desk.day,
            number=n % 6,
            person=person,
            matter="灯",
            booked_by=desk.worker,
            state=BookingState.GIVEN_BACK,
        )
        for n in range(number)
    )
    notes = [
        VisitNote(
            neighbourhood=desk.here,
            building=desk.building,
            asked=f"长椅{n}",
            written_by=worker,
            heard_on=clock.today(),
        )
        for n in range(number)
    ]
    for note in notes:
        note.words = words_of(note)
    VisitNote.objects.bulk_create(notes)


def costs(desk: Desk, client: Client) -> dict[str, int]:
    note = VisitNote.objects.order_by("pk").first()
    assert note is not None
    paths = {
        desk.resident: [f"/n/{desk.slug}/reception/", desk.day.get_absolute_url()],
        desk.worker: [
            f"/n/{desk.slug}/reception/",
            desk.day.get_absolute_url(),
            f"/n/{desk.slug}/visit-notes/",
            f"/n/{desk.slug}/visit-notes/?q=长椅&state=noted",
            f"/n/{desk.slug}/visit-notes/take-up/?note={note.pk}",
            note.get_absolute_url(),
        ],
    }
    found = {}
    for user, urls in paths.items():
        client.force_login(user)
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found[f"{user.pk}{url}"] = len(asked)
    return found


def test_lists_cost_the_same_at_ten_and_at_a_thousand(client: Client) -> None:
    desk = make_desk()
    fill(desk, FEW)
    few = costs(desk, client)
    Booking.objects.all().delete()
    ReceptionDay.objects.exclude(pk=desk.day.pk).delete()
    fill(desk, MANY)

    assert costs(desk, client) == few
