"""Signatures: one household, one text; on paper or online; taken back; staying with their household."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.community.models import Dwelling, Residency
from portal.community.permissions import Role
from portal.conventions import services, signatures
from portal.conventions.actions_signing import ACTIONS
from portal.conventions.models import Proposal, Signature
from portal.conventions.permissions import SIGN_NEEDS, TEXTS
from portal.conventions.selectors import signed
from portal.conventions.services import signing
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from tests import factories
from tests.conventions import factories as f
from tests.worlds import stage

pytestmark = pytest.mark.django_db


@stage
def signing_building() -> f.World:
    """A building's households sign its convention."""
    world = f.answering("building")
    with clock.at(f.AFTER_COMMENTS):
        services.collect_signatures(world.worker, world.round.pk)
    return world


def edition_text(world: f.World) -> Proposal:
    """The text of the edition in force."""
    return Proposal.objects.get(edition=f.edition_of(world))


def test_a_household_signs_once_whoever_of_it_comes(client: Client) -> None:
    world = f.in_force()
    partner = factories.make_resident(dwelling=world.homes[0])
    with clock.at(f.vote_over(world)):
        text = edition_text(world)
        signing.sign(world.tang, text.pk)
        with pytest.raises(NotPossible):
            signing.sign(partner, text.pk)
        assert signatures.signed_households(f.edition_of(world)) == 1
        signing.take_back(partner, text.pk)
        assert signatures.signed_households(f.edition_of(world)) == 0
        signing.sign(partner, text.pk)
    assert signatures.signed_households(f.edition_of(world)) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(proposal=text, dwelling=world.homes[0], person=f.person(world.tang))


def test_only_adults_who_live_there_sign() -> None:
    world = f.in_force()
    with clock.at(f.vote_over(world)):
        text = edition_text(world)
        child = factories.make_resident(dwelling=world.homes[2])
        person = f.person(child)
        person.adult_on = clock.today() + timedelta(days=400)
        person.save()
        with pytest.raises(NotPossible):
            signing.sign(child, text.pk)
        with pytest.raises(PermissionDenied):
            signing.sign(world.worker, text.pk)


def test_a_signature_stays_when_one_moves_away_and_gives_way_to_the_next_household() -> None:
    world = f.in_force()
    home = world.homes[0]
    with clock.at(f.vote_over(world)):
        text = edition_text(world)
        signing.sign(world.tang, text.pk)
    with clock.at(f.vote_over(world) + timedelta(days=30)):
        Residency.objects.filter(person=f.person(world.tang)).update(until=clock.today())
        assert signatures.signed_households(f.edition_of(world)) == 1
        fresh = factories.make_resident(dwelling=home)
        Residency.objects.filter(person=f.person(fresh)).update(since=clock.today())
        assert signatures.Household(fresh, text).own == []
        signing.sign(fresh, text.pk)
        assert signatures.signed_households(f.edition_of(world)) == 1
        standing = Signature.objects.standing().get(proposal=text, dwelling=home)
    assert standing.person == f.person(fresh)


def test_more_than_half_of_the_households_adopt_a_building_convention_and_dissent_is_counted() -> None:
    world = signing_building()
    with clock.at(f.AFTER_COMMENTS):
        text = world.text
        signing.sign(world.tang, text.pk)
        signing.sign(world.wu, text.pk, agrees=False)
        assert (signed(text).agree, signed(text).dissent, signed(text).is_adopted) == (1, 1, False)
        entered = signing.enter(world.head, text.pk, [world.homes[2], world.homes[0]])
        assert entered == 1
        assert signed(text).is_adopted
        paper = Signature.objects.get(proposal=text, channel="paper")
        assert (paper.entered_by, paper.person) == (world.head, None)
        services.adopt_signed(world.worker, world.round.pk, clock.today())
        assert signatures.signed_households(f.edition_of(world)) == 2
        # What was counted stays: an edition in force never loses its majority.
        with pytest.raises(NotPossible):
            signing.take_back(world.tang, text.pk)
        with pytest.raises(NotPossible):
            signing.strike(world.head, text.pk, [world.homes[2]], "看错一行")


def test_what_was_entered_from_paper_by_mistake_is_struck_with_a_reason_and_online_ones_stay() -> None:
    world = signing_building()
    with clock.at(f.AFTER_COMMENTS):
        text = world.text
        signing.sign(world.tang, text.pk)
        signing.enter(world.head, text.pk, [world.homes[2]])
        assert signing.strike(world.head, text.pk, world.homes, "看错一行") == 1
        assert signed(text).agree == 1
        with pytest.raises(NotPossible):
            signing.strike(world.head, text.pk, world.homes, "再来一次")
    told = Entry.objects.filter(action="convention.signatures_struck").get()
    assert told.data["reason"] == "看错一行"
    assert "王" not in str(told.data)


def test_another_buildings_home_is_refused_and_another_buildings_head_has_no_say() -> None:
    world = signing_building()
    other = factories.make_building(parent=world.estate)
    elsewhere = factories.make_dwelling(within=other)
    head = factories.make_user(post="building_head", neighbourhood=other)
    with clock.at(f.AFTER_COMMENTS):
        with pytest.raises(NotPossible):
            signing.enter(world.head, world.text.pk, [elsewhere])
        with pytest.raises(PermissionDenied):
            signing.enter(head, world.text.pk, [world.homes[2]])


def test_a_former_edition_is_closed_for_signatures(client: Client) -> None:
    world = f.commenting()
    client.force_login(world.tang)
    with clock.at(f.BEGIN):
        answer = client.get(reverse("conventions:sign_act", args=[world.text.pk, "sign"]))
        assert answer.status_code == 409
        with pytest.raises(NotPossible):
            signing.sign(world.tang, world.text.pk)


def test_signing_says_that_it_is_voluntary_and_is_asked_about_once(client: Client) -> None:
    world = f.in_force()
    client.force_login(world.tang)
    with clock.at(f.vote_over(world)):
        address = reverse("conventions:sign_act", args=[edition_text(world).pk, "sign"])
        assert "签名自愿" in client.get(address).content.decode()
        assert client.post(address).status_code == 302
        html = client.get(reverse("conventions:edition", args=[f.edition_of(world).pk])).content.decode()
    assert "您代表本户签了名" in html


@pytest.mark.parametrize(
    ("words", "homes", "unknown"),
    [("501，502", 2, []), ("1-501 2单元501室", 2, ["2单元501室"]), ("", 0, []), ("999", 1, ["999"])],
)
def test_rooms_on_a_list_are_found(words: str, homes: int, unknown: list[str]) -> None:
    building = factories.make_building()
    for room in ("501", "502"):
        factories.make_dwelling(within=building, room=room)
    found = signatures.rooms(building, words)
    assert (len(found.homes), found.unknown) == (homes - len(unknown), unknown)


@pytest.mark.parametrize("entrance", ["2", "2单元", "2号门"])
def test_a_room_is_found_by_the_number_of_its_entrance_however_the_roster_calls_it(entrance: str) -> None:
    building = factories.make_building()
    beside = factories.make_dwelling(within=building, room="501")
    home = Dwelling.objects.create(building=building, entrance=entrance, room="501", exclusive_area=5000)
    found = signatures.rooms(building, "2-501 1-501")
    assert (found.homes, found.unknown) == ([home, beside], [])


# action: roles: states
ALLOWED = """
sign: resident: open
take_back: resident: open
enter: responsible: open
strike: responsible: open
"""


def test_the_table_of_signing_is_the_second_table() -> None:
    found = [
        f"{name}: {' '.join(sorted(need.roles))}: {' '.join(sorted(need.states or ()))}"
        for name, need in SIGN_NEEDS.items()
    ]
    assert found == ALLOWED.strip().splitlines()
    assert set(ACTIONS) == set(SIGN_NEEDS)


def test_each_role_may_what_the_table_says() -> None:
    world = signing_building()
    leads = {Role.WORKER, Role.DIRECTOR, Role.BUILDING_HEAD}
    text = TEXTS.get(AnonymousUser(), world.text.pk)
    wrong = []
    for role in list(Role)[:16]:
        user = factories.make_visitor(role, world.building)
        may = {name for name in SIGN_NEEDS if TEXTS.may(user, name, text)}
        expected = (
            {"sign", "take_back"}
            if role is Role.RESIDENT
            else {"enter", "strike"}
            if role in leads
            else set()
        )
        if may != expected:
            wrong.append((role, may))
    assert wrong == []
