"""Putting, taking down, reacting, reckoning: who may, when, what is kept, and what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from portal.actions.doors import Need
from portal.community import uniting
from portal.community.models import Post
from portal.community.uniting import Union
from portal.deliberation.models import Topic
from portal.deliberation.states import State as TopicState
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Hearing
from portal.meetings.models.opinions import LONGEST, OpinionMap, Reaction, Statement
from portal.meetings.opinions import jobs, services, subjects
from portal.meetings.opinions.permissions import MAP_NEEDS, STATEMENT_NEEDS, STATEMENTS
from portal.meetings.states.hearing import HearingState
from portal.meetings.states.statement import NEXT, State
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.threads.models import HideReason
from tests import factories
from tests.deliberation.factories import make_topic
from tests.meetings.factories import make_hearing
from tests.meetings.opinion_factories import make_grouped, make_opined

pytestmark = pytest.mark.django_db

NEIGHBOURS, COMMITTEE = {"resident", "owner"}, {"worker", "director"}
# The table of permissions.py a second time, by hand: action, state, roles.
TABLE = [
    ("put", None, NEIGHBOURS | COMMITTEE),
    ("screen", None, COMMITTEE),
    ("react", {"shown"}, NEIGHBOURS),
    ("react_listed", {"shown"}, NEIGHBOURS),
    ("take_down", {"shown"}, COMMITTEE),
    ("restore", {"taken_down"}, COMMITTEE),
]


def test_the_tables_are_those_written_by_hand() -> None:
    needs = {**MAP_NEEDS, **STATEMENT_NEEDS}

    assert [
        (name, _states(need), {str(role) for role in need.roles}) for name, need in needs.items()
    ] == TABLE
    assert {state: set(to) for state, to in NEXT.items()} == {
        "shown": {"taken_down"},
        "taken_down": {"shown"},
    }


def test_the_first_statement_begins_the_map_and_the_next_joins_it() -> None:
    here = factories.make_neighbourhood()
    topic, one = make_topic(here, state=TopicState.DISCUSSING), factories.make_resident(within=here)
    first = services.begin(one, key(topic), text="  晚上九点\n以后不放音响 ")
    second = services.begin(one, key(topic), text="换到南广场")

    assert first.text == "晚上九点 以后不放音响"
    assert (first.number, second.number) == (1, 2)
    assert first.map == second.map == OpinionMap.objects.get()
    assert second.map.title == topic.title
    assert second.screened_at is None


def test_a_look_at_what_neighbours_put_is_owed_until_it_was_had() -> None:
    opined = make_opined()
    assert not Duty.objects.active().filter(kind=services.SCREEN).exists()

    services.put(opined.people[0], opined.map.pk, text="新的一句")
    services.put(opined.people[1], opined.map.pk, text="又一句")
    assert Duty.objects.active().get(kind=services.SCREEN).post == Post.WORKER

    assert services.screen(opined.worker, opined.map.pk) == 2
    assert not Duty.objects.active().filter(kind=services.SCREEN).exists()
    with pytest.raises(NotPossible):
        services.screen(opined.worker, opined.map.pk)


def test_taking_the_last_new_one_down_is_the_look_that_was_owed() -> None:
    opined = make_opined()
    new = services.put(opined.people[0], opined.map.pk, text="骂人的话")
    services.take_down(opined.worker, new.pk, HideReason.INSULT)

    assert not Duty.objects.active().filter(kind=services.SCREEN).exists()


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "长" * (LONGEST + 1)])
def test_a_statement_is_one_short_sentence(text: str) -> None:
    opined = make_opined()

    with pytest.raises(NotPossible):
        services.put(opined.people[0], opined.map.pk, text=text)
    assert opined.map.length == 3


def test_the_same_is_put_once_and_nobody_fills_the_map_alone() -> None:
    opined = make_opined()
    with pytest.raises(NotPossible, match="已经有人提过"):
        services.put(opined.people[0], opined.map.pk, text="第 1 句话")
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(map=opined.map, number=9, text="第 1 句话", person=factories.make_person())

    for number in range(5):
        services.put(opined.people[0], opined.map.pk, text=f"我的 {number}")
    with pytest.raises(NotPossible, match="最多提 5 句"):
        services.put(opined.people[0], opined.map.pk, text="第六句")
    assert services.put(opined.people[1], opined.map.pk, text="第六句").number == 9


def test_there_are_at_most_so_many_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_STATEMENTS", 3)
    opined = make_opined()

    with pytest.raises(NotPossible, match="已经很多"):
        services.put(opined.people[0], opined.map.pk, text="再来")


@pytest.mark.parametrize(
    "state", [TopicState.SCREENING, TopicState.VOTING, TopicState.CLOSED, TopicState.SUSPENDED]
)
def test_out_of_season_nothing_is_taken(state: TopicState) -> None:
    opined = make_opined()
    Topic.objects.filter(pk=opined.topic.pk).update(state=state)

    with pytest.raises(NotPossible, match="讨论期间才能表态"):
        services.put(opined.people[0], opined.map.pk, text="太晚了")
    with pytest.raises(NotPossible, match="讨论期间才能表态"):
        services.react(opined.people[0], opined.statements[0].pk, value=1)


@pytest.mark.parametrize(
    ("state", "takes"),
    [(HearingState.PLANNED, False), (HearingState.ANNOUNCED, True), (HearingState.IN_SESSION, True),
     (HearingState.MINUTES_DRAFT, False), (HearingState.CANCELLED, False)],
)  # fmt: skip
def test_a_hearing_has_a_map_of_its_own(state: HearingState, takes: bool) -> None:
    hearing = make_hearing(state)
    one = factories.make_resident(within=hearing.neighbourhood)

    assert subjects.about(key(hearing)).takes is takes
    if takes:
        assert services.begin(one, key(hearing), text="赞成").map.subject_url == hearing.get_absolute_url()
    assert Hearing.objects.count() == 1


@pytest.mark.parametrize("subject", ["topic:0", "vote:1", "hearing:0"])
def test_nothing_unknown_or_private_has_a_map(subject: str) -> None:
    with pytest.raises(Http404):
        services.begin(factories.make_user(), subject, text="赞成")


def test_a_draft_has_no_map() -> None:
    draft = make_topic(state=TopicState.DRAFT)

    with pytest.raises(Http404):
        services.begin(factories.make_user(), key(draft), text="赞成")


def test_strangers_put_nothing_and_leave_no_map_behind() -> None:
    topic = make_topic(state=TopicState.DISCUSSING)

    with pytest.raises(PermissionDenied):
        services.begin(factories.make_user(), key(topic), text="赞成")
    assert not OpinionMap.objects.exists()


def test_the_last_reaction_counts() -> None:
    opined = make_opined()
    for value in (1, -1, 0):
        services.react(opined.people[0], opined.statements[0].pk, value=value)

    assert Reaction.objects.get().value == 0
    with pytest.raises(ValueError, match="2"):
        services.react(opined.people[0], opined.statements[0].pk, value=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(statement=opined.statements[0], person_id=opined.people[0].person_id, value=1)


def test_the_committee_does_not_react_and_neighbours_do_not_take_down() -> None:
    opined = make_opined()

    with pytest.raises(PermissionDenied):
        services.react(opined.worker, opined.statements[0].pk, value=1)
    with pytest.raises(PermissionDenied):
        services.take_down(opined.people[0], opined.statements[0].pk, HideReason.INSULT)


def test_a_statement_taken_down_leaves_a_stub_and_its_author_is_told() -> None:
    opined = make_opined()
    mine = services.put(opined.people[0], opined.map.pk, text="住 502 的人太吵")
    with pytest.raises(NotPossible, match="意见不同不算"):
        services.take_down(opined.worker, mine.pk, "disagree")
    services.take_down(opined.worker, mine.pk, HideReason.PERSONAL_DATA)
    mine.refresh_from_db()

    assert STATEMENTS.fits("restore", mine)
    assert mine.state == State.TAKEN_DOWN
    told = Notice.objects.get(user=opined.people[0], kind="opinions.taken_down")
    assert told.params["text"] == "住 502 的人太吵"
    entry = Entry.objects.get(action="opinions.taken_down")
    assert entry.subject == key(opined.topic)
    # The record is public and stays: it does not repeat what was taken down.
    assert "502" not in str(entry.data)
    with pytest.raises(NotPossible):
        services.react(opined.people[1], mine.pk, value=1)

    services.restore(opined.worker, mine.pk)
    assert Notice.objects.filter(user=opined.people[0], kind="opinions.restored").exists()
    assert services.react(opined.people[1], mine.pk, value=1).value == 1


def test_a_statement_is_never_down_without_a_reason() -> None:
    opined = make_opined()

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=opined.statements[0].pk).update(taken_down_at=clock.now())


def test_the_periodic_work_reckons_what_changed_and_then_rests() -> None:
    opined = make_opined(statements=5)
    jobs.reckon_maps()
    assert opined.map.people == 0

    now = clock.now()
    with clock.at(now + timedelta(minutes=10)):
        jobs.reckon_maps()
        assert jobs.stale() == []
        services.react(opined.people[0], opined.statements[0].pk, value=1)
        assert jobs.stale() == [opined.map.pk]
        jobs.reckon_maps()
    assert opined.map.people == 1
    with clock.at(now + timedelta(minutes=20)):
        jobs.reckon_maps()
        assert jobs.stale() == []
        opined.take_down(0)
        assert jobs.stale() == [opined.map.pk]
        jobs.reckon_maps()
    assert opined.map.people == 0


def test_reckoned_again_it_comes_to_the_same_and_stirs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    opined = make_grouped()
    stirred: list[str] = []
    monkeypatch.setattr(services, "stir", stirred.append)
    before = opined.map.snapshot
    after = opined.reckon().snapshot

    assert after == before
    assert stirred == []


def test_what_is_kept_holds_no_person_and_no_group_of_fewer_than_five() -> None:
    opined = make_grouped(sizes=(9, 7))
    kept = opined.map.snapshot

    assert [group["size"] for group in kept["groups"]] == [9, 7]
    assert kept["people"] == kept["included"] == 16
    assert kept["shared"] == [[opined.statements[7].pk, True]]
    assert set(kept) == {
        "people", "included", "silhouette", "statements", "consensus", "shared", "groups", "plane",
    }  # fmt: skip
    assert sum(n for group in kept["groups"] for _x, _y, n in group["marks"]) == 16

    small = make_grouped(sizes=(14, 4)).map.snapshot
    assert small["silhouette"] > 0.9
    assert small["groups"] == []
    assert small["plane"] is None


def test_what_fewer_than_five_said_is_not_kept() -> None:
    opined = make_opined(people=6, statements=2)
    opined.react([[1, 1], [1, 1], [-1, 1], [0, 1], [None, -1], [None, None]])
    kept = opined.reckon().snapshot["statements"]

    assert kept[0] == {"key": opined.statements[0].pk, "seen": 4, "shares": None}
    assert kept[1] == {"key": opined.statements[1].pk, "seen": 5, "shares": [80, 20, 0]}


def test_two_records_of_one_human_react_once() -> None:
    opined = make_opined()
    one, two = (factories.person_of(user) for user in opined.people)
    for user, value in zip(opined.people, (1, -1), strict=True):
        services.react(user, opined.statements[0].pk, value=value)
    union = Union(one, two, opined.worker, reason="同一人")
    uniting.unite(union)

    assert Reaction.objects.filter(value=1).count() == 1
    assert Reaction.objects.count() == 1
    assert any("都对" in note for note in union.notes)


def _states(need: Need) -> set[str] | None:
    return {str(state) for state in need.states} if need.states else None
