"""Teams: founded, joined, left, kept by their leaders; never without one, and without names in public."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.community import finding
from portal.community.models import Look
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.volunteers.models import Membership, TeamRole
from portal.volunteers.services import teams
from tests.concurrency import at_once
from tests.factories import (
    make_dwelling,
    make_neighbourhood,
    make_person,
    make_residency,
    make_resident,
    person_of,
)
from tests.volunteers.factories import Crew, make_crew, make_membership, make_record

pytestmark = pytest.mark.django_db


def roles(crew: Crew) -> dict[int, str]:
    """Who is in the team as what."""
    return dict(Membership.objects.active().filter(team=crew.team).values_list("person", "role"))


def held(crew: Crew, role: TeamRole) -> Membership:
    """The membership of the leader or the recorder."""
    return Membership.objects.get(team=crew.team, role=role)


def test_the_committee_founds_a_team_and_its_name_is_taken_then() -> None:
    crew = make_crew()
    team = teams.found(crew.worker, crew.here, "护绿队", "浇水")

    assert Entry.objects.values_list("action", "title").get() == ("team.founded", "护绿队")
    with pytest.raises(NotPossible):
        teams.found(crew.worker, crew.here, " 护绿队 ")
    with pytest.raises(PermissionDenied):
        teams.found(crew.leader, crew.here, "合唱队")
    assert team.memberships.count() == 0


def test_residents_join_and_leave_strangers_do_not() -> None:
    crew = make_crew()
    resident, stranger = make_resident(within=crew.here), make_resident(within=make_neighbourhood())

    teams.join(resident, crew.team.pk)
    assert roles(crew)[person_of(resident).pk] == TeamRole.MEMBER
    with pytest.raises(NotPossible):
        teams.join(resident, crew.team.pk)
    with pytest.raises(PermissionDenied):
        teams.join(stranger, crew.team.pk)
    teams.leave(resident, crew.team.pk)
    assert person_of(resident).pk not in roles(crew)
    teams.join(resident, crew.team.pk)


def test_a_team_always_keeps_a_leader() -> None:
    crew = make_crew()
    leader, recorder = held(crew, TeamRole.LEADER), held(crew, TeamRole.RECORDER)

    for refused in (
        lambda: teams.leave(crew.leader, crew.team.pk),
        lambda: teams.take_out(crew.worker, leader.pk),
        lambda: teams.set_role(crew.worker, leader.pk, TeamRole.MEMBER),
    ):
        with pytest.raises(NotPossible):
            refused()
    teams.set_role(crew.leader, recorder.pk, TeamRole.LEADER)
    teams.leave(crew.leader, crew.team.pk)

    assert roles(crew) == {person_of(crew.recorder).pk: TeamRole.LEADER}
    assert list(Notice.objects.filter(kind="team.role").values_list("user", flat=True)) == [crew.recorder.pk]


def test_only_leader_and_committee_keep_the_members() -> None:
    crew = make_crew()
    person = person_of(make_resident(within=crew.here))

    for user in (crew.recorder, crew.member(), make_resident(within=crew.here)):
        with pytest.raises(PermissionDenied):
            teams.add_member(user, crew.team.pk, person)
        with pytest.raises(PermissionDenied):
            teams.set_role(user, held(crew, TeamRole.RECORDER).pk, TeamRole.MEMBER)
    with pytest.raises(NotPossible):
        teams.add_member(crew.leader, crew.team.pk, person_of(make_resident(within=make_neighbourhood())))


def test_a_leader_finds_a_neighbour_by_exact_words_only() -> None:
    crew = make_crew()
    home = make_dwelling(within=crew.here, room="502")
    person = make_person(real_name="王秀英")
    make_residency(person, home)
    building = home.building_id

    assert finding.exactly(crew.here, "王秀英", building, "502") == [person]
    for name, room in (("王", "502"), ("王秀英", "50"), ("王秀英", ""), ("", "502")):
        assert finding.exactly(crew.here, name, building, room) == []
    assert finding.people_like(crew.here, "秀").people == [person]
    assert finding.people_like(make_neighbourhood(), "秀").people == []


def test_the_leader_puts_somebody_without_a_phone_in_through_the_page(client: Client) -> None:
    crew = make_crew()
    home = make_dwelling(within=crew.here, room="502")
    person = make_person(real_name="王秀英")
    make_residency(person, home)
    client.force_login(crew.leader)
    page = reverse("volunteers:member_add", args=[crew.team.pk])
    sent = {"name": "王秀英", "building": home.building_id, "room": "501", "role": "member"}

    assert client.post(page, sent).status_code == 409
    assert client.get(page, {"q": "王"}).content.decode().count("王秀英") == 0
    assert client.post(page, {**sent, "room": "502"}).status_code == 302
    assert roles(crew)[person.pk] == TeamRole.MEMBER


def test_the_committees_search_is_kept_for_the_auditor(client: Client) -> None:
    crew = make_crew()
    person = make_person(real_name="王秀英")
    make_residency(person, make_dwelling(within=crew.here))
    client.force_login(crew.worker)

    address = reverse("volunteers:member_add", args=[crew.team.pk])
    sent = {"person": "秀英", "role": "member", "once": uuid4().hex}

    page = client.post(address, sent)

    assert page.status_code == 422
    assert page.content.decode().count("王秀英") == 1
    assert Look.objects.filter(user=crew.worker).count() == 1
    assert client.post(address, {**sent, "person_pk": person.pk}).status_code == 302
    assert roles(crew)[person.pk] == TeamRole.MEMBER


def test_public_pages_name_the_leader_and_no_member(client: Client) -> None:
    crew = make_crew()
    quiet = make_person(real_name="欧阳不愿")
    make_residency(quiet, make_dwelling(within=crew.here))
    make_membership(crew.team, quiet)
    make_record(crew, quiet, minutes=90)

    text = client.get(reverse("volunteers:team", args=[crew.team.pk])).content.decode()

    assert text.count("欧阳") == 0
    assert text.count(person_of(crew.recorder).public_name) == 0
    assert text.count(person_of(crew.leader).public_name) == 1
    assert text.count("<b>1.5") == 1


def test_the_desk_of_members_is_for_leader_and_committee(client: Client) -> None:
    crew = make_crew()
    page = reverse("volunteers:members", args=[crew.team.pk])

    for user, status in ((crew.leader, 200), (crew.worker, 200), (crew.recorder, 403), (crew.member(), 403)):
        client.force_login(user)
        assert client.get(page).status_code == status


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_leaders_who_leave_at_once_do_not_both_go() -> None:
    crew = make_crew()
    second = make_resident(within=crew.here)
    make_membership(crew.team, person_of(second), TeamRole.LEADER)

    leaders = [crew.leader, second]

    outcome = at_once(2, lambda n: teams.leave(leaders[n], crew.team.pk), numbered=True)

    assert ([type(error) for error in outcome.errors], len(outcome.results)) == ([NotPossible], 1)
    assert list(roles(crew).values()).count(TeamRole.LEADER) == 1
