"""Gatherings by their services and pages: quorum, what a patrol found, the rhythm, and what does not go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from portal.community.models import Post
from portal.community.permissions import Role
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.gatherings import forms_of
from portal.meetings.gatherings.actions import ACTIONS
from portal.meetings.gatherings.services import calling, findings, holding
from portal.meetings.gatherings.services.calling import Plan
from portal.meetings.minutes import deciding
from portal.meetings.models import Form, Gathering
from portal.meetings.states.gathering import GatheringState as G
from tests import factories
from tests.meetings import factories_gatherings as made
from tests.meetings.factories import make_topic
from tests.meetings.factories_gatherings import HELD_AT, PLANNED_AT, gathering_at, make_round, owed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("came", "body", "need", "more_than", "enough", "least"),
    [
        (5, 10, [1, 2], True, False, 6),
        (6, 10, [1, 2], True, True, 6),
        (6, 11, [1, 2], True, True, 6),
        (6, 9, [2, 3], False, True, 6),
        (5, 9, [2, 3], False, False, 6),
        (0, 0, [1, 2], True, False, 1),
    ],
)
def test_a_quorum_on_its_edge(
    came: int, body: int, need: list[int], more_than: bool, enough: bool, least: int
) -> None:
    assert forms_of.enough(came, body, need, more_than=more_than) == enough
    assert forms_of.least(body, need, more_than=more_than) == least


def test_every_form_has_its_row() -> None:
    assert set(forms_of.ROWS) == set(Form)


def test_who_takes_part_by_a_post_is_invited_when_it_is_planned() -> None:
    joint, heads = gathering_at(G.PLANNED), gathering_at(G.PLANNED, Form.CONVENORS)

    assert set(joint.gathering.participants.values_list("person", flat=True)) == {
        joint.director.person_id,
        joint.property.person_id,
    }
    assert list(heads.gathering.participants.values_list("person", flat=True)) == [heads.head.person_id]


def test_an_assembly_opens_with_more_than_half_and_not_with_half() -> None:
    world = gathering_at(G.ANNOUNCED, Form.ASSEMBLY)
    with clock.at(HELD_AT):
        made.attend(world, came=5)
        with pytest.raises(NotPossible, match="6"):
            holding.begin(world.worker, world.pk)
        made.attend(world, came=6)
        with pytest.raises(NotPossible):
            holding.too_few(world.worker, world.pk)
        holding.begin(world.worker, world.pk)
        with pytest.raises(NotPossible):
            made.attend(world, came=5)

    assert world.fresh().came == 6


def test_called_again_its_attendance_begins_anew() -> None:
    world = gathering_at(G.NO_QUORUM, Form.DELEGATES)
    assert owed(world) == ["gathering.announce"]
    with clock.at(world.now):
        calling.announce(world.worker, world.pk, starts_at=world.now + timedelta(days=9), place="茶室")

    assert world.fresh().round == 2
    assert holding.attended(world.fresh()) == (0, 3)


def test_fewer_than_a_fifth_cannot_ask_for_an_assembly() -> None:
    world = make_round(Form.ASSEMBLY)
    with clock.at(PLANNED_AT):
        with pytest.raises(NotPossible):
            made.plan(world, asked_by=1)
        made.plan(world, asked_by=2)

    assert world.fresh().asked_by == 2


@pytest.mark.parametrize(
    "changes", [{"counted": ""}, {"body_size": None}, {"form": "joint", "body_size": None}]
)
def test_an_assembly_says_of_whom_it_is_made_and_nothing_else_does(changes: dict[str, object]) -> None:
    world = make_round(Form.ASSEMBLY)

    with clock.at(PLANNED_AT), pytest.raises(NotPossible):
        made.plan(world, **changes)


def test_what_the_patrol_found_is_owed_and_comes_up_again_while_it_is_not_done() -> None:
    world = gathering_at(G.PLANNED)
    with clock.at(PLANNED_AT):
        for place in ("6号楼", "北门", "车棚"):
            findings.add_finding(world.worker, world.pk, place=place, found="堆物")
        made.announce(world)
    with clock.at(HELD_AT):
        made.attend(world)
        holding.begin(world.worker, world.pk)
        first, second, _third = world.gathering.findings.all()
        due = clock.today() + timedelta(days=10)
        for one in (first, second):
            findings.answer_finding(
                world.worker, world.pk, finding=one.pk, answer="清理", due_on=due, post=Post.PROPERTY
            )
        with pytest.raises(NotPossible):
            findings.answer_finding(
                world.worker, world.pk, finding=first.pk, answer="又", due_on=due, post=Post.PROPERTY
            )
        first.refresh_from_db()
        second.refresh_from_db()
        assert Duty.objects.active().filter(kind="decision.do", post=Post.PROPERTY).count() == 2
        deciding.done(world.worker, first.decision_id, note="清了")  # type: ignore[arg-type]
        made.draft(world)
        made.sign(world)
        holding.publish(world.worker, world.pk)
        assert owed(world) == ["gathering.next"]
        following = calling.plan(
            world.worker, world.here.slug, Plan(Form.JOINT, "十二月", factories.person_of(world.director))
        )

    assert owed(world) == []
    assert [one.carries for one in following.findings.all()] == [second, _third]
    assert [str(point) for point in following.agenda_items.all()] == ["1. 北门：堆物", "2. 车棚：堆物"]


def test_the_new_answer_takes_the_place_of_what_was_promised_last_time() -> None:
    world = gathering_at(G.PLANNED)
    with clock.at(PLANNED_AT):
        findings.add_finding(world.worker, world.pk, place="北门", found="灯坏")
        made.announce(world)
    for _meeting in range(2):
        with clock.at(world.now):
            made.attend(world)
            holding.begin(world.worker, world.pk)
            one = world.gathering.findings.get()
            due = clock.today() + timedelta(days=5)
            findings.answer_finding(
                world.worker, world.pk, finding=one.pk, answer="换灯", due_on=due, post=Post.PROPERTY
            )
            made.draft(world)
            made.sign(world)
            holding.publish(world.worker, world.pk)
            if _meeting == 0:
                made.plan(world)
                starts = clock.now() + timedelta(days=30)
                calling.announce(world.worker, world.pk, starts_at=starts, place="茶室")
                world.now = starts

    assert Duty.objects.active().filter(kind="decision.do").count() == 1


def test_a_cancelled_joint_meeting_leaves_the_next_one_owed_until_it_takes_place_after_all() -> None:
    world = gathering_at(G.CANCELLED)
    assert owed(world) == ["gathering.next"]

    with clock.at(world.now):
        calling.reinstate(world.worker, world.pk, reason="照开")
    assert owed(world) == ["gathering.begin"]


def test_no_second_joint_meeting_beside_one_that_is_prepared() -> None:
    world = gathering_at(G.ANNOUNCED)

    with clock.at(PLANNED_AT), pytest.raises(NotPossible):
        made.plan(world)


def test_what_is_not_possible_is_said() -> None:
    world = gathering_at(G.PLANNED)
    with clock.at(PLANNED_AT):
        with pytest.raises(NotPossible):  # nothing on the agenda
            calling.announce(world.worker, world.pk, starts_at=HELD_AT, place="茶室")
        calling.add_point(world.worker, world.pk, title="议题")
        with pytest.raises(NotPossible):  # told too late
            calling.announce(world.worker, world.pk, starts_at=PLANNED_AT + timedelta(hours=2), place="茶室")
        with pytest.raises(NotPossible):  # ends before it begins
            calling.announce(world.worker, world.pk, starts_at=HELD_AT, ends_at=HELD_AT, place="茶室")
        calling.invite(world.worker, world.pk, name="周警官", group="派出所")
        with pytest.raises(NotPossible):
            calling.invite(world.worker, world.pk, name="周警官", group="派出所")
        with pytest.raises(NotPossible):
            calling.invite(world.worker, world.pk, group="派出所")
        made.announce(world)
        with pytest.raises(NotPossible):  # before the day
            made.attend(world)
        with pytest.raises(NotPossible):
            calling.uninvite(world.worker, world.pk, who=0)
    with clock.at(HELD_AT - timedelta(hours=1)), pytest.raises(NotPossible):
        holding.begin(world.worker, world.pk)
    tea = gathering_at(G.PLANNED, Form.TEA)
    with pytest.raises(NotPossible):
        findings.add_finding(tea.worker, tea.pk, place="北门", found="灯坏")


@pytest.mark.parametrize("state", list(G))
def test_its_page_opens_in_every_state_for_everybody(client: Client, state: G) -> None:
    world = gathering_at(state, Form.DELEGATES)
    with clock.at(world.now):
        for user in (None, world.worker, world.delegates[0]):
            if user is not None:
                client.force_login(user)
            page = client.get(world.gathering.get_absolute_url())
            assert page.status_code == 200
            assert world.gathering.title in page.content.decode()


def test_each_form_is_asked_once(client: Client) -> None:
    """Every action's page opens in a state in which it can be done, or says why not."""
    states = {"in_session": G.IN_SESSION, "announced": G.ANNOUNCED}
    for state in (G.PLANNED, *states.values(), G.MINUTES_DRAFT, G.CANCELLED):
        world = gathering_at(state)
        client.force_login(world.worker)
        with clock.at(world.now):
            asked = {
                name: client.get(f"/gatherings/{world.pk}/{name.replace('_', '-')}/").status_code
                for name in ACTIONS
                if name != "mark_minutes"
            }
        assert set(asked.values()) <= {200, 409}
        assert 200 in asked.values()


def test_an_assembly_is_planned_and_held_by_its_forms(client: Client) -> None:
    world = make_round(Form.ASSEMBLY)
    client.force_login(world.worker)
    with clock.at(PLANNED_AT):
        sent = {
            "form": "assembly",
            "title": "年度居民会议",
            "chair": world.director.person_id,
            "counted": "households",
            "body_size": "",
        }
        assert client.post(f"/n/{world.here.slug}/meetings/new/", sent).status_code == 409
        answer = client.post(f"/n/{world.here.slug}/meetings/new/", {**sent, "body_size": 10})
        assert answer.status_code == 302
        url = Gathering.objects.get().get_absolute_url()
        assert client.post(f"{url}add-point/", {"title": "工作报告", "minutes": "0"}).status_code == 422
        assert client.post(f"{url}add-point/", {"title": "工作报告", "minutes": "20"}).status_code == 302
        day = {"starts_at": "2026-11-27T14:00", "place": "活动室"}
        assert client.post(f"{url}announce/", day).status_code == 302
        assert "plan" not in client.get(f"/n/{world.here.slug}/meetings/").context
    with clock.at(HELD_AT):
        assert client.post(f"{url}take-attendance/", {"came": "11"}).status_code == 409
        assert client.post(f"{url}take-attendance/", {"came": "6"}).status_code == 302
        assert client.post(f"{url}begin/").status_code == 302

    assert Gathering.objects.get().state == G.IN_SESSION


def test_residents_cannot_plan_one(client: Client) -> None:
    world = make_round()
    client.force_login(factories.make_visitor(Role.RESIDENT, world.here))  # type: ignore[arg-type]

    assert client.get(f"/n/{world.here.slug}/meetings/new/").status_code == 403


def test_one_about_a_topic_is_on_its_page_and_leaves_its_course_alone(client: Client) -> None:
    world = make_round(Form.TEA)
    with clock.at(PLANNED_AT):
        topic = make_topic(world.here)
        address = f"/n/{world.here.slug}/meetings/new/?about=topic:{topic.pk}"
        assert address not in client.get(topic.get_absolute_url()).content.decode()
        client.force_login(world.worker)
        assert address in client.get(topic.get_absolute_url()).content.decode()
        assert f'value="topic:{topic.pk}" selected' in client.get(address).content.decode()
        sent = {"form": "tea", "title": "茶室议事", "chair": world.director.person_id}
        assert client.post(address, {**sent, "about": "topic:0"}).status_code == 422
        assert client.post(address, {**sent, "about": f"topic:{topic.pk}"}).status_code == 302
        met = Gathering.objects.get()
        assert (met.subject_title, met.subject_number) == (topic.title, topic.number)
        assert topic.get_absolute_url() in client.get(met.get_absolute_url()).content.decode()
        page = client.get(topic.get_absolute_url()).content.decode()
    topic.refresh_from_db()

    assert met.get_absolute_url() in page
    assert f"/topics/{topic.pk}/hearing/new/" in page
    assert topic.state == State.DISCUSSING


def test_what_has_ended_or_lies_elsewhere_is_nothing_to_meet_about() -> None:
    world, other = make_round(Form.TEA), factories.make_neighbourhood()
    ended = make_topic(world.here, state=State.CLOSED)
    elsewhere = make_topic(other)

    for topic in (ended, elsewhere):
        with clock.at(PLANNED_AT), pytest.raises(NotPossible):
            made.plan(world, about=f"topic:{topic.pk}")
