"""Votes in the hall of gatherings: who is on the roll of each form, and by which rule it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.community.models import Dwelling, Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.gatherings.forms_of import ROWS
from portal.meetings.gatherings.services import calling, holding
from portal.meetings.hallvote import services
from portal.meetings.models import Form, Participant
from portal.meetings.states.gathering import GatheringState as G
from portal.voting import hall, recount, result
from portal.voting import services as voting
from portal.voting.models import Electorate, Vote
from tests import factories
from tests.meetings import factories_gatherings as made
from tests.meetings.factories_gatherings import HELD_AT, Round, gathering_at, make_round

pytestmark = pytest.mark.django_db
LATER = HELD_AT + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def in_session() -> Iterator[None]:
    with clock.at(LATER):
        yield


def put(world: Round, title: str = "楼道不停电瓶车") -> Vote:
    return services.open_vote(world.worker, world.pk, title=title)


def closed(world: Round, vote: Vote) -> Vote:
    """A minute later, counted."""
    with clock.at(LATER + timedelta(minutes=1)):
        return voting.close_in_hall(world.worker, vote.pk)


@contextmanager
def on_the_day(seats: int) -> Iterator[Round]:
    """A delegates' meeting of six, of whom the first `seats` came."""
    world = make_round(Form.DELEGATES)
    with clock.at(made.PLANNED_AT):
        for _ in range(3):
            world.delegates.append(factories.make_user(post=Post.DELEGATE, neighbourhood=world.here))
        made.plan(world)
        made.announce(world)
    with clock.at(HELD_AT):
        made.attend(world, seats)
        holding.begin(world.worker, world.pk)
    yield world


def test_delegates_pass_what_more_than_half_of_those_present_agree_to() -> None:
    with on_the_day(4) as world:
        vote = put(world)
        for user in world.delegates[:2]:
            voting.cast(user, vote.pk, "for")
        half = closed(world, vote)
        again = put(world, "再表决一次")
        for user in world.delegates[:3]:
            voting.cast(user, again.pk, "for")
        more = closed(world, again)

    # Two of two who voted, but two of four who are here: not more than half.
    assert (half.outcome, more.outcome) == ("failed", "passed")
    assert (half.heads, hall.presence(half)) == (6, hall.Presence(4, 0))
    assert half.rule["participation"] == [{"measure": "heads", "at_least": [2, 3]}]
    assert half.rule["source"].startswith("居民代表会议")


def test_the_published_file_of_those_present_counts_alike_for_everybody() -> None:
    with on_the_day(4) as world:
        vote = put(world)
        for user in world.delegates[:3]:
            voting.cast(user, vote.pk, "for")
        file = result.document(closed(world, vote))
    outcome, lines, faults = recount.recount(file)

    assert sum(entry["served"] for entry in file["roll"]) == 4
    assert (outcome, faults) == ("passed", [])
    assert [(line.part, line.whole) for line in lines] == [(4, 6), (3, 4)]


def test_whose_mandate_is_held_is_of_those_present_and_a_guest_of_nobody() -> None:
    with on_the_day(5) as world:
        seats = list(world.gathering.participants.order_by("pk"))
        services.note_proxy(world.worker, world.pk, principal=seats[5].pk, holder=seats[0].pk)
        Participant.objects.create(
            meeting=world.gathering,
            person=factories.person_of(world.head),
            part="member",
            group="楼组长",
            rounds=[1],
            attended_at=HELD_AT,
        )
        vote = put(world)

        assert holding.attended(world.fresh()) == (5, 6)
        assert hall.presence(vote) == hall.Presence(5, 1)
        assert vote.roll.filter(served=True).count() == 6
        with pytest.raises(NotPossible):
            voting.cast(world.head, vote.pk, "for")


@pytest.mark.parametrize("form", [Form.JOINT, Form.CONVENORS])
def test_other_gatherings_vote_by_the_rule_of_the_hall(form: Form) -> None:
    world = gathering_at(G.IN_SESSION, form)
    vote = put(world)

    assert vote.rule["name"] == "hall-majority"
    assert vote.electorate == Electorate.PANEL
    assert vote.heads == world.gathering.participants.count()


def test_an_open_talk_decides_nothing(client: Client) -> None:
    world = make_round(Form.TEA)
    with clock.at(made.PLANNED_AT):
        made.plan(world)
        made.announce(world)
    with clock.at(HELD_AT):
        holding.begin(world.worker, world.pk)
    client.force_login(world.worker)
    page = client.get(world.gathering.get_absolute_url()).content.decode()

    assert "open-vote" not in page
    assert "note-proxy" not in page
    with pytest.raises(NotPossible, match="不作决定"):
        put(world)
    with pytest.raises(NotPossible):
        services.note_proxy(world.worker, world.pk, principal=0, holder=0)


def assembly(homes: int, counted: str, came: int) -> tuple[Round, list[User]]:
    """An assembly in session: two adults a home, of whom so many were counted at the door."""
    world = make_round(Form.ASSEMBLY)
    users = []
    with clock.at(made.PLANNED_AT - timedelta(days=400)):
        for _ in range(homes):
            first = factories.make_resident(within=world.here)
            home = Dwelling.objects.get(residencys__person=first.person)
            users += [first, factories.make_resident(dwelling=home)]
    with clock.at(made.PLANNED_AT):
        made.plan(world, counted=counted, body_size=homes if counted == "households" else 2 * homes)
        made.announce(world)
    with clock.at(HELD_AT):
        made.attend(world, came=came)
        holding.begin(world.worker, world.pk)
    return world, users


def test_a_household_speaks_by_whoever_of_it_came() -> None:
    world, users = assembly(3, "households", 2)
    for user in (users[1], users[2]):
        holding.sign_in(world.worker, world.pk, person=factories.person_of(user))
    vote = put(world)
    for user in (users[1], users[2]):
        voting.cast(user, vote.pk, "for")
    with pytest.raises(NotPossible):
        voting.cast(users[0], vote.pk, "against")
    done = closed(world, vote)

    assert (done.electorate, done.heads, done.outcome) == ("households", 3, "passed")
    assert done.rule["name"] == "residents-assembly"


def test_too_few_of_all_adults_by_name_decide_nothing() -> None:
    world, users = assembly(2, "adults", 3)
    for user in users[:2]:
        holding.sign_in(world.worker, world.pk, person=factories.person_of(user))
    with pytest.raises(NotPossible, match="3"):
        put(world)
    holding.sign_in(world.worker, world.pk, person=factories.person_of(users[2]))
    vote = put(world)
    for user in users[:3]:
        voting.cast(user, vote.pk, "for")

    assert closed(world, vote).outcome == "passed"
    assert Vote.objects.get().heads == 4


def test_delegates_of_groups_are_all_on_the_list_or_nothing_is_put() -> None:
    world = make_round(Form.ASSEMBLY)
    with clock.at(made.PLANNED_AT):
        made.plan(world, counted="groups", body_size=3)
        for user in world.delegates[:2]:
            calling.invite(world.worker, world.pk, group="一组", person=factories.person_of(user))
        made.announce(world)
    with clock.at(HELD_AT):
        made.attend(world, came=2)
        holding.begin(world.worker, world.pk)

    with pytest.raises(NotPossible, match="2"):
        put(world)


def test_nobody_but_the_committee_opens_one_or_notes_a_name() -> None:
    world, users = assembly(2, "adults", 3)
    with pytest.raises(PermissionDenied):
        services.open_vote(users[0], world.pk, title="我来")
    with pytest.raises(PermissionDenied):
        holding.sign_in(users[0], world.pk, person=factories.person_of(users[1]))


def test_the_pages_show_rule_source_and_result(client: Client) -> None:
    with on_the_day(4) as world:
        client.force_login(world.worker)
        act = reverse("meetings:gathering_act", args=[world.pk, "open-vote"])
        asked = client.get(act).content.decode()
        assert "到会而不投票" in asked
        assert "参照各地做法" in asked
        assert client.post(act, {"title": ""}).status_code == 422
        opened = client.post(act, {"title": "楼道不停电瓶车"})
        assert opened["Location"] == Vote.objects.get().get_absolute_url()
        assert client.post(act, {"title": "又一个"}).status_code == 409
        closed(world, Vote.objects.get())
        client.logout()
        page = client.get(world.gathering.get_absolute_url()).content.decode()

    assert "楼道不停电瓶车" in page
    assert "未通过" in page
    assert "参照各地做法" in page


def test_a_neighbour_is_noted_by_the_form(client: Client) -> None:
    world, users = assembly(1, "adults", 2)
    client.force_login(world.worker)
    act = reverse("meetings:gathering_act", args=[world.pk, "sign-in"])

    assert client.post(act, {"person": "没有这个人"}).status_code == 422
    assert client.get(act).status_code == 200
    holding.sign_in(world.worker, world.pk, person=factories.person_of(users[0]))
    holding.sign_in(world.worker, world.pk, person=factories.person_of(users[0]))
    assert len(services.here(world.fresh())) == 1
    out = reverse("meetings:gathering_act", args=[world.pk, "sign-out"])
    assert client.post(out, {"person": factories.person_of(users[1]).pk}).status_code == 422
    assert client.post(out, {"person": factories.person_of(users[0]).pk}).status_code == 302
    assert services.here(world.fresh()) == set()


def test_every_form_with_a_quorum_is_decided_by_those_present() -> None:
    for form, row in ROWS.items():
        assert bool(row.counting) == (form in {Form.ASSEMBLY, Form.DELEGATES})
