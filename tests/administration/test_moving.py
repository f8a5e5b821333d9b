"""A place that moves takes along what is in it; what is under way about it stands in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from portal.administration.services import moving
from portal.administration.services import places as service
from portal.community import places
from portal.community.models import Area, Kind, Method, Post, RelationStatus, Residency
from portal.community.permissions import Role, forget_roles, roles_in
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import verify
from portal.voting.models import Vote
from tests import factories
from tests.administration.factories import District, make_district
from tests.deliberation.factories import make_topic
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db


def test_a_building_moves_with_its_people_and_posts() -> None:
    world = make_district()
    neighbour = factories.make_resident(within=world.building)
    head = factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=world.building)
    assert Role.RESIDENT in roles_in(neighbour, world.here)

    moving.move(world.operator, world.building.pk, world.other_estate.pk, "区划调整")

    for user, role in ((neighbour, Role.RESIDENT), (head, Role.BUILDING_HEAD)):
        forget_roles(user)
        assert role in roles_in(user, world.there)
        assert role not in roles_in(user, world.here)
    assert [area.pk for area in places.below(_now(world.there), Kind.BUILDING)] == [world.building.pk]
    assert Area.find_problems() == ([], [], [], [], [])


def test_both_records_tell_it_and_the_people_hear_it() -> None:
    world = make_district()
    neighbour = factories.make_resident(within=world.building)

    moving.move(world.operator, world.building.pk, world.other_estate.pk, "区划调整")

    for slug in ("tianxin", "lvyuan"):
        entry = Entry.objects.get(chain=slug, action="area.moved")
        assert entry.data["was"] == "天馨 天馨花园"
        assert entry.data["now"] == "绿苑 绿苑小区"
    notice = Notice.objects.get(user=neighbour, kind="area.moved")
    assert notice.neighbourhood_id == world.there.pk
    assert not Notice.objects.filter(user=world.operator).exists()


def test_it_moves_back_the_same_way() -> None:
    world = make_district()
    moving.move(world.operator, world.building.pk, world.other_estate.pk, "区划调整")

    moving.move(world.operator, world.building.pk, world.estate.pk, "弄错了")

    assert _now(world.building).get_parent().pk == world.estate.pk


def test_an_estate_and_a_neighbourhood_move_too() -> None:
    world = make_district()
    elsewhere = factories.make_area(Kind.SUBDISTRICT, parent=world.district, name="青林街道")

    moving.move(world.operator, world.estate.pk, world.there.pk, "区划调整")
    moving.move(world.operator, world.there.pk, elsewhere.pk, "区划调整")

    assert _now(world.building).neighbourhood == world.there
    assert _now(world.there).get_parent().pk == elsewhere.pk
    assert Entry.objects.filter(chain="lvyuan", action="area.moved").count() == 2
    assert Entry.objects.filter(chain="tianxin", action="area.moved").count() == 1


def test_where_it_does_not_fit_it_does_not_move() -> None:
    world = make_district()
    factories.make_building(parent=world.other_estate, name="1号楼")
    operator, building = world.operator, world.building.pk
    stranger = factories.make_estate()

    for target in (world.estate, world.subdistrict, world.building, world.other_estate):
        with pytest.raises(NotPossible):
            moving.move(operator, building, target.pk, "区划调整")
    with pytest.raises(Http404):
        moving.move(operator, building, stranger.pk, "区划调整")
    service.retire(operator, world.other_estate.pk, clock.today(), "拆除")
    with pytest.raises(NotPossible):
        moving.move(operator, building, world.other_estate.pk, "区划调整")


def test_what_is_under_way_about_it_stands_in_the_way_of_another_neighbourhood() -> None:
    world = make_district()
    make_topic(world.here, area=world.building)
    asking = factories.make_user()
    Residency.objects.create(
        person=factories.person_of(asking),
        dwelling=factories.make_dwelling(within=world.building),
        status=RelationStatus.REQUESTED,
        method=Method.REQUEST,
    )
    second = factories.make_estate(parent=world.here, name="二期")

    with pytest.raises(NotPossible, match="1 个议题尚未结束.*1 份住户申请"):
        moving.move(world.operator, world.building.pk, world.other_estate.pk, "区划调整")
    moving.move(world.operator, world.building.pk, second.pk, "登记有误")
    assert Entry.objects.filter(chain="tianxin", action="area.moved").count() == 1


@pytest.mark.parametrize(("scope", "stops"), [("estate", True), ("here", False)])
def test_a_vote_that_would_ask_others_stands_in_the_way(scope: str, stops: bool) -> None:
    place = votes.make_place(residents=True)
    vote = votes.call(place)
    district = place.neighbourhood.get_parent().get_parent()
    operator = factories.make_user(post=Post.OPERATOR, neighbourhood=district)
    building = places.below(place.neighbourhood, Kind.BUILDING)[0]
    where = {"estate": building.get_parent(), "here": place.neighbourhood}[scope]
    Vote.objects.filter(pk=vote.pk).update(scope=where)
    roll = list(vote.roll.values_list("number", "building_id", "where"))
    second = factories.make_estate(parent=place.neighbourhood, name="二期")

    with clock.at(vote.called_at + timedelta(hours=1)):
        if stops:
            with pytest.raises(NotPossible, match="1 次表决尚无结果"):
                moving.move(operator, building.pk, second.pk, "登记有误")
        else:
            moving.move(operator, building.pk, second.pk, "登记有误")

    assert list(vote.roll.values_list("number", "building_id", "where")) == roll


def test_the_records_stay_whole() -> None:
    world = _moved()

    assert all(verify(place.slug).holds for place in (world.here, world.there))


def _moved() -> District:
    world = make_district()
    moving.move(world.operator, world.building.pk, world.other_estate.pk, "区划调整")
    return world


def _now(area: Area) -> Area:
    return Area.objects.get(pk=area.pk)
