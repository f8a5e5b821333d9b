"""The calendar: what has a date stands in it for whom, by kind, in one file for phones, at the same cost for many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar
from icalendar import Event as Entry

from portal.actions.dates import Dated, date_kinds, dated, own_dates
from portal.community.models import User
from portal.duties.calendar import is_made_up, rest_of
from portal.duties.models import PublicNotice
from portal.funds.states import CallState
from portal.kit import clock
from portal.meetings.calendar import reading
from portal.meetings.models import CalendarLink, Hearing
from portal.meetings.services import hearings, reinstating, sessions
from portal.meetings.states.hearing import HearingState as H
from portal.surveys.models import ReceptionDay, Survey
from portal.surveys.states import SurveyState
from portal.volunteers.models import Shift, Visibility
from portal.voting.models import Vote
from tests import factories
from tests.funds.factories import make_call
from tests.meetings.factories import HELD_AT, PLANNED_AT, Scene, hearing_at, make_hearing, person, register
from tests.surveys.factories import make_survey
from tests.surveys.reception_factories import make_booking, make_desk
from tests.volunteers.factories import make_activity, make_crew, make_shift, make_signup
from tests.voting.factories import CALLED_AT, OPENS_AT, call, make_place

pytestmark = pytest.mark.django_db
LONG_AGO, FAR_AHEAD = clock.at_time(date(2020, 1, 1), 0), clock.at_time(date(2040, 1, 1), 0)


def lines(here: object, user: object = None) -> list[Dated]:
    """All of a neighbourhood, as somebody reads it; nobody in particular."""
    return dated(user or AnonymousUser(), here, LONG_AGO, FAR_AHEAD)  # type: ignore[arg-type]


def entry_of(client: Client, scene: Scene) -> Entry:
    """The hearing's entry, as a calendar reads it."""
    answer = client.get(reverse("meetings:meeting_file", args=[scene.pk]))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).events[0]


# --- the entry of a meeting ---


@pytest.mark.parametrize("state", list(H))
def test_a_meeting_in_any_state_is_an_entry_that_a_calendar_reads(client: Client, state: H) -> None:
    scene = hearing_at(state)
    with clock.at(scene.now):
        answer = client.get(reverse("meetings:meeting_file", args=[scene.pk]))

    if state in {H.PLANNED, H.PANEL_SET}:
        assert answer.status_code == 404
        return
    entry = Calendar.from_ical(answer.content).events[0]
    off = state in {H.POSTPONED, H.CANCELLED}
    assert entry.uid == f"hearing-{scene.pk}@{scene.here.slug}.gongzhi"
    assert entry.start == (scene.fresh().starts_at if state is not H.POSTPONED else HELD_AT)
    assert str(entry["STATUS"]) == ("CANCELLED" if off else "CONFIRMED")
    assert str(entry["LOCATION"]) == "二楼茶室"
    assert b"None" not in answer.content
    assert b"TZID=Asia/Shanghai" in answer.content


def test_each_change_makes_the_sequence_larger_and_never_another_name(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    found = [entry_of(client, scene)]
    with clock.at(scene.now):
        for change in (
            lambda: hearings.cancel(scene.worker, scene.pk, reason="误会"),
            lambda: reinstating.reinstate(scene.worker, scene.pk, reason="照常"),
            lambda: hearings.postpone(scene.worker, scene.pk, reason="台风"),
            lambda: hearings.cancel(scene.worker, scene.pk, reason="撤回"),
        ):
            change()
            found.append(entry_of(client, scene))

    first = found[0]["SEQUENCE"]
    assert [one["SEQUENCE"] for one in found] == [first + n for n in range(5)]
    assert {(one.uid, one.start) for one in found} == {(found[0].uid, HELD_AT)}
    assert [str(one["STATUS"]) for one in found] == [
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
        "CANCELLED",
        "CANCELLED",
    ]


def test_the_next_round_moves_the_same_entry(client: Client) -> None:
    scene = hearing_at(H.ADJOURNED)
    before = entry_of(client, scene)
    with clock.at(scene.now):
        later = scene.now + timedelta(days=20)
        sessions.reschedule(scene.worker, scene.pk, reason="人没到齐", resumes_at=later, place="礼堂")

    after = entry_of(client, scene)
    assert (after.uid, after["SEQUENCE"]) == (before.uid, before["SEQUENCE"] + 1)
    assert (after.start, str(after["LOCATION"])) == (later, "礼堂")


def test_the_name_of_an_entry_never_follows_the_host(client: Client, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    scene = hearing_at(H.ANNOUNCED)
    url = reverse("meetings:meeting_file", args=[scene.pk])

    names = {
        Calendar.from_ical(client.get(url, headers={"host": host}).content).events[0].uid
        for host in ("a.example", "b.example")
    }

    assert len(names) == 1


# --- every kind ---


def test_there_is_a_line_for_each_kind(client: Client) -> None:
    here = factories.make_neighbourhood()
    with clock.at(PLANNED_AT):
        scene_hearing = make_hearing(H.ANNOUNCED, here=here, starts_at=HELD_AT, place="二楼")
        shift = make_shift(make_activity(make_crew(here)))
        survey = make_survey(here).survey
        desk = make_desk()
        funds = make_call()
        funds.fund.__class__.objects.filter(pk=funds.fund_id).update(neighbourhood=here)
        ReceptionDay.objects.filter(pk=desk.day.pk).update(neighbourhood=here)
        PublicNotice.objects.create(
            neighbourhood=here, subject="topic:1", purpose="topic", title="公示", url="/", ends_at=HELD_AT
        )
    place = make_place()
    vote = call(place)
    Vote.objects.filter(pk=vote.pk).update(neighbourhood=here)
    with clock.at(PLANNED_AT + timedelta(hours=1)):
        found = lines(here)
        feed = client.get(reverse("meetings:calendar_feed", args=[here.slug]))

    assert {line.kind for line in found} == {kind.name for kind in date_kinds()}
    by_name = {line.uid.partition("@")[0]: line for line in found}
    assert by_name[f"vote-{vote.pk}-opens"].starts_at == OPENS_AT
    assert by_name[f"vote-{vote.pk}-closes"].day == date(2026, 11, 24)
    assert by_name[f"vote-{vote.pk}-closes"].hours == "24:00"
    assert by_name[f"shift-{shift.pk}"].hours.count("–") == 1
    assert by_name[f"survey-{survey.pk}"].deadline
    assert by_name[f"hearing-{scene_hearing.pk}"].place == "二楼"
    entries = Calendar.from_ical(feed.content).events
    assert {entry.uid for entry in entries} == {line.uid for line in found}
    ends = next(entry for entry in entries if entry.uid.startswith(f"vote-{vote.pk}-closes"))
    # 24:00 is the end of that day, not the beginning of the next one.
    assert (ends.start, ends.end) == (date(2026, 11, 24), date(2026, 11, 25))


def test_what_is_called_off_stays_with_its_date_in_every_kind() -> None:
    here = factories.make_neighbourhood()
    crew, now = make_crew(here), clock.now()
    shift = make_shift(make_activity(crew))
    gone = make_shift(make_activity(crew, cancelled_at=now))
    survey = make_survey(here).survey
    desk = make_desk()
    funds = make_call()
    place = make_place()
    vote = call(place)
    Shift.objects.filter(pk=shift.pk).update(cancelled_at=now)
    Survey.objects.filter(pk=survey.pk).update(state=SurveyState.CANCELLED)
    ReceptionDay.objects.filter(pk=desk.day.pk).update(called_off_at=now)
    funds.__class__.objects.filter(pk=funds.pk).update(state=CallState.CANCELLED)
    Vote.objects.filter(pk=vote.pk).update(aborted_at=CALLED_AT)

    for where, count in ((here, 3), (desk.here, 1), (funds.neighbourhood, 2), (place.neighbourhood, 2)):
        found = [line for line in lines(where) if line.kind != "notice"]
        assert len([line for line in found if line.off]) == len(found) == count, where
        assert all(line.full_title.startswith("【") for line in found)
    assert gone.pk


def test_nobody_reads_what_they_may_not_open() -> None:
    crew = make_crew()
    make_shift(make_activity(crew, visibility=Visibility.TEAM))
    make_shift(make_activity(crew, approved_at=None, approved_by=None))
    make_survey(crew.here, state=SurveyState.APPROVED)
    draft = make_call(state=CallState.DRAFT)

    assert lines(crew.here) == lines(draft.neighbourhood) == []
    # Not even the committee: a calendar has no drafts.
    assert [line.kind for line in lines(crew.here, crew.worker)] == ["activity"]


def test_a_survey_that_was_closed_early_ended_then() -> None:
    asking = make_survey(state=SurveyState.CLOSED)
    closed = clock.now() - timedelta(hours=2)
    Survey.objects.filter(pk=asking.survey.pk).update(closed_at=closed)

    assert [line.starts_at for line in lines(asking.here)] == [closed]


# --- pages ---


def read(client: Client, here: object, **query: str) -> str:
    """The page of the calendar."""
    answer = client.get(reverse("meetings:calendar", args=[here.slug]), query)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_month_by_shanghais_days() -> None:
    crew = make_crew()
    midnight = clock.at_time(date(2026, 12, 1), 0)
    make_shift(make_activity(crew), starts_at=midnight)
    make_shift(make_activity(crew), starts_at=midnight - timedelta(hours=2))

    month = reading.month(crew.here, AnonymousUser(), date(2026, 12, 1))

    assert [(day.day, len(day.lines)) for day in month.days] == [(date(2026, 12, 1), 1)]
    assert (month.before, month.after) == (date(2026, 11, 1), date(2027, 1, 1))
    assert [len(week) for week in month.weeks] == [7, 7, 7, 7, 7]


@pytest.mark.parametrize("text", ["", "2026-13", "9999-12", "0001-01", "zwölf", "2026-12-01"])
def test_a_wrong_month_is_this_one(text: str) -> None:
    assert reading.month_of(text) == clock.today().replace(day=1)


def test_the_first_and_last_month_lead_nowhere_further() -> None:
    here = factories.make_neighbourhood()
    assert reading.month(here, AnonymousUser(), date(2000, 1, 1)).before is None
    assert reading.month(here, AnonymousUser(), date(2100, 12, 1)).after is None


def test_a_month_is_a_table_with_its_days_and_a_list_of_what_is_on(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)
    with clock.at(scene.now):
        text = read(client, scene.here)
        listed = read(client, scene.here, view="list")

    assert text.count('<th scope="col">') == 7
    assert text.count("<caption") == 1
    assert text.count('aria-current="date"') == 1
    assert text.count('id="d-2026-11-26"') == text.count('href="#d-2026-11-26"') == 1
    assert "<table" not in listed
    assert "二楼茶室" in listed
    assert f"/hearings/{scene.pk}/" in listed


def test_elders_get_the_list_unless_they_ask_for_squares(client: Client) -> None:
    here = factories.make_neighbourhood()
    client.cookies["elder"] = "1"

    assert "<table" not in read(client, here)
    assert "<table" in read(client, here, view="month")


def test_one_kind_alone_and_what_an_empty_month_says(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)
    with clock.at(scene.now):
        votes = read(client, scene.here, kind="vote")
        meetings = read(client, scene.here, kind="meeting")
        empty = read(client, scene.here, month="2031-01")
        wrong = read(client, scene.here, kind="x", view="y", month="z")

    assert f"/hearings/{scene.pk}/" not in votes
    assert "这个月没有这类安排" in votes
    assert f"/hearings/{scene.pk}/" in meetings
    assert "这个月还没有安排" in empty
    assert reverse("deliberation:propose", args=[scene.here.slug]) in empty
    assert f"/hearings/{scene.pk}/" in wrong


def test_more_than_fits_a_square_is_counted_and_stands_in_the_list(client: Client) -> None:
    crew = make_crew()
    at = clock.at_time(date(2026, 12, 9), 9)
    for hour in range(6):
        make_shift(make_activity(crew, title=f"班{hour}"), starts_at=at + timedelta(hours=hour))

    with clock.at(at - timedelta(days=3)):
        text = read(client, crew.here)

    assert "还有 2 项" in text
    assert [text.count(f"班{hour}</a>") for hour in range(6)] == [2, 2, 2, 2, 1, 1]


def test_holidays_have_their_name_and_made_up_days_say_so(client: Client) -> None:
    here = factories.make_neighbourhood()
    text = read(client, here, month="2026-10")

    assert text.count("国庆节") == 7
    assert text.count("调休上班") == 1
    assert (str(rest_of(date(2026, 10, 10))), is_made_up(date(2026, 10, 10))) == ("", True)
    # Of a year that is not published only what has a fixed day.
    assert [bool(rest_of(date(2045, 10, day))) for day in (1, 2, 3, 4)] == [True, True, True, False]
    assert not rest_of(date(2026, 11, 28))


def test_the_same_number_of_questions_for_ten_and_a_thousand(client: Client) -> None:
    crew = make_crew()
    activity = make_activity(crew)
    at = clock.at_time(date(2026, 12, 1), 9)
    url = reverse("meetings:calendar", args=[crew.here.slug])

    def cost(rows: int) -> int:
        Hearing.objects.all().delete()
        Shift.objects.all().delete()
        for n in range(3):
            make_hearing(H.ANNOUNCED, here=crew.here, starts_at=at + timedelta(days=n))
        Shift.objects.bulk_create(
            Shift(
                activity=activity,
                starts_at=at + timedelta(minutes=n),
                ends_at=at + timedelta(minutes=n + 60),
                slots=9,
                secret="s",
            )
            for n in range(rows)
        )
        with (
            clock.at(at),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            client.get(url)
        return len(asked)

    cost(1)
    assert cost(10) == cost(1000)


# --- feeds and addresses ---


def test_the_feed_of_a_neighbourhood_says_the_same_to_everybody(client: Client) -> None:
    crew = make_crew()
    make_shift(make_activity(crew, visibility=Visibility.TEAM))
    shown = make_shift(make_activity(crew))
    url = reverse("meetings:calendar_feed", args=[crew.here.slug])
    client.force_login(crew.leader)

    entries = Calendar.from_ical(client.get(url).content).events

    assert [entry.uid for entry in entries] == [f"shift-{shown.pk}@{crew.here.slug}.gongzhi"]
    assert client.get(url, {"kind": "vote"}).content.count(b"BEGIN:VEVENT") == 0
    assert client.get(url, {"kind": "x"}).status_code == 404


def test_the_feed_follows_what_is_recorded(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    url = reverse("meetings:calendar_feed", args=[scene.here.slug])
    with clock.at(scene.now):
        before = client.get(url, {"kind": "meeting"}).content
        hearings.cancel(scene.worker, scene.pk, reason="撤回")
        after = client.get(url, {"kind": "meeting"}).content

    assert (before.count(b"STATUS:CONFIRMED"), after.count(b"STATUS:CANCELLED")) == (1, 1)


def address_of(client: Client, user: User) -> str:
    """Ask for an address of one's own calendar."""
    client.force_login(user)
    client.post(reverse("meetings:own_calendar"))
    page = client.get(reverse("meetings:own_calendar")).content.decode()
    return page.partition('value="http://testserver')[2].partition('"')[0]


def test_ones_own_calendar_has_what_one_takes_part_in() -> None:
    scene = hearing_at(H.REGISTRATION)
    listener = factories.make_resident(within=scene.here)
    crew = make_crew()
    shift = make_shift(make_activity(crew, visibility=Visibility.TEAM))
    make_signup(shift, person(listener))
    with clock.at(scene.now):
        register(scene, listener)
    desk = make_desk()
    booking = make_booking(desk)

    def own(user: User) -> set[str]:
        return {line.uid.partition("@")[0] for line in own_dates(user, LONG_AGO, FAR_AHEAD)}

    assert own(listener) == {f"hearing-{scene.pk}", f"shift-{shift.pk}"}
    assert own(scene.delegates[0]) == {f"hearing-{scene.pk}"}
    assert own(desk.resident) == {f"booking-{booking.pk}"}
    assert own(factories.make_resident(within=scene.here)) == set()


def test_the_address_of_ones_own_calendar_is_read_without_signing_in(client: Client) -> None:
    crew = make_crew()
    neighbour = factories.make_resident(within=crew.here)
    secret = make_shift(make_activity(crew, visibility=Visibility.TEAM))
    public = make_shift(make_activity(crew))
    make_signup(secret, person(neighbour))

    url = address_of(client, neighbour)
    client.logout()
    answer = client.get(url)

    assert url.startswith("/calendars/")
    assert {entry.uid for entry in Calendar.from_ical(answer.content).events} == {
        f"shift-{one.pk}@{crew.here.slug}.gongzhi" for one in (secret, public)
    }
    assert "no-store" in answer["Cache-Control"]
    # What the address is made of does not stand in the table.
    assert CalendarLink.objects.get().secret not in url


def test_another_address_ends_the_one_before_and_none_ends_both(client: Client) -> None:
    user = factories.make_resident()
    first = address_of(client, user)
    assert client.get(first).status_code == 200

    assert client.get(reverse("meetings:own_calendar_renew")).status_code == 200
    assert client.get(first).status_code == 200
    client.post(reverse("meetings:own_calendar_renew"))
    second = address_of(client, user)
    assert [client.get(url).status_code for url in (first, second)] == [404, 200]

    client.post(reverse("meetings:own_calendar_end"))
    assert [client.get(url).status_code for url in (first, second)] == [404, 404]
    # A link made afterwards is another one, whatever key its row has.
    assert address_of(client, user) not in {first, second}


def test_no_address_is_guessed_and_a_closed_account_has_none(client: Client) -> None:
    user = factories.make_resident()
    url = address_of(client, user)
    link = CalendarLink.objects.get()

    assert client.get(f"/calendars/{link.pk}-{'0' * 40}.ics").status_code == 404
    assert client.get(f"/calendars/{link.pk + 1}-{url.partition('-')[2]}").status_code == 404
    assert client.get(f"/calendars/{'9' * 19}-{'0' * 40}.ics").status_code == 404
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(url).status_code == 404


def test_the_address_outlives_a_new_secret_key_as_long_as_the_old_one_is_known(
    client: Client, settings: object
) -> None:
    url = address_of(client, factories.make_resident())
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    client.logout()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one", [old]  # type: ignore[attr-defined]
    assert client.get(url).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    assert client.get(url).status_code == 404


def test_the_page_says_how_a_phone_takes_it_over(client: Client) -> None:
    here = factories.make_neighbourhood()

    text = client.get(reverse("meetings:subscribe", args=[here.slug])).content.decode()

    assert f'href="webcal://testserver/n/{here.slug}/calendar.ics"' in text
    assert f'value="http://testserver/n/{here.slug}/calendar.ics"' in text
    assert text.count('class="qr"') == 1
