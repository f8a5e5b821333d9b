"""Activities as they are read and written in a browser: list, calendar, files, forms, the topic they carry out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from portal.kit import clock
from portal.record.services import key
from portal.volunteers import listing
from portal.volunteers.forms.times import TimesForm
from portal.volunteers.listing import KNOWN, OTHER, OWN, Wish
from portal.volunteers.models import Activity, ActivityKind, Shift, Visibility
from portal.volunteers.services import activities
from tests.factories import make_resident, person_of
from tests.meetings.factories import make_topic
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_attendance,
    make_crew,
    make_membership,
    make_shift,
    make_signup,
)

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "title": "平安巡逻",
    "kind": "patrol",
    "content": "晚间巡逻",
    "place": "南门岗亭",
    "risks": "夜间注意车辆",
    "least_age": "18",
    "visibility": "everyone",
    "cancel_hours": "24",
    "slots": "4",
    "every": "once",
}


def times(**changed: str) -> dict[str, str]:
    """The fields of one evening some days ahead."""
    day = clock.today() + timedelta(days=5)
    return {"day": day.isoformat(), "starts": "19:00", "ends": "21:00", **changed}


def read(client: Client, name: str, *args: object, **query: str) -> str:
    """A page as text."""
    response = client.get(reverse(f"volunteers:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def found(crew: Crew, user: Any = None, **wish: Any) -> list[Shift]:
    """The shifts of the list, in its order."""
    page = listing.listed(crew.here, user or AnonymousUser(), Wish(**wish))
    return [shift for group in page.groups for shift in group.shifts]


# --- the list ---


def test_the_list_has_what_is_ahead_by_day_and_narrows() -> None:
    crew = make_crew()
    patrol = make_activity(crew, kind=ActivityKind.PATROL)
    other = make_activity(crew)
    late = make_shift(patrol, starts_at=clock.now() + timedelta(days=20))
    soon, full = make_shift(patrol), make_shift(other, slots=1)
    make_signup(full, person_of(make_resident(within=crew.here)))
    make_shift(other, starts_at=clock.now() - timedelta(days=1))
    make_shift(other, starts_at=clock.now() + timedelta(days=2), cancelled_at=clock.now())
    make_shift(make_activity(crew, approved_at=None, approved_by=None))
    make_shift(make_activity(make_crew()))

    assert found(crew) == [soon, full, late]
    assert found(crew, kind="patrol") == [soon, late]
    assert found(crew, free=True) == [soon, late]
    assert found(crew, when="week") == [soon, full]
    assert found(crew, team=crew.team.pk) == [soon, full, late]
    assert found(crew, kind="nothing") == [soon, full, late]
    assert [group.day for group in listing.listed(crew.here, AnonymousUser(), Wish()).groups] == [
        clock.day_of(soon.starts_at),
        clock.day_of(late.starts_at),
    ]


def test_for_me_my_teams_come_first_then_what_i_did_and_nothing_that_clashes() -> None:
    crew = make_crew()
    neighbours = make_crew(crew.here)
    user = make_resident(within=crew.here)
    make_membership(crew.team, person_of(user))
    day = (clock.now() + timedelta(days=5)).replace(minute=0, second=0, microsecond=0)
    did = make_activity(neighbours, kind=ActivityKind.CULTURE)
    past = make_signup(make_shift(did, starts_at=clock.now() - timedelta(days=9)), person_of(user))
    make_attendance(past, crew.leader)
    busy = make_shift(make_activity(neighbours), starts_at=day)
    make_signup(busy, person_of(user))
    any_other = make_shift(make_activity(neighbours), starts_at=day - timedelta(days=2))
    known = make_shift(did, starts_at=day - timedelta(days=1))
    own = make_shift(make_activity(crew), starts_at=day + timedelta(hours=2))
    make_shift(make_activity(crew), starts_at=day + timedelta(hours=1))
    full = make_shift(make_activity(crew), starts_at=day + timedelta(days=3), slots=1)
    make_signup(full, person_of(crew.recorder))

    page = listing.listed(crew.here, user, Wish(mine=True))

    assert [(group.title, group.shifts) for group in page.groups] == [
        (listing.NEARNESS[OWN], [own]),
        (listing.NEARNESS[KNOWN], [known]),
        (listing.NEARNESS[OTHER], [any_other]),
    ]
    everything = {shift.pk: shift.own for shift in found(crew, user)}
    assert everything[busy.pk] == "accepted"
    assert everything[own.pk] is None


@pytest.mark.parametrize("mine", ["", "1"])
def test_more_activities_are_no_more_questions(client: Client, mine: str) -> None:
    crew = make_crew()
    client.force_login(crew.leader)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(client, "activities", crew.here.slug, mine=mine)
        return len(asked)

    make_shift(make_activity(crew))
    questions()
    few = questions()
    for _n in range(12):
        make_shift(make_activity(make_crew(crew.here)), starts_at=clock.now() + timedelta(days=1 + _n))
    assert questions() == few


def test_the_list_says_how_to_begin_where_there_is_nothing(client: Client) -> None:
    crew = make_crew()

    assert read(client, "activities", crew.here.slug).count('class="empty"') == 1
    assert read(client, "teams", crew.here.slug).count(crew.team.name) == 1
    assert read(client, "activities", crew.here.slug, team="x", when="never", page="900").count("<h1>") == 1


# --- the calendar and its files ---


def test_the_feed_has_what_everybody_reads_and_says_what_was_called_off(client: Client) -> None:
    crew = make_crew()
    activity = make_activity(crew, title="护绿；浇水, 除草", risks="注意\n高温")
    shift = make_shift(activity, starts_at=datetime(2026, 12, 5, 6, tzinfo=clock.SHANGHAI))
    make_shift(make_activity(crew, visibility=Visibility.TEAM))
    make_shift(make_activity(crew, approved_at=None, approved_by=None))
    off = make_shift(
        make_activity(crew), starts_at=clock.now() + timedelta(days=40), cancelled_at=clock.now()
    )
    with clock.at(datetime(2026, 12, 1, tzinfo=clock.SHANGHAI)):
        response = client.get(reverse("volunteers:calendar_file", args=[crew.here.slug]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    first, second = Calendar.from_ical(response.content).events
    assert [first.uid, second.uid] == [f"shift-{one.pk}@{crew.here.slug}.gongzhi" for one in (shift, off)]
    assert first.start == datetime(2026, 12, 5, 6, tzinfo=clock.SHANGHAI)
    assert str(first["SUMMARY"]) == "护绿；浇水, 除草"
    assert str(first["DESCRIPTION"]).endswith("注意\n高温")
    assert [str(one["STATUS"]) for one in (first, second)] == ["CONFIRMED", "CANCELLED"]
    one = Calendar.from_ical(client.get(reverse("volunteers:shift_file", args=[shift.pk])).content)
    assert [entry.uid for entry in one.events] == [first.uid]


def test_the_old_calendar_of_activities_leads_to_the_neighbourhoods(client: Client) -> None:
    crew = make_crew()

    answer = client.get(reverse("volunteers:calendar", args=[crew.here.slug]), {"month": "2026-12"})

    assert answer["Location"] == f"/n/{crew.here.slug}/calendar/?kind=activity&month=2026-12"


def test_a_draft_has_no_page_and_no_file_for_others(client: Client) -> None:
    crew = make_crew()
    draft = make_activity(crew, approved_at=None, approved_by=None)
    shift = make_shift(draft)

    for name, pk in (("activity", draft.pk), ("activity_print", draft.pk), ("shift_file", shift.pk)):
        assert client.get(reverse(f"volunteers:{name}", args=[pk])).status_code == 404
    client.force_login(crew.leader)
    assert read(client, "activity", draft.pk).count("<h1>") == 1


# --- forms ---


def test_an_activity_is_written_and_posted_in_the_browser(client: Client) -> None:
    crew = make_crew()
    client.force_login(crew.leader)
    sent = {**FORM, **times(every="week", count="4")}

    response = client.post(reverse("volunteers:activity_new", args=[crew.team.pk]), sent)
    activity = Activity.objects.get()
    assert response["Location"] == activity.get_absolute_url()
    shifts = list(activity.shifts.all())
    assert [later.starts_at - first.starts_at for first, later in zip(shifts, shifts[1:], strict=False)] == [
        timedelta(weeks=1)
    ] * 3
    client.post(reverse("volunteers:activity_act", args=[activity.pk, "submit"]))
    client.force_login(crew.worker)
    client.post(reverse("volunteers:activity_act", args=[activity.pk, "approve"]))
    client.logout()
    text = read(client, "activity", activity.pk)
    assert (text.count("夜间注意车辆"), text.count(crew.team.name)) == (1, 1)
    assert read(client, "activity_print", activity.pk).count('class="qr"') == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"risky": "on"}, "insurance_number"),
        ({"risks": ""}, "risks"),
        ({"most_age": "12"}, "most_age"),
        ({"about": "topic:999"}, "about"),
        ({"slots": "0"}, "slots"),
        ({"ends": "08:00"}, "ends"),
        ({"every": "day"}, "count"),
        ({"every": "day", "count": "61"}, "count"),
        ({"every": "fortnight", "count": "60"}, "count"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"end_day": "9999-12-31"}, "end_day"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client: Client, changed: dict[str, str], field: str) -> None:
    crew = make_crew()
    client.force_login(crew.leader)

    response = client.post(
        reverse("volunteers:activity_new", args=[crew.team.pk]), {**FORM, **times(), **changed}
    )

    assert response.status_code == 422
    assert [*response.context["form"].errors, *response.context["times"].errors] == [field]
    assert Activity.objects.count() == 0


def test_past_midnight_only_where_the_day_was_chosen() -> None:
    day = clock.today() + timedelta(days=5)
    meant = {"starts_meant": "22:00", "ends_meant": "02:00"}
    night = {**times(starts="22:00", ends="02:00"), **meant, "slots": "2", "every": "day", "count": "2"}

    form = TimesForm({**night, "end_day": (day + timedelta(days=1)).isoformat()})

    assert form.is_valid()
    assert [(span.length, clock.day_of(span.ends_at)) for span, _slots in form.times()] == [
        (240, day + timedelta(days=1)),
        (240, day + timedelta(days=2)),
    ]
    assert not TimesForm(night).is_valid()


def test_a_shift_is_changed_and_called_off_in_the_browser(client: Client) -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), slots=3)
    make_signup(shift, person_of(make_resident(within=crew.here)))
    make_signup(shift, person_of(make_resident(within=crew.here)))
    client.force_login(crew.leader)
    edit = reverse("volunteers:shift_act", args=[shift.pk, "change"])

    assert client.post(edit, {**times(), "slots": "1"}).status_code == 409
    assert client.post(edit, {**times(), "slots": "2", "where": "北门"}).status_code == 302
    shift.refresh_from_db()
    assert (shift.slots, shift.place, shift.span.length) == (2, "北门", 120)
    assert client.post(reverse("volunteers:shift_act", args=[shift.pk, "call-off"]), {}).status_code == 422
    client.post(reverse("volunteers:shift_act", args=[shift.pk, "call-off"]), {"reason": "下雨"})
    shift.refresh_from_db()
    assert shift.cancelled_why == "下雨"


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("activity_act", "edit"),
        ("activity_act", "add-shifts"),
        ("activity_act", "call-off"),
        ("shift_act", "change"),
        ("shift_act", "call-off"),
        ("member_add", ""),
        ("team_act", "edit"),
    ],
)
def test_the_pages_that_change_something_are_not_for_members(client: Client, name: str, action: str) -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew))
    kind = name.partition("_")[0]
    pk = {"shift": shift.pk, "activity": shift.activity_id}.get(kind, crew.team.pk)
    args: list[Any] = [pk, action] if action else [pk]

    for user, status in ((crew.member(), 403), (crew.leader, 200)):
        client.force_login(user)
        assert client.get(reverse(f"volunteers:{name}", args=args)).status_code == status


# --- the topic it carries out ---


def test_the_topics_page_shows_who_carries_it_out_and_is_drawn_anew_when_that_changes(client: Client) -> None:
    crew = make_crew()
    topic = make_topic(crew.here)
    make_activity(crew, about=key(topic), title="只给队员", visibility=Visibility.TEAM)
    page = reverse("deliberation:topic", args=[topic.pk])
    assert client.get(page).content.decode().count("平安巡逻") == 0

    activity = activities.draft(
        crew.worker,
        crew.team.pk,
        {"title": "平安巡逻", "content": "巡逻", "place": "南门", "risks": "车辆", "about": key(topic)},
        [(make_shift(make_activity(make_crew())).span, 3)],
    )
    assert client.get(page).content.decode().count("平安巡逻") == 0
    activities.submit(crew.worker, activity.pk)
    text = client.get(page).content.decode()
    assert (text.count(f'href="{activity.get_absolute_url()}"'), text.count("只给队员")) == (1, 0)
    activities.call_off(crew.worker, activity.pk, "台风")
    assert client.get(page).content.decode().count(f'href="{activity.get_absolute_url()}"') == 0


def test_the_topic_is_chosen_beforehand_from_its_page(client: Client) -> None:
    crew = make_crew()
    topic = make_topic(crew.here)
    client.force_login(crew.leader)
    page = reverse("volunteers:activity_new", args=[crew.team.pk])

    assert client.get(page, {"about": key(topic)}).context["form"]["about"].value() == key(topic)
    assert client.get(page, {"about": "topic:99999"}).context["form"]["about"].value() == ""
