"""A meeting as it runs: who may do what, the queue, the clock, presence, questions, quick questions, the screens."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.community.models import User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.live import boards, doorcodes, source
from portal.meetings.live.actions import ACTIONS
from portal.meetings.live.permissions import FLOORS, NEEDS
from portal.meetings.live.services import presence, pulses, questions, running, turns
from portal.meetings.models import Floor, Hearing, LiveEvent, Meeting, PulseAnswer, Shown, Turn, Way
from portal.meetings.opinions import services as opinions
from portal.meetings.services import sessions
from portal.meetings.states.coordination import CoordinationState as Coordinating
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.live import LIFE, FloorState, Queue
from portal.record.services import key
from tests import factories
from tests.meetings.coordination_factories import case_at
from tests.meetings.factories import HELD_AT, Scene, draft, hearing_at, person, told

pytestmark = pytest.mark.django_db

CLERK = {Role.WORKER, Role.DIRECTOR}
PEOPLE = {Role.RESIDENT, Role.OWNER, Role.PANEL}
ANY, AROUND, RUNS = {"waiting", "running", "frozen"}, {"waiting", "running"}, {"running"}
# Written by hand, beside NEEDS.
TABLE: dict[str, tuple[set[Role], set[str] | None]] = {
    "desk": (CLERK, None),
    "check_in": (PEOPLE | CLERK, AROUND),
    "check_out": (PEOPLE | CLERK, AROUND),
    "note_presence": (CLERK, AROUND),
    "set_agenda": (CLERK, AROUND),
    "begin_item": (CLERK, RUNS),
    "end_item": (CLERK, RUNS),
    "set_queue": (CLERK, RUNS),
    "ask_turn": (PEOPLE, RUNS),
    "withdraw_turn": (PEOPLE, RUNS),
    "enter_turn": (CLERK, RUNS),
    "call_next": (CLERK, RUNS),
    "call_turn": (CLERK, RUNS),
    "put_back": (CLERK, RUNS),
    "end_turn": (CLERK, RUNS),
    "strike_turn": (CLERK, RUNS),
    "set_texts": (CLERK, AROUND),
    "show_text": (CLERK, RUNS),
    "open_pulse": (CLERK, RUNS),
    "answer_pulse": (PEOPLE, RUNS),
    "close_pulse": (CLERK, RUNS),
    "ask_question": (PEOPLE, RUNS),
    "answer_question": (CLERK | {Role.RESPONSIBLE}, ANY),
}


@pytest.fixture
def hall() -> Any:
    """A hearing in session with four delegates, at its hour."""
    scene = hearing_at(H.IN_SESSION, delegates=4)
    with clock.at(HELD_AT):
        yield scene


def floor_of(scene: Scene) -> Floor:
    """The floor as the database has it."""
    found = source.floor_of(scene.pk)
    assert found is not None
    return found


def log(scene: Scene) -> list[str]:
    """What happened, oldest first."""
    return list(LiveEvent.objects.filter(meeting_id=scene.pk).values_list("kind", flat=True))


def open_queue(scene: Scene) -> None:
    """Let people line up."""
    turns.set_queue(scene.worker, scene.pk, queue=Queue.OPEN)


def waiting_in(floor: Floor) -> list[Turn]:
    """Who waits, in the order of being called."""
    return boards.turns_of(boards.order_of(floor))


def later(seconds: int) -> Any:
    """So many seconds after the beginning."""
    return clock.at(HELD_AT + timedelta(seconds=seconds))


# --- the table ---


def test_the_table_says_what_was_written_by_hand() -> None:
    said = {
        name: (set(need.roles), None if need.states is None else {str(state.value) for state in need.states})
        for name, need in NEEDS.items()
    }
    assert said == TABLE
    assert set(ACTIONS) == set(TABLE) - {"desk"}


@pytest.mark.parametrize(
    ("state", "floor"),
    [
        (H.PLANNED, FloorState.WAITING),
        (H.CONFIRMED, FloorState.WAITING),
        (H.IN_SESSION, FloorState.RUNNING),
        (H.ADJOURNED, FloorState.WAITING),
        (H.MINUTES_DRAFT, FloorState.FROZEN),
        (H.PUBLISHED, FloorState.FROZEN),
        (H.CANCELLED, FloorState.FROZEN),
    ],
)
def test_the_state_of_the_floor_follows_from_the_meetings(state: H, floor: FloorState) -> None:
    assert LIFE.state_of(floor_of(hearing_at(state))) is floor


# --- the queue ---


def test_the_group_that_spoke_least_comes_first_and_everything_is_numbered(hall: Scene) -> None:
    before = floor_of(hall).sequence
    open_queue(hall)
    owner, tenant, other_owner, _ = hall.delegates
    for user in (owner, other_owner, tenant):
        turns.ask_turn(user, hall.pk)
    assert turns.call_next(hall.worker, hall.pk).person == person(owner)
    with later(100):
        assert turns.call_next(hall.worker, hall.pk).person == person(tenant)
    with later(130):
        turns.end_turn(hall.worker, hall.pk)
        assert [turn.person for turn in waiting_in(floor_of(hall))] == [person(other_owner)]
        meters = {
            meter.group: (meter.clock, meter.turns)
            for meter in boards.BOARDS["meters"](floor_of(hall))["meters"]
        }
    assert meters == {"业主": ("1:40", 1), "租户": ("0:30", 1)}
    assert floor_of(hall).sequence == before + 8
    assert log(hall)[-8:] == ["queue", "asked", "asked", "asked", "called", "spoke", "called", "spoke"]


def test_a_closed_queue_takes_nobody_but_those_the_clerk_lines_up(hall: Scene) -> None:
    with pytest.raises(NotPossible, match="不能排队"):
        turns.ask_turn(hall.delegates[0], hall.pk)
    turn = turns.enter_turn(hall.worker, hall.pk, name="物业 李经理")
    assert (turn.shown, turn.channel, turn.entered_by) == ("物业 李经理", Way.HALL, person(hall.worker))
    with pytest.raises(NotPossible, match="已经排上了"):
        turns.enter_turn(hall.worker, hall.pk, name="物业 李经理")
    with pytest.raises(NotPossible, match="谁要发言"):
        turns.enter_turn(hall.worker, hall.pk, name=" ")


def test_one_place_a_person_whether_by_phone_or_in_the_hall(hall: Scene) -> None:
    turns.set_queue(hall.worker, hall.pk, queue=Queue.NEARLY)
    delegate = hall.delegates[0]
    turns.ask_turn(delegate, hall.pk)
    for again in (
        lambda: turns.ask_turn(delegate, hall.pk),
        lambda: turns.enter_turn(hall.worker, hall.pk, participant=hall.member(delegate).pk),
    ):
        with pytest.raises(NotPossible, match="已经排上了"):
            again()
    turns.withdraw_turn(delegate, hall.pk)
    with pytest.raises(NotPossible, match="不在队伍里"):
        turns.withdraw_turn(delegate, hall.pk)
    assert turns.ask_turn(delegate, hall.pk).group == "业主"


def test_a_speaker_who_never_stops_is_ended_by_the_clerk_and_the_log_says_so(hall: Scene) -> None:
    open_queue(hall)
    turns.ask_turn(hall.delegates[0], hall.pk)
    turns.call_next(hall.worker, hall.pk)
    with later(400):
        turn = turns.end_turn(hall.worker, hall.pk)
    assert (turn.cut, turn.took, log(hall)[-1]) == (True, 400, "cut")
    with pytest.raises(NotPossible, match="没有人在发言"):
        turns.end_turn(hall.worker, hall.pk)


def test_a_call_by_mistake_is_taken_back_to_the_same_place(hall: Scene) -> None:
    open_queue(hall)
    first, second = (turns.ask_turn(user, hall.pk) for user in hall.delegates[:2])
    turns.call_turn(hall.worker, hall.pk, turn=second.pk)
    turns.put_back(hall.worker, hall.pk)
    assert [turn.pk for turn in waiting_in(floor_of(hall))] == [first.pk, second.pk]
    turns.strike_turn(hall.worker, hall.pk, turn=second.pk)
    with pytest.raises(NotPossible, match="已不在队伍里"):
        turns.call_turn(hall.worker, hall.pk, turn=second.pk)


# --- the agenda, the text ---


def test_points_run_one_after_another_and_those_that_ran_stay(hall: Scene) -> None:
    running.set_agenda(hall.worker, hall.pk, items=[("介绍", 10, "物业"), ("发言", 30, "")])
    first, second = hall.hearing.agenda_items.all()
    running.begin_item(hall.worker, hall.pk, item=first.pk)
    with later(600):
        running.begin_item(hall.worker, hall.pk, item=second.pk)
    first.refresh_from_db()
    assert first.ended_at == HELD_AT + timedelta(seconds=600)
    running.set_agenda(hall.worker, hall.pk, items=[("归纳", 5, "")])
    assert [(item.number, item.title) for item in hall.hearing.agenda_items.all()] == [
        (1, "介绍"),
        (2, "发言"),
        (3, "归纳"),
    ]
    with pytest.raises(NotPossible, match="正在进行"):
        running.begin_item(hall.worker, hall.pk, item=second.pk)
    with later(700):
        running.end_item(hall.worker, hall.pk)
    with pytest.raises(NotPossible, match="没有正在进行"):
        running.end_item(hall.worker, hall.pk)


def test_one_key_goes_round_the_versions_that_are_written(hall: Scene) -> None:
    running.set_texts(
        hall.worker, hall.pk, old_text="不开门", new_text="", final_text="22:30 关门", seconds=120
    )
    assert source.part(floor_of(hall), "text", "zh-hans")["html"] == ""
    seen = [running.show_text(hall.worker, hall.pk).shown for _ in range(3)]
    assert seen == [Shown.OLD, Shown.FINAL, Shown.NONE]
    assert floor_of(hall).seconds == 120


# --- presence ---


def test_the_code_at_the_door_and_the_list_write_the_same_events(hall: Scene) -> None:
    guest = factories.make_resident(within=hall.here)
    presence.check_in(guest, hall.pk, code=doorcodes.code_of(hall.pk))
    presence.check_in(guest, hall.pk, code=doorcodes.code_of(hall.pk))
    with later(60):
        seats = [hall.member(user).pk for user in hall.delegates[:3]]
        presence.note_presence(hall.worker, hall.pk, present=seats)
        board = boards.BOARDS["presence"](floor_of(hall))
    assert (board["here"], board["seats"], board["need"], board["others"]) == (3, 4, 3, 1)
    assert [point.count for point in board["line"]] == [1, 2, 3, 4, 3]
    assert log(hall)[-2:] == ["came", "left"]
    presence.check_out(guest, hall.pk)
    assert boards.BOARDS["presence"](floor_of(hall))["others"] == 0


def test_another_code_lets_nobody_in(hall: Scene) -> None:
    for code in (doorcodes.code_of(hall.pk + 1), "", "x" * 43):
        with pytest.raises(NotPossible, match="不是这场会议的"):
            presence.check_in(hall.delegates[0], hall.pk, code=code)


def test_nobody_is_present_before_the_day() -> None:
    scene = hearing_at(H.ANNOUNCED)
    with clock.at(HELD_AT - timedelta(days=2)), pytest.raises(NotPossible, match="当天才能签到"):
        presence.check_in(scene.delegates[0], scene.pk, code=doorcodes.code_of(scene.pk))


def test_whoever_came_by_the_code_makes_the_quorum_of_the_opening() -> None:
    scene = hearing_at(H.CONFIRMED)
    with clock.at(HELD_AT):
        for user in scene.delegates:
            presence.check_in(user, scene.pk, code=doorcodes.code_of(scene.pk))
        assert sessions.begin(scene.worker, scene.pk).state == H.IN_SESSION


def test_whoever_leaves_gives_up_the_place_in_the_queue_and_the_log_says_so(hall: Scene) -> None:
    open_queue(hall)
    first, second, third, _ = hall.delegates
    presence.note_presence(hall.worker, hall.pk, present=[hall.member(user).pk for user in hall.delegates])
    for user in (first, second, third):
        turns.ask_turn(user, hall.pk)
    presence.check_out(third, hall.pk)
    assert log(hall)[-2:] == ["left", "went"]
    assert {turn.person for turn in waiting_in(floor_of(hall))} == {person(first), person(second)}
    presence.note_presence(hall.worker, hall.pk, present=[hall.member(first).pk])
    assert [turn.person for turn in waiting_in(floor_of(hall))] == [person(first)]
    presence.check_in(third, hall.pk, code=doorcodes.code_of(hall.pk))
    assert turns.ask_turn(third, hall.pk).group == "业主"


def test_a_speaker_who_leaves_has_ended(hall: Scene) -> None:
    open_queue(hall)
    speaker = hall.delegates[0]
    presence.check_in(speaker, hall.pk, code=doorcodes.code_of(hall.pk))
    turns.ask_turn(speaker, hall.pk)
    turns.call_next(hall.worker, hall.pk)
    with later(400):
        presence.check_out(speaker, hall.pk)
    assert log(hall)[-2:] == ["left", "cut"]
    assert not Turn.objects.filter(meeting_id=hall.pk, ended_at=None).exists()


def test_a_list_that_is_ticked_gives_each_a_number_of_its_own(hall: Scene) -> None:
    before = floor_of(hall).sequence
    presence.note_presence(hall.worker, hall.pk, present=[])
    numbers = LiveEvent.objects.filter(meeting_id=hall.pk, number__gt=before).values_list("number", flat=True)
    assert list(numbers) == list(range(before + 1, before + 5))
    assert floor_of(hall).sequence == before + 4


# --- quick questions ---


def test_one_answer_a_person_and_only_the_figures_stay(hall: Scene) -> None:
    pulse = pulses.open_pulse(hall.worker, hall.pk, question="22:30 关门？", options=["同意", "不同意"])
    with pytest.raises(NotPossible, match="还有一问"):
        pulses.open_pulse(hall.worker, hall.pk, question="再问？", options=["是", "否"])
    for user, option in zip(hall.delegates, (0, 0, 1, 0), strict=True):
        pulses.answer_pulse(user, hall.pk, pulse=pulse.pk, option=option)
    pulses.answer_pulse(hall.delegates[0], hall.pk, pulse=pulse.pk, option=1)
    with pytest.raises(NotPossible, match="没有这个选项"):
        pulses.answer_pulse(hall.delegates[0], hall.pk, pulse=pulse.pk, option=2)
    assert pulses.close_pulse(hall.worker, hall.pk).counts == [2, 2]
    assert not PulseAnswer.objects.exists()
    with pytest.raises(NotPossible, match="已经结束"):
        pulses.answer_pulse(hall.delegates[0], hall.pk, pulse=pulse.pk, option=0)
    with pytest.raises(NotPossible, match="没有在问"):
        pulses.close_pulse(hall.worker, hall.pk)


# --- questions ---


def test_a_question_is_owed_an_answer_and_may_get_it_after_the_session(hall: Scene) -> None:
    asked = questions.ask_question(hall.delegates[0], hall.pk, text="谁来付钱？")
    assert Duty.objects.active().filter(kind="live.answer").count() == 1
    draft(hall)
    questions.answer_question(hall.worker, hall.pk, question=asked.pk, answer="开发商付。")
    assert not Duty.objects.active().filter(kind="live.answer").exists()
    assert told(hall.delegates[0])[-1] == "live.answered"
    with pytest.raises(NotPossible, match="已经答复过"):
        questions.answer_question(hall.worker, hall.pk, question=asked.pk, answer="再答")


def test_whoever_presents_the_plan_finds_the_way_to_answer_on_the_own_phone(
    client: Client, hall: Scene
) -> None:
    asked = questions.ask_question(hall.delegates[0], hall.pk, text="谁来付钱？")
    way = f"{reverse('meetings:live_act', args=[hall.pk, 'answer-question'])}?question={asked.pk}"
    presents = hall.delegates[1]
    Hearing.objects.filter(pk=hall.pk).update(plan_person=presents.person_id)
    seen = {}
    for user in (presents, hall.delegates[2]):
        client.force_login(user)
        seen[user] = way in client.get(reverse("meetings:live", args=[hall.pk])).content.decode()
    assert seen == {presents: True, hall.delegates[2]: False}
    shown = client.get(reverse("meetings:live_hall", args=[hall.pk])).content.decode()
    assert "谁来付钱？" in shown


def test_the_agenda_says_in_one_line_which_point_runs(hall: Scene) -> None:
    running.set_agenda(hall.worker, hall.pk, items=[("介绍", 10, "物业"), ("发言", 30, "")])
    running.begin_item(hall.worker, hall.pk, item=hall.hearing.agenda_items.get(title="发言").pk)
    drawn = source.part(floor_of(hall), "agenda", "zh-hans")["html"]
    assert re.findall(r'class="track-say">([^<]+)<', drawn) == ["第 2 步（共 2 步）：发言"]


def test_what_a_part_shows_is_read_once_for_all_languages(
    hall: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    open_queue(hall)
    turns.ask_turn(hall.delegates[0], hall.pk)
    floor = floor_of(hall)
    chinese = source.part(floor, "queue", "zh-hans")["html"]
    with django_assert_num_queries(0):
        english = source.part(floor, "queue", "en")["html"]
    assert ("接着发言" in chinese, "Next to speak" in english) == (True, True)


# --- sessions ---


def test_the_end_of_a_session_ends_what_runs_and_freezes_the_rest(hall: Scene) -> None:
    open_queue(hall)
    turns.ask_turn(hall.delegates[0], hall.pk)
    turns.call_next(hall.worker, hall.pk)
    pulses.open_pulse(hall.worker, hall.pk, question="同意吗？", options=["是", "否"])
    running.set_agenda(hall.worker, hall.pk, items=[("发言", 30, "")])
    running.begin_item(hall.worker, hall.pk, item=hall.hearing.agenda_items.get().pk)
    with later(90):
        draft(hall)
    assert log(hall)[-4:] == ["spoke", "item_ended", "pulse_closed", "session_ended"]
    assert floor_of(hall).queue == Queue.CLOSED
    for name in ("set_queue", "open_pulse", "note_presence", "set_agenda"):
        with pytest.raises(NotPossible):
            FLOORS.take(hall.worker, hall.pk, name)


def test_each_round_has_its_own_presence_and_times_and_the_queue_goes_on(hall: Scene) -> None:
    open_queue(hall)
    turns.ask_turn(hall.delegates[1], hall.pk)
    waiting = turns.ask_turn(hall.delegates[0], hall.pk)
    turns.call_next(hall.worker, hall.pk)
    with later(60):
        sessions.adjourn(hall.worker, hall.pk, reason="实地看", resumes_at=HELD_AT + timedelta(days=7))
    assert set(LiveEvent.objects.filter(kind="session_ended").values_list("round", flat=True)) == {1}
    board = boards.BOARDS
    with clock.at(HELD_AT + timedelta(days=7)):
        floor = floor_of(hall)
        assert (board["presence"](floor)["here"], floor.meeting.round) == (0, 2)
        assert {meter.seconds for meter in board["meters"](floor)["meters"]} == {0}
        assert waiting.pk in {turn.pk for turn in waiting_in(floor)}


def test_strangers_do_not_speak_and_unknown_meetings_are_not_known(hall: Scene) -> None:
    open_queue(hall)
    with pytest.raises(PermissionDenied):
        turns.ask_turn(factories.make_user(), hall.pk)
    with pytest.raises(Http404):
        turns.ask_turn(hall.delegates[0], hall.pk + 999)
    with pytest.raises(PermissionDenied):
        turns.call_next(hall.delegates[0], hall.pk)


# --- pages ---


def read(client: Client, name: str, scene: Scene, user: User | None = None) -> str:
    """One of the screens."""
    if user:
        client.force_login(user)
    answer = client.get(reverse(f"meetings:{name}", args=[scene.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", [H.PLANNED, H.IN_SESSION, H.ADJOURNED, H.MINUTES_DRAFT])
def test_the_screens_are_there_in_every_state_and_reading_writes_nothing(client: Client, state: H) -> None:
    scene = hearing_at(state)
    with clock.at(scene.now):
        before = Floor.objects.count()
        assert scene.hearing.title in read(client, "live_hall", scene)
        assert scene.hearing.title in read(client, "live", scene)
        assert "data-desk" in read(client, "live_desk", scene, scene.worker)
        assert Floor.objects.count() == before


def test_a_page_opened_before_the_session_has_the_places_of_all_that_comes(client: Client) -> None:
    places: dict[str, list[set[str]]] = {}
    for state in (H.CONFIRMED, H.IN_SESSION):
        scene = hearing_at(state)
        client.force_login(scene.worker)
        for screen in ("live", "live_desk"):
            page = client.get(reverse(f"meetings:{screen}", args=[scene.pk])).content.decode()
            places.setdefault(screen, []).append(set(re.findall(r'data-own="(\w+)"', page)))
    assert all(before == after and "state" in after for before, after in places.values())
    assert "enter" in places["live_desk"][0]


def test_the_phone_shows_my_place_and_the_question_until_i_answered(client: Client, hall: Scene) -> None:
    open_queue(hall)
    turns.ask_turn(hall.delegates[1], hall.pk)
    pulse = pulses.open_pulse(hall.worker, hall.pk, question="22:30 关门？", options=["同意", "不同意"])
    page = read(client, "live", hall, hall.delegates[1])
    assert "您排在第1位" in page
    assert source.TOKEN not in page
    assert page.count('name="option"') == 2
    answer = client.post(
        reverse("meetings:live_act", args=[hall.pk, "answer-pulse"]), {"pulse": pulse.pk, "option": 0}
    )
    assert answer.status_code == 302
    assert f'data-answered="{pulse.pk}"' in read(client, "live", hall)


@pytest.mark.parametrize("state", [H.CONFIRMED, H.IN_SESSION, H.MINUTES_DRAFT])
def test_the_hub_compares_its_numbers_with_those_of_halls_in_every_state(state: H) -> None:
    scene = hearing_at(state)
    Floor.objects.update_or_create(pk=scene.pk, defaults={"sequence": 7})
    assert source.HALLS.numbers([scene.pk]) == [(scene.pk, 7, state == H.IN_SESSION)]


def test_the_news_tell_what_changed_after_a_number(client: Client, hall: Scene) -> None:
    at = floor_of(hall).sequence
    address = reverse("meetings:live_news", args=[hall.pk])
    open_queue(hall)
    answer = client.get(address, {"after": at})
    told_of = json.loads(answer.content)
    assert (told_of["after"], told_of["sequence"], told_of["open"]) == (at, at + 1, True)
    assert {part["n"] for part in told_of["posts"]} == {1, 2, 3}
    assert client.get(address, {"after": at}, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(address, {"after": "９x"}).status_code == 200
    assert client.get(reverse("meetings:live_news", args=[hall.pk + 999])).status_code == 404


def test_the_phone_leads_to_the_statements_of_the_meeting_and_back(client: Client, hall: Scene) -> None:
    assert "/opinion-maps/" not in read(client, "live", hall, hall.delegates[0])
    map_ = opinions.begin(hall.delegates[0], key(hall.hearing), text="晚上应该关门").map
    assert f'href="{map_.get_absolute_url()}"' in read(client, "live", hall)
    there = client.get(map_.get_absolute_url()).content.decode()
    assert f'href="{reverse("meetings:live", args=[hall.pk])}"' in there
    draft(hall)
    assert (
        reverse("meetings:live", args=[hall.pk]) not in client.get(map_.get_absolute_url()).content.decode()
    )


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("set-queue", {"queue": "open"}),
    ("enter-turn", {"name": "王师傅"}),
    ("set-agenda", {"items": "介绍 | 10 | 物业\n发言"}),
    ("set-texts", {"old_text": "旧", "new_text": "新", "final_text": "", "seconds": 120}),
    ("open-pulse", {"question": "同意吗？", "options": "是\n否"}),
    ("note-presence", {"present": []}),
]


@pytest.mark.parametrize(("name", "data"), FORMS)
def test_each_form_of_the_clerk_is_asked_and_done(
    client: Client, hall: Scene, name: str, data: dict[str, Any]
) -> None:
    client.force_login(hall.worker)
    address = reverse("meetings:live_act", args=[hall.pk, name])
    assert client.get(address).status_code == 200
    answer = client.post(address, data)
    assert (answer.status_code, answer["Location"]) == (302, reverse("meetings:live_desk", args=[hall.pk]))


BAD = [
    ("set-queue", {"queue": "maybe"}),
    ("set-agenda", {"items": "介绍 | 999"}),
    ("set-agenda", {"items": " | 5"}),
    ("set-agenda", {"items": "\n".join("点" for _ in range(31))}),
    ("open-pulse", {"question": "同意吗？", "options": "是"}),
    ("open-pulse", {"question": "同意吗？", "options": "是\n是"}),
    ("open-pulse", {"question": "同意吗？", "options": "否\n" + "长" * 21}),
    ("set-texts", {"seconds": 5}),
    ("note-presence", {"present": [0]}),
    ("call-turn", {"turn": "x"}),
    ("begin-item", {"item": -1}),
]


@pytest.mark.parametrize(("name", "data"), BAD)
def test_bad_input_is_asked_again_and_changes_nothing(
    client: Client, hall: Scene, name: str, data: dict[str, Any]
) -> None:
    client.force_login(hall.worker)
    before = floor_of(hall).sequence
    assert client.post(reverse("meetings:live_act", args=[hall.pk, name]), data).status_code == 422
    assert floor_of(hall).sequence == before


def test_the_door_is_asked_with_the_code_of_its_address(client: Client, hall: Scene) -> None:
    guest = factories.make_resident(within=hall.here)
    client.force_login(guest)
    assert doorcodes.code_of(hall.pk) in client.get(doorcodes.address_of(hall.pk)).content.decode()
    done = client.post(doorcodes.address_of(hall.pk), {"code": doorcodes.code_of(hall.pk)})
    assert done.status_code == 302
    assert "已记下您到场。" in read(client, "live", hall)


def test_what_the_log_tells_is_put_in_words(client: Client, hall: Scene) -> None:
    open_queue(hall)
    turns.enter_turn(hall.worker, hall.pk, name="王师傅")
    turns.call_next(hall.worker, hall.pk)
    page = read(client, "live_desk", hall, hall.worker)
    assert "王师傅开始发言。" in page
    assert Turn.objects.filter(meeting_id=hall.pk).count() == 1
    assert Meeting.objects.get(pk=hall.pk).state == "in_session"


def test_a_coordination_meeting_runs_for_its_parties_alone(client: Client) -> None:
    case = case_at(Coordinating.IN_SESSION)
    with clock.at(case.now):
        turns.set_queue(case.worker, case.pk, queue=Queue.OPEN)
        assert turns.ask_turn(case.one, case.pk).person == person(case.one)
        with pytest.raises(Http404):
            turns.ask_turn(factories.make_resident(within=case.here), case.pk)
        for name in ("live", "live_hall", "live_news"):
            assert client.get(reverse(f"meetings:{name}", args=[case.pk])).status_code == 404
        client.force_login(case.other)
        assert client.get(reverse("meetings:live", args=[case.pk])).status_code == 200
