"""The calendar entry that goes with mails about a meeting's date, and the reminders that are not mailed any more."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from icalendar import Calendar

from portal.community.models import User
from portal.kit import clock
from portal.meetings.calendar.hooks import DATED
from portal.meetings.coordination.services import sessions as talks
from portal.meetings.gatherings.services import calling
from portal.meetings.jobs import remind_of_meetings
from portal.meetings.models import Coordination
from portal.meetings.reviews.services import planning
from portal.meetings.services import hearings, registrations, reinstating, sessions
from portal.meetings.states.coordination import CoordinationState as C
from portal.meetings.states.gathering import GatheringState as G
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.review import ReviewState as R
from portal.notifications import outbox
from portal.notifications.models import Notice
from tests import factories
from tests.meetings import coordination_factories, factories_gatherings, review_factories
from tests.meetings.factories import HELD_AT, Scene, announce, hearing_at, register

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def mails_to(user: User) -> list[tuple[str, Any]]:
    """What is mailed to somebody now: of each mail what a calendar does with its entry, and the entry."""
    mail.outbox.clear()
    User.objects.filter(pk=user.pk).update(email="a@example.org")
    Notice.objects.exclude(user=user).update(by_mail=False)
    Notice.objects.filter(user=user, mailed_at=None).update(by_mail=True)
    outbox.send_due()
    return [_entry(one) for one in mail.outbox]


def _entry(sent: Any) -> tuple[str, Any]:
    for part in message_from_bytes(sent.message().as_bytes()).walk():
        if part.get_content_type() == "text/calendar":
            file = Calendar.from_ical(part.get_payload(decode=True))
            assert part.get_param("method") == str(file["METHOD"])
            assert (part.get_filename() or "").endswith(".ics")
            return str(file["METHOD"]), file.events[0]
    return "", None


def announced(scene: Scene) -> Any:
    """The entry that came to a delegate when the hearing was announced."""
    with clock.at(scene.now):
        announce(scene)
        return mails_to(scene.delegates[0])[-1]


def test_the_announcement_brings_the_entry_of_the_feeds(client: Client) -> None:
    scene = hearing_at(H.PANEL_SET)

    method, entry = announced(scene)

    with clock.at(scene.now):
        answer = client.get(reverse("meetings:meeting_file", args=[scene.pk]))
    known = Calendar.from_ical(answer.content).events[0]
    assert method == "PUBLISH"
    assert (entry.uid, entry["SEQUENCE"], entry.start) == (known.uid, known["SEQUENCE"], HELD_AT)
    assert str(entry["ORGANIZER"]).startswith("mailto:")
    assert str(entry["URL"]).endswith(f"/hearings/{scene.pk}/")
    assert "METHOD" not in answer.content.decode()


@pytest.mark.parametrize("change", [hearings.cancel, hearings.postpone])
def test_whoever_had_it_gets_it_crossed_out_under_the_same_name(change: Any) -> None:
    scene = hearing_at(H.PANEL_SET)
    _method, before = announced(scene)

    with clock.at(scene.now + timedelta(hours=1)):
        change(scene.worker, scene.pk, reason="台风")
        method, after = mails_to(scene.delegates[0])[-1]

    assert (method, str(after["STATUS"])) == ("CANCEL", "CANCELLED")
    assert (after.uid, after.start) == (before.uid, HELD_AT)
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_what_takes_place_after_all_is_written_in_again() -> None:
    scene = hearing_at(H.PANEL_SET)
    announced(scene)
    with clock.at(scene.now + timedelta(hours=1)):
        hearings.cancel(scene.worker, scene.pk, reason="误会")
        _method, off = mails_to(scene.delegates[0])[-1]
        reinstating.reinstate(scene.worker, scene.pk, reason="照常")
        method, on = mails_to(scene.delegates[0])[-1]

    assert (method, str(on["STATUS"]), on.uid) == ("PUBLISH", "CONFIRMED", off.uid)
    assert on["SEQUENCE"] > off["SEQUENCE"]


def test_a_mail_that_waited_encloses_what_is_so_when_it_goes_out() -> None:
    scene = hearing_at(H.PANEL_SET)
    with clock.at(scene.now):
        announce(scene)
        hearings.cancel(scene.worker, scene.pk, reason="台风")
        sent = mails_to(scene.delegates[0])

    assert {method for method, entry in sent if entry} == {"CANCEL"}


def test_the_next_round_moves_the_entry() -> None:
    scene = hearing_at(H.ADJOURNED)
    later = scene.now + timedelta(days=20)
    with clock.at(scene.now):
        sessions.reschedule(scene.worker, scene.pk, reason="人没到齐", resumes_at=later, place="礼堂")
        method, entry = mails_to(scene.delegates[0])[-1]

    assert (method, entry.start, str(entry["LOCATION"])) == ("PUBLISH", later, "礼堂")


def test_a_listener_from_outside_the_matters_area_hears_of_the_cancellation() -> None:
    scene = hearing_at(H.REGISTRATION)
    building = factories.make_building(parent=scene.here)
    type(scene.hearing).objects.filter(pk=scene.pk).update(area=building)
    with clock.at(scene.now):
        listener = factories.make_resident(within=scene.here)
        register(scene, listener)
        hearings.cancel(scene.worker, scene.pk, reason="撤回")
        reinstating.reinstate(scene.worker, scene.pk, reason="照常")

    told = set(Notice.objects.filter(user=listener).values_list("kind", flat=True))
    assert {"hearing.cancelled", "hearing.reinstated"} <= told


def test_a_gathering_crosses_out_what_it_mailed() -> None:
    world = factories_gatherings.gathering_at(G.ANNOUNCED)
    with clock.at(factories_gatherings.PLANNED_AT + timedelta(hours=1)):
        before = mails_to(world.director)[-1]
        calling.cancel(world.worker, world.pk, reason="台风")
        after = mails_to(world.director)[-1]

    assert (before[0], after[0], before[1].uid) == ("PUBLISH", "CANCEL", after[1].uid)


def test_a_review_crosses_out_what_it_mailed() -> None:
    scene = review_factories.review_at(R.ANNOUNCED)
    with clock.at(scene.now):
        before = mails_to(scene.delegates[0])[-1]
        planning.cancel(scene.worker, scene.pk, reason="台风")
        after = mails_to(scene.delegates[0])[-1]

    assert (before[0], after[0], before[1].uid) == ("PUBLISH", "CANCEL", after[1].uid)


def test_talks_that_a_party_ends_before_their_day_are_crossed_out_and_say_no_more_than_their_kind() -> None:
    case = coordination_factories.case_at(C.NOTIFIED)
    with clock.at(case.now):
        before = mails_to(case.other)[-1]
        talks.stop(case.one, case.pk, reason="不谈了")
        after = mails_to(case.other)[-1]

    meeting = Coordination.objects.get(pk=case.pk)
    assert (before[0], after[0]) == ("PUBLISH", "CANCEL")
    assert meeting.off
    assert meeting.title not in str(after[1]["SUMMARY"])
    assert "协调会" in str(after[1]["SUMMARY"])


def test_talks_that_end_on_their_day_took_place() -> None:
    case = coordination_factories.case_at(C.IN_SESSION)
    with clock.at(case.now):
        talks.stop(case.one, case.pk, reason="谈不拢")

    assert not Coordination.objects.get(pk=case.pk).off


def test_a_reminder_is_judged_when_its_turn_comes_and_not_by_the_round_before() -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(HELD_AT - DAY):
        remind_of_meetings()
        hearings.cancel(scene.worker, scene.pk, reason="撤回")
        sent = mails_to(scene.delegates[0])

    subjects = [one.subject for one in mail.outbox]
    assert not [subject for subject in subjects if "会议提醒" in subject]
    assert "CANCEL" in [method for method, _entry in sent]
    assert not Notice.objects.filter(user=scene.delegates[0], kind="meeting.reminder", by_mail=True).exists()


def test_a_reminder_of_the_former_date_is_not_mailed_and_the_new_date_is_reminded_of_once() -> None:
    scene = hearing_at(H.ADJOURNED)
    first, second = scene.now + timedelta(days=20), scene.now + timedelta(days=21)
    with clock.at(scene.now):
        sessions.reschedule(scene.worker, scene.pk, reason="人没到齐", resumes_at=first, place="礼堂")
    with clock.at(first - DAY):
        remind_of_meetings()
        sessions.reschedule(scene.worker, scene.pk, reason="停电", resumes_at=second, place="礼堂")
        remind_of_meetings()
        mails_to(scene.delegates[0])
        assert not [one for one in mail.outbox if "会议提醒" in one.subject]
    for minutes in (0, 5):
        with clock.at(second - DAY + timedelta(minutes=minutes)):
            remind_of_meetings()
    with clock.at(second - DAY):
        mails_to(scene.delegates[0])

    assert len([one for one in mail.outbox if "会议提醒" in one.subject]) == 1


def test_whoever_comes_onto_the_list_after_the_reminder_is_reminded_too_and_nobody_twice() -> None:
    scene = hearing_at(H.REGISTRATION)
    late = factories.make_resident(within=scene.here)
    with clock.at(HELD_AT - DAY):
        remind_of_meetings()
        registrations.register(late, scene.pk)
        remind_of_meetings()
        remind_of_meetings()

    for user in (late, *scene.delegates):
        assert Notice.objects.filter(user=user, kind="meeting.reminder").count() == 1


def test_nothing_is_mailed_of_a_meeting_that_has_begun() -> None:
    scene = hearing_at(H.CONFIRMED)
    with clock.at(HELD_AT - timedelta(minutes=2)):
        remind_of_meetings()
    with clock.at(HELD_AT + timedelta(minutes=1)):
        mails_to(scene.delegates[0])

    assert not [one for one in mail.outbox if "会议提醒" in one.subject]


@override_settings(PORTAL_BASE_URL="https://portal.example.org")
def test_the_entry_leads_to_the_portal_however_the_mail_came_about() -> None:
    _method, entry = announced(hearing_at(H.PANEL_SET))

    assert str(entry["URL"]).startswith("https://portal.example.org/hearings/")


def test_every_event_about_a_date_can_be_mailed() -> None:
    assert [event.name for event in DATED if not (event.title and event.mail)] == []
