"""The tables of permissions.py a second time, written by hand: each action, electorate, role and state."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.actions.doors import Door
from portal.community.models import Area, Visitor
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import services
from portal.voting.actions.course import COURSE
from portal.voting.actions.keys import KEYS
from portal.voting.actions.papers import ENVELOPE, PAPER, READING
from portal.voting.actions.rolls import LINE, MANDATE, OBJECTION, ROLL
from portal.voting.models import Custodian, Custody, Electorate, Envelope, PaperBallot, RollObjection, Vote
from portal.voting.permissions import (
    CONVENERS,
    ENVELOPE_NEEDS,
    ENVELOPES,
    LINE_NEEDS,
    LINES,
    MANDATE_NEEDS,
    MANDATES,
    NEEDS,
    OBJECTION_NEEDS,
    OBJECTIONS,
    PAPER_NEEDS,
    PAPERS,
    PLACES,
    VOTES,
    may_call,
)
from portal.voting.states import (
    LINE_LIFE,
    MANDATE_LIFE,
    NEXT,
    OBJECTION_LIFE,
    PAPER_LIFE,
    LineState,
    MandateState,
    PaperState,
    Phase,
)
from tests import factories as places
from tests.voting import factories
from tests.voting.factories import AFTER, CALLED_AT, CLOSES_AT, DURING, OPENS_AT
from tests.voting.test_mandates import letter
from tests.worlds import kept

pytestmark = pytest.mark.django_db

ROLES = [
    "visitor", "account", "resident", "owner", "building_head", "delegate", "property", "owners_committee",
    "worker", "director", "party", "oversight", "officer", "auditor", "editor", "operator",
]  # fmt: skip
ELECTORATES = ["owners", "residents", "households", "delegates", "building", "panel"]
COMMITTEE = {"worker", "director"}
OWNERS_TOO = COMMITTEE | {"owners_committee"}
NEIGHBOURS = {"resident", "owner"}

# action: who may in owners' votes, who may in all others; when (all phases where it only reads)
TABLE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "see_roll": (OWNERS_TOO | {"officer", "auditor"}, COMMITTEE | {"officer", "auditor"}, set(Phase.values)),
    "object": (NEIGHBOURS, NEIGHBOURS, {"coming", "open"}),
    "add": (OWNERS_TOO, COMMITTEE, {"coming", "open"}),
    "serve": (OWNERS_TOO, COMMITTEE, {"coming", "open"}),
    "see_paper": (OWNERS_TOO, COMMITTEE, set(Phase.values)),
    "print": (OWNERS_TOO, COMMITTEE, {"coming", "open"}),
    "enter": (OWNERS_TOO, COMMITTEE, {"open", "closed"}),
    "envelope": (OWNERS_TOO, COMMITTEE, {"open", "closed"}),
    "finish": (OWNERS_TOO, COMMITTEE, {"closed"}),
    "extend": (OWNERS_TOO, COMMITTEE, {"open"}),
    "abort": (OWNERS_TOO, COMMITTEE, {"coming"}),
    "reinstate": (OWNERS_TOO, COMMITTEE, {"aborted"}),
    "withdraw": (OWNERS_TOO, COMMITTEE, {"coming", "open"}),
    "name_candidate": (OWNERS_TOO, COMMITTEE, {"coming"}),
    "lot": (OWNERS_TOO, COMMITTEE, {"closed"}),
    "raise_hands": (OWNERS_TOO, COMMITTEE, set()),  # votes in the hall alone: tests/meetings/test_hallvote.py
    "check_hands": (OWNERS_TOO, COMMITTEE, set()),
    "close": (OWNERS_TOO, COMMITTEE, set()),
    "annul": ({"auditor", "officer"}, {"auditor", "officer"}, {"counted"}),
    "keys": (OWNERS_TOO | {"custodian"}, COMMITTEE | {"custodian"}, set(Phase.values)),
    "name_custodians": (OWNERS_TOO, COMMITTEE, {"coming"}),
    "make_keys": (OWNERS_TOO, COMMITTEE, {"coming"}),
    "try_keys": (OWNERS_TOO | {"custodian"}, COMMITTEE | {"custodian"}, {"coming"}),
    "open_box": (OWNERS_TOO | {"custodian"}, COMMITTEE | {"custodian"}, {"closed"}),
}
UNDOUBTED = {"entered", "disputed", "taken", "set_aside"}
PAPER_TABLE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "confirm": (OWNERS_TOO, COMMITTEE, {"entered"}),
    "judge": (OWNERS_TOO | {"third"}, COMMITTEE | {"third"}, {"disputed"}),
    "doubt": (OWNERS_TOO | {"principal"}, COMMITTEE | {"principal"}, UNDOUBTED),
    "withdraw": (OWNERS_TOO | {"third"}, COMMITTEE | {"third"}, {"doubted"}),
    "keep": (OWNERS_TOO | {"third"}, COMMITTEE | {"third"}, {"doubted"}),
}
# what belongs to a vote: who may in owners' votes, who may in all others, in which of its states
PARTS: dict[str, dict[str, tuple[set[str], set[str], set[str]]]] = {
    "line": {
        **{
            name: (OWNERS_TOO, COMMITTEE, {"active"})
            for name in ("area", "voter", "strike", "serve", "mandate")
        },
        "put_back": (OWNERS_TOO, COMMITTEE, {"struck"}),
    },
    "mandate": {"end": (OWNERS_TOO | {"principal"}, COMMITTEE | {"principal"}, {"active"})},
    "objection": {"answer": (OWNERS_TOO, COMMITTEE, {"open"})},
    "paper": PAPER_TABLE,
    "envelope": PAPER_TABLE,
}


def people(here: Area, **more: Visitor) -> dict[str, Visitor]:
    return {role: places.make_visitor(Role(role), here) for role in ROLES} | more


def who(door: Door[Any], action: str, thing: Any, people: dict[str, Visitor]) -> set[str]:
    """Whom a door lets through to ask about an action."""

    def passes(user: Visitor) -> bool:
        try:
            door.get(user, thing.pk, action)
        except PermissionDenied:
            return False
        return True

    return {name for name, user in people.items() if passes(user)}


@kept
def make_vote(place: factories.Place, electorate: str, custody: str = "") -> Vote:
    """A vote of any electorate, without a roll."""
    return Vote.objects.create(
        neighbourhood=place.neighbourhood, scope=place.estate, subject="topic:1", subject_url="/", title="征询",
        electorate=electorate, matter="sounding", rule={}, options=[], secret=bool(custody), custody=custody,
        opens_at=OPENS_AT, closes_at=CLOSES_AT, called_at=CALLED_AT, frozen_at=CALLED_AT,
        created_by=place.director,
    )  # fmt: skip


def test_the_tables_cover_every_action_electorate_and_role() -> None:
    assert set(TABLE) == set(NEEDS)
    reading = {"see_roll", "see_paper", "keys"}
    assert {*ROLL, *PAPER, *COURSE, *KEYS} == set(NEEDS) - reading
    needs = {
        "line": LINE_NEEDS, "mandate": MANDATE_NEEDS, "objection": OBJECTION_NEEDS, "paper": PAPER_NEEDS,
        "envelope": ENVELOPE_NEEDS,
    }  # fmt: skip
    actions = {
        "line": LINE, "mandate": MANDATE, "objection": OBJECTION, "paper": READING, "envelope": ENVELOPE,
    }  # fmt: skip
    for part, table in PARTS.items():
        assert set(table) == set(needs[part]) == set(actions[part]), part
    assert set(ELECTORATES) == set(Electorate.values) == set(CONVENERS)
    towards_a_thing = {
        "proposer", "responsible", "panel", "team_leader", "team_recorder", "team_member",
        "person", "guardian", "convener", "custodian", "principal", "third", "appointer", "bookkeeper",
        "household", "acceptor", "reviewer", "scribe",
    }  # fmt: skip
    assert {role.value for role in Role} - set(ROLES) == towards_a_thing


@pytest.mark.parametrize("electorate", ELECTORATES)
def test_who_may_do_what_about_a_vote(electorate: str) -> None:
    place = factories.make_place()
    vote = make_vote(place, electorate, Custody.CUSTODIANS)
    keeper = places.make_user()
    Custodian.objects.create(vote=vote, number=1, user=keeper)
    everybody = people(place.neighbourhood, custodian=keeper)

    for action, (of_owners, of_others, _when) in TABLE.items():
        expected = of_owners if electorate == "owners" else of_others
        assert who(VOTES, action, vote, everybody) == expected, action


@pytest.mark.parametrize("electorate", ELECTORATES)
def test_who_may_call_a_vote(electorate: str) -> None:
    here = factories.make_place().neighbourhood
    everybody = people(here)

    may = {name for name, user in everybody.items() if may_call(user, here, electorate)}

    assert may == (OWNERS_TOO if electorate == "owners" else COMMITTEE)
    assert {name for name, user in everybody.items() if PLACES.may(user, "call", here)} == OWNERS_TOO


def test_a_keeper_of_one_key_is_none_of_another_vote() -> None:
    place = factories.make_place()
    keeper = places.make_user()
    kept, other = (make_vote(place, "residents", Custody.CUSTODIANS) for _ in range(2))
    Custodian.objects.create(vote=kept, number=1, user=keeper)

    assert VOTES.get(keeper, kept.pk, "open_box") == kept
    with pytest.raises(PermissionDenied):
        VOTES.get(keeper, other.pk, "open_box")


@pytest.mark.parametrize("electorate", ["owners", "residents"])
def test_who_may_do_what_about_what_belongs_to_a_vote(electorate: str) -> None:
    place = factories.make_place(residents=True)
    vote = factories.call(place) if electorate == "owners" else factories.call_residents(place)
    third = places.make_user()
    everybody = people(place.neighbourhood, principal=place.people[0], neighbour=place.people[2], third=third)
    line, things = factories.line(place.people[0], vote), {}
    with clock.at(DURING):
        person = places.person_of(place.people[1])
        things["mandate"] = services.record_mandate(place.director, line.pk, person, "proxy", letter())
        things["objection"] = services.object_to_roll(place.people[0], vote.pk, "面积不对")
        things["paper"] = services.enter(place.director, vote.pk, line.label, "for")
        things["envelope"] = Envelope(vote=vote, entry=line, received_at=DURING, first_by=place.director)
        things["envelope"].save()
        for paper in (PaperBallot.objects, Envelope.objects):
            paper.update(third=third)
        doors = {
            "line": LINES, "mandate": MANDATES, "objection": OBJECTIONS, "paper": PAPERS, "envelope": ENVELOPES,
        }  # fmt: skip

        for part, table in PARTS.items():
            for action, (of_owners, of_others, _states) in table.items():
                expected = of_owners if electorate == "owners" else of_others
                assert who(doors[part], action, things.get(part, line), everybody) == expected, (part, action)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"visitor"}))
def test_a_role_elsewhere_is_none_here(role: str) -> None:
    vote = factories.call(factories.make_place())
    stranger = places.make_visitor(Role(role), places.make_neighbourhood())

    assert [name for name in NEEDS if who(VOTES, name, vote, {"stranger": stranger})] == []


def test_nobody_finds_what_is_not_there() -> None:
    director = factories.make_place().director

    for door, action in ((VOTES, "add"), (LINES, "strike"), (MANDATES, "end"), (PAPERS, "judge")):
        with pytest.raises(Http404):
            door.take(director, 999_999, action)


# --- when ---


def test_when_each_action_about_a_vote_is_possible() -> None:
    place = factories.make_place()
    vote = make_vote(place, "owners")
    moments = {
        "coming": {"at": CALLED_AT},
        "open": {"at": DURING},
        "closed": {"at": AFTER},
        "counted": {"at": AFTER, "counted_at": AFTER},
        "annulled": {"at": AFTER, "counted_at": AFTER, "annulled_at": AFTER},
        "aborted": {"at": AFTER, "aborted_at": CALLED_AT},
    }
    assert set(moments) == set(Phase.values)

    for phase, facts in moments.items():
        for name in ("counted_at", "annulled_at", "aborted_at"):
            setattr(vote, name, facts.get(name))
        with clock.at(facts["at"]):
            assert vote.phase == phase
            possible = {action for action in NEEDS if VOTES.fits(action, vote)}
        assert possible == {action for action, (_o, _r, when) in TABLE.items() if phase in when}, phase


def test_when_each_action_about_a_part_is_possible() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    with clock.at(DURING):
        holder = places.person_of(place.people[1])
        mandate = services.record_mandate(place.director, line.pk, holder, "proxy", letter())
    line.vote = mandate.entry.vote = vote
    objection = RollObjection(vote=vote, by=place.director)

    def possible(door: Door[Any], thing: Any, at: Any = DURING) -> tuple[str, set[str]]:
        with clock.at(at):
            return thing.state.value, {name for name in door.needs if door.fits(name, thing)}

    def expected(part: str, state: str) -> tuple[str, set[str]]:
        return state, {name for name, (_o, _r, states) in PARTS[part].items() if state in states}

    assert possible(LINES, line) == expected("line", "active")
    assert possible(LINES, line, AFTER) == expected("line", "final")
    assert possible(MANDATES, mandate) == expected("mandate", "active")
    assert possible(MANDATES, mandate, AFTER) == expected("mandate", "final")
    line.struck_at = mandate.revoked_at = DURING
    assert possible(LINES, line) == expected("line", "struck")
    assert possible(MANDATES, mandate) == expected("mandate", "ended")
    assert possible(OBJECTIONS, objection) == expected("objection", "open")
    objection.answered_at = DURING
    assert possible(OBJECTIONS, objection) == expected("objection", "answered")
    for door, one, part in (
        (PAPERS, PaperBallot(vote=vote, sheet=1), "paper"),
        (ENVELOPES, Envelope(vote=vote), "envelope"),
    ):
        assert possible(door, one) == expected(part, "entered")
        one.second_at = DURING
        assert possible(door, one) == expected(part, "disputed")
        one.taken_at, one.stands = DURING, True
        assert possible(door, one) == expected(part, "taken")
        one.stands = False
        assert possible(door, one) == expected(part, "set_aside")
        one.doubted_at = DURING
        assert possible(door, one) == expected(part, "doubted")
        one.withdrawn_at = DURING
        assert possible(door, one) == expected(part, "withdrawn")
        one.withdrawn_at, one.answered_at = None, DURING
        assert possible(door, one) == expected(part, "set_aside")


def test_whoever_comes_too_late_reads_why_in_the_words_of_the_row() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    with clock.at(AFTER):
        with pytest.raises(NotPossible, match="one year|一年"):
            services.strike_line(place.director, line.pk, "误录")
        with pytest.raises(NotPossible, match="印|print"):
            services.print_ballots(place.director, vote.pk)


WAYS = {
    "vote": {
        ("coming", "open"), ("coming", "closed"), ("coming", "aborted"), ("open", "closed"),
        ("closed", "counted"), ("counted", "annulled"), ("aborted", "coming"),
    },
    "roll_line": {("active", "struck"), ("struck", "active"), ("active", "final")},
    "mandate": {("active", "ended"), ("active", "final")},
    "roll_objection": {("open", "answered")},
    "paper_ballot": {
        ("entered", "disputed"), ("entered", "taken"), ("entered", "set_aside"), ("entered", "doubted"),
        ("disputed", "taken"), ("disputed", "set_aside"), ("disputed", "doubted"),
        ("taken", "doubted"), ("set_aside", "doubted"), ("set_aside", "taken"),
        ("doubted", "entered"), ("doubted", "disputed"), ("doubted", "taken"), ("doubted", "set_aside"),
        ("doubted", "withdrawn"),
    },
}  # fmt: skip


def test_every_life_goes_the_ways_of_its_table() -> None:
    lives = {
        "vote": NEXT,
        **{life.name: life.next for life in (LINE_LIFE, MANDATE_LIFE, OBJECTION_LIFE, PAPER_LIFE)},
    }
    assert {
        name: {(state.value, to.value) for state, after in table.items() for to in after}
        for name, table in lives.items()
    } == WAYS


def test_a_box_whose_key_nobody_tried_closes_without_having_opened() -> None:
    vote = make_vote(factories.make_place(), "residents", Custody.CUSTODIANS)

    with clock.at(DURING):
        assert vote.phase is Phase.COMING
    with clock.at(AFTER):
        assert vote.phase is Phase.CLOSED


def test_a_line_a_mandate_and_a_paper_go_their_ways() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    lines = [factories.line(user, vote) for user in place.people]
    first, second, third = (
        places.make_user(Role.WORKER, neighbourhood=place.neighbourhood) for _ in range(3)
    )
    with clock.at(DURING):
        papers = [services.enter(first, vote.pk, line.label, "for") for line in lines]
        seen = [papers[0].state]
        papers[0] = services.confirm(second, papers[0].pk, "against")
        seen += [papers[0].state, services.judge(third, papers[0].pk, "for").state]
        seen.append(services.confirm(second, papers[1].pk, "for").state)
        services.strike_line(first, lines[2].pk, "误录")
        seen.append(services.confirm(second, papers[2].pk, "for").state)
        again = services.add_line(first, vote.pk, lines[2].person, "补回")
        holder = places.person_of(place.people[1])
        mandate = services.record_mandate(first, lines[0].pk, holder, "proxy", letter())
        ended = services.revoke(place.people[0], mandate.pk)

    assert seen == [
        PaperState.ENTERED, PaperState.DISPUTED, PaperState.TAKEN, PaperState.TAKEN, PaperState.SET_ASIDE,
    ]  # fmt: skip
    with clock.at(DURING):
        assert (again.pk, again.state) == (lines[2].pk, LineState.ACTIVE)
        assert (mandate.state, ended.state) == (MandateState.ACTIVE, MandateState.ENDED)


# --- through the address ---


@pytest.mark.parametrize("role", ["account", "auditor", "property"])
def test_the_address_of_an_action_is_no_way_round(client: Client, role: str) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    with clock.at(DURING):
        holder = places.person_of(place.people[1])
        mandate = services.record_mandate(place.director, line.pk, holder, "proxy", letter())
        objection = services.object_to_roll(place.people[0], vote.pk, "面积不对")
        paper = services.enter(place.director, vote.pk, line.label, "for")
    outer = Envelope.objects.create(vote=vote, entry=line, received_at=DURING, first_by=place.director)
    client.force_login(places.make_user(Role(role), neighbourhood=place.neighbourhood))
    tables = {
        ("roll_act", vote.pk): ROLL,
        ("paper_act", vote.pk): PAPER,
        # The auditor, who is tried here too, may annul.
        ("act", vote.pk): set(COURSE) - {"annul"},
        ("keys_act", vote.pk): KEYS,
        ("line_act", line.pk): LINE,
        ("mandate_act", mandate.pk): MANDATE,
        ("objection_act", objection.pk): OBJECTION,
        ("paper_reading", paper.pk): READING,
        ("envelope_act", outer.pk): ENVELOPE,
    }

    with clock.at(DURING):
        for (name, pk), table in tables.items():
            for action in table:
                address = reverse(f"voting:{name}", args=[pk, action])
                sent = {"once": uuid4().hex, "mark": "for", "reason": "理由", "text": "请看"}
                assert client.get(address).status_code == 403, address
                assert client.post(address, sent).status_code == 403, address
        nonsense = reverse("voting:line_act", args=[line.pk, "nonsense"])
        assert client.post(nonsense).status_code == 404
    line.refresh_from_db()
    assert (line.struck_at, line.vote.corrections.count()) == (None, 0)
