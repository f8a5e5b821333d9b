"""The life cycle as data: sane in itself, drawn on the track."""

from __future__ import annotations

import pytest

from portal.deliberation.models import Topic
from portal.deliberation.permissions import NEEDS
from portal.deliberation.states import ENDED, NEXT, STATIONS, TRACK, State
from portal.deliberation.track import track

# Written a second time, by hand, from the rules of the field (domain 13.1).
LIFE = """
draft        seconding screening withdrawn
seconding    screening expired withdrawn
screening    returned rejected merged redirected announced withdrawn
returned     screening expired withdrawn
announced    discussing screening withdrawn
discussing   in_forum voting adopted not_adopted suspended withdrawn
in_forum     discussing voting adopted not_adopted suspended withdrawn
voting       adopted not_adopted discussing
adopted      executing discussing
executing    evaluating
evaluating   closed executing
suspended    discussing in_forum withdrawn
rejected     screening
closed       evaluating
not_adopted  discussing
merged       screening
redirected   screening
expired
withdrawn
"""


def test_the_life_of_a_topic_is_the_one_of_the_rules() -> None:
    rows = [line.split() for line in LIFE.strip().splitlines()]

    assert {state.value: {to.value for to in following} for state, following in NEXT.items()} == {
        row[0]: set(row[1:]) for row in rows
    }


def test_every_state_can_be_reached() -> None:
    reached, open_ends = {State.DRAFT}, [State.DRAFT]
    while open_ends:
        new = NEXT[open_ends.pop()] - reached
        reached |= new
        open_ends += new

    assert reached == set(State)


# A refusal can be appealed, and what the committee decided alone can be taken back for some time.
TAKEN_BACK = {State.REJECTED, State.NOT_ADOPTED, State.MERGED, State.REDIRECTED, State.CLOSED}


def test_what_has_ended_goes_nowhere_but_where_it_was_taken_back() -> None:
    assert {state for state in ENDED if NEXT[state]} == TAKEN_BACK
    assert {state for state in State if not NEXT[state]} == ENDED - TAKEN_BACK


def test_from_every_open_state_there_is_something_to_do_but_time_ends_a_vote() -> None:
    onward = [need for name, need in NEEDS.items() if name != "name_contact"]
    idle = {state for state in State if not any(state in (need.states or ()) for need in onward)}

    assert idle == {State.VOTING} | (ENDED - TAKEN_BACK)


def test_every_state_but_the_withdrawn_one_has_its_station() -> None:
    drawn = [state for _name, states in TRACK for state in states]

    assert sorted(drawn) == sorted(set(State) - {State.WITHDRAWN})
    assert [name for name, _states in TRACK] == list(STATIONS)


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        (State.DRAFT, "now todo todo todo todo todo todo todo"),
        (State.SECONDING, "done now todo todo todo todo todo todo"),
        (State.RETURNED, "done done now todo todo todo todo todo"),
        (State.REJECTED, "done done stopped todo todo todo todo todo"),
        (State.DISCUSSING, "done done done now todo todo todo todo"),
        (State.VOTING, "done done done done done now todo todo"),
        (State.NOT_ADOPTED, "done done done done done stopped todo todo"),
        (State.EVALUATING, "done done done done done done done now"),
        (State.CLOSED, "done done done done done done done done"),
    ],
)
def test_the_track_shows_where_a_topic_stands(state: State, statuses: str) -> None:
    assert " ".join(station.status for station in track(Topic(state=state))) == statuses


def test_a_hearing_that_was_passed_by_is_not_on_the_track() -> None:
    names = [station.name for station in track(Topic(state=State.EXECUTING), heard=False)]

    assert names == ["raise", "second", "screen", "discuss", "vote", "act", "evaluate"]
    assert len(track(Topic(state=State.DISCUSSING), heard=False)) == 8


def test_a_withdrawn_topic_stands_where_it_was_withdrawn() -> None:
    stations = track(Topic(state=State.WITHDRAWN, suspended_from=State.SCREENING))

    assert [station.status for station in stations][:4] == ["done", "done", "stopped", "todo"]
    assert track(Topic(state=State.WITHDRAWN))[0].status == "stopped"
