"""Two at once on the same places and posts; each was seen to fail without its locks."""

from __future__ import annotations

from typing import Any

import pytest

from portal.administration.services import moving
from portal.administration.services import places as service
from portal.community.models import Appointment, Area, Dwelling, Kind, Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register import roster
from portal.register.services import posts
from portal.register.services.roster import import_roster
from tests import factories
from tests.administration.factories import make_district
from tests.concurrency import at_once
from tests.register.rosters import as_csv, row

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def sound() -> bool:
    """Whether the tree has no place that hangs nowhere."""
    return all(not found for found in Area.find_problems())


def test_of_two_who_retire_a_building_one_is_told_that_it_is_retired() -> None:
    world = make_district()

    def retire() -> Any:
        return service.retire(_fresh(world.operator), world.building.pk, clock.today(), "拆除")

    outcome = at_once(3, retire)

    assert len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} == {NotPossible}


def test_two_who_move_a_building_leave_the_tree_whole() -> None:
    world = make_district()
    second = factories.make_estate(parent=world.here, name="二期")
    targets = (world.other_estate.pk, second.pk)

    outcome = at_once(
        2,
        lambda number: moving.move(_fresh(world.operator), world.building.pk, targets[number], "调整"),
        numbered=True,
    )

    assert outcome.errors == []
    assert sound()
    assert Area.objects.get(pk=world.building.pk).get_parent().pk in targets


def test_what_is_added_where_a_building_moves_to_gets_a_place_of_its_own() -> None:
    """Without the locks of neighbourhood and tree two get one path, and one of them is refused by the database."""
    world = make_district()
    target = world.other_estate.pk

    def work(number: int) -> None:
        if number == 0:
            moving.move(_fresh(world.operator), world.building.pk, target, "调整")
        else:
            service.add(_fresh(world.operator), target, Kind.BUILDING, [f"{number}1号楼"])

    outcome = at_once(4, work, numbered=True)

    assert outcome.errors == []
    assert sound()
    assert Area.objects.get(pk=target).get_children().count() == 4


def test_a_roster_and_a_move_come_one_after_the_other() -> None:
    """Without the lock of the neighbourhood a roster writes into a building that belongs to another one by then."""
    world = make_district()
    content = as_csv(*(row(building="1号楼", room=str(number), estate="") for number in range(20)))

    def work(number: int) -> None:
        if number == 0:
            moving.move(_fresh(world.operator), world.building.pk, world.other_estate.pk, "调整")
        else:
            import_roster(None, world.here, roster.parse(content))

    outcome = at_once(2, work, numbered=True)

    assert outcome.errors == []
    assert sound()
    assert Dwelling.objects.count() == 20
    [building] = set(Dwelling.objects.values_list("building", flat=True))
    moved_first = building != world.building.pk
    assert Area.objects.get(pk=building).within(world.here) is moved_first


def test_two_operators_do_not_end_each_other() -> None:
    world = make_district()
    second = factories.make_user(post=Post.OPERATOR, neighbourhood=world.district)
    both = [world.operator, second]
    held = [Appointment.objects.get(person=factories.person_of(user)).pk for user in both]

    outcome = at_once(2, lambda number: posts.dismiss(_fresh(both[number]), held[1 - number]), numbered=True)

    assert len(outcome.errors) == 1
    assert Appointment.objects.on(clock.today()).filter(post=Post.OPERATOR).count() == 1


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)
