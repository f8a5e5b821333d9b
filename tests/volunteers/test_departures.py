"""Whoever leaves a team, the neighbourhood or the portal leaves no place taken and no team to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from portal.community.models import Post, Residency
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.register.services import joining, leaving
from portal.volunteers.models import Membership, TeamRole, Visibility
from portal.volunteers.services import hour_records as work
from portal.volunteers.services import signing, teams
from tests import factories
from tests.volunteers.factories import make_activity, make_crew, make_membership, make_shift

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[int]:
    """Who was told of a kind of news."""
    return list(Notice.objects.filter(kind=kind).order_by("user").values_list("user", flat=True))


def test_the_last_leader_who_closes_the_account_leaves_the_team_to_the_committee() -> None:
    crew = make_crew()
    screened = make_shift(make_activity(crew, screened=True), slots=2)
    full = make_shift(make_activity(crew), slots=1)
    neighbour, other = factories.make_resident(within=crew.here), factories.make_resident(within=crew.here)
    held = signing.sign_up(crew.leader, full.pk)
    waits = signing.sign_up(neighbour, full.pk)

    leaving.close(crew.leader)
    signing.sign_up(other, screened.pk)

    held.refresh_from_db()
    waits.refresh_from_db()
    assert (held.state, waits.state) == ("cancelled", "accepted")
    assert told("activity.signup_accepted") == [neighbour.pk]
    committee = sorted([crew.worker.pk, crew.director.pk])
    assert told("team.leader_left") == told("activity.signup_waits") == committee
    duty = Duty.objects.active().get(kind="team.lead")
    assert (duty.post, duty.url) == (Post.WORKER, f"/teams/{crew.team.pk}/members/")
    assert not Membership.objects.active().filter(role=TeamRole.LEADER).exists()


@pytest.mark.parametrize("way", ["role", "added"])
def test_a_new_leader_keeps_the_promise(way: str) -> None:
    crew = make_crew()
    leaving.close(crew.leader)
    if way == "role":
        held = Membership.objects.get(person=crew.recorder.person)
        teams.set_role(crew.worker, held.pk, TeamRole.LEADER)
    else:
        new = factories.make_resident(within=crew.here)
        teams.add_member(crew.worker, crew.team.pk, factories.person_of(new), TeamRole.LEADER)

    assert not Duty.objects.active().filter(kind="team.lead").exists()


def test_a_team_with_another_leader_is_owed_none() -> None:
    crew = make_crew()
    Membership.objects.filter(person=crew.recorder.person).update(role=TeamRole.LEADER)
    leaving.close(crew.leader)

    assert not Duty.objects.filter(kind="team.lead").exists()


def test_whoever_moves_away_gives_places_back_but_keeps_them_while_something_ties_them_here() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), slots=1)
    owner = factories.make_resident(within=crew.here)
    factories.make_ownership(factories.person_of(owner), factories.make_dwelling(within=crew.here))
    mine = signing.sign_up(owner, shift.pk)
    joining.leave(owner, Residency.objects.get(person=owner.person).pk)
    mine.refresh_from_db()
    assert mine.state == "accepted"

    title = factories.person_of(owner).ownerships.get()
    joining.end(crew.worker, "ownership", title.pk, "卖了")

    mine.refresh_from_db()
    assert mine.state == "cancelled"


def test_what_has_begun_stays_as_it_is() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), slots=1)
    user = crew.member()
    mine = signing.sign_up(user, shift.pk)
    with clock.at(shift.starts_at + timedelta(minutes=5)):
        leaving.close(user)

    mine.refresh_from_db()
    assert mine.state == "accepted"


def test_leaving_a_team_frees_only_the_places_that_the_team_alone_reads_of(client: Client) -> None:
    crew = make_crew()
    inside = make_shift(make_activity(crew, visibility=Visibility.TEAM, title="队内培训"), slots=1)
    outside = make_shift(make_activity(crew, title="清扫"), slots=1)
    member, waiting = crew.member(), crew.member()
    own, open_to_all = (
        signing.sign_up(member, inside.pk),
        signing.sign_up(member, outside.pk, in_spite_of_clash=True),
    )
    behind = signing.sign_up(waiting, inside.pk)
    client.force_login(member)
    path = f"/teams/{crew.team.pk}/leave/"

    asked = client.get(path).content.decode()
    standing = Membership.objects.active().filter(person=member.person).exists()
    sent = client.post(path)

    for one in (own, open_to_all, behind):
        one.refresh_from_db()
    assert ("队内培训" in asked, "清扫" in asked, standing, sent.status_code) == (True, False, True, 302)
    assert [own.state, open_to_all.state, behind.state] == ["cancelled", "accepted", "accepted"]


def test_the_page_of_the_last_leader_says_that_the_team_has_none_then(client: Client) -> None:
    crew = make_crew()
    client.force_login(crew.leader)

    asked = client.get("/me/close/").content.decode()

    assert (crew.team.name in asked, "届时没有队长" in asked) == (True, True)
    leaving_team = client.get(f"/teams/{crew.team.pk}/leave/").content.decode()
    assert "请先让别人担任队长" in leaving_team
    with pytest.raises(NotPossible):
        teams.leave(crew.leader, crew.team.pk)


@pytest.mark.parametrize("way", ["leave", "take_out", "member", "close"])
def test_what_a_keeper_of_a_team_still_owed_falls_to_the_committee(client: Client, way: str) -> None:
    crew, other = make_crew(), make_crew()
    keeper = crew.recorder
    make_membership(other.team, factories.person_of(keeper), TeamRole.RECORDER)
    shifts = [
        make_shift(make_activity(one), starts_at=clock.now() - timedelta(hours=9)) for one in (crew, other)
    ]
    for shift in shifts:
        work.open_duty(work.CLOSE, shift, factories.person_of(keeper))
    held = Membership.objects.get(team=crew.team, person=keeper.person)
    client.force_login(crew.leader)
    asked = client.get(f"/memberships/{held.pk}/take-out/").content.decode()

    {
        "leave": lambda: teams.leave(keeper, crew.team.pk),
        "take_out": lambda: teams.take_out(crew.leader, held.pk),
        "member": lambda: teams.set_role(crew.leader, held.pk, TeamRole.MEMBER),
        "close": lambda: leaving.close(keeper),
    }[way]()

    owed = [Duty.objects.active().get(subject=f"shift:{shift.pk}") for shift in shifts]
    elsewhere = Post.WORKER if way == "close" else ""
    assert "录入时长" in asked or "关闭签到表" in asked
    assert [duty.post for duty in owed] == [Post.WORKER, elsewhere]
