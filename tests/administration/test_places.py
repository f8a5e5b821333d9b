"""Places are added, renamed, retired and brought back; each act is kept and recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.administration.forms.places import spelled
from portal.administration.models import AreaChange
from portal.administration.services import places as service
from portal.community import places
from portal.community.models import Appointment, Area, Dwelling, Kind, Post
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.models import NeighbourhoodPage
from portal.record.models import Entry
from portal.register.services import dwellings, posts
from portal.register.services.posts import Term
from tests import factories
from tests.administration.factories import make_district

pytestmark = pytest.mark.django_db


def recorded(slug: str) -> list[tuple[str, str]]:
    """What the record of a neighbourhood tells of places: action and title."""
    found = Entry.objects.filter(chain=slug, action__startswith="area.").order_by("sequence")
    return list(found.values_list("action", "title"))


def test_names_are_spelled_out() -> None:
    assert spelled("1-3, 5；甲楼", "号楼") == ["1号楼", "2号楼", "3号楼", "5号楼", "甲楼"]
    assert spelled("一期\n二期") == ["一期", "二期"]
    assert spelled("1-3，西", one=True) == ["1-3，西"]
    assert len(spelled("1-9999", "幢")) > service.MOST


def test_buildings_are_added_and_recorded_once() -> None:
    world = make_district()

    made = service.add(world.operator, world.estate.pk, Kind.BUILDING, ["2号楼", "3号楼"])

    assert [area.name for area in places.below(world.estate, Kind.BUILDING)] == ["1号楼", "2号楼", "3号楼"]
    entry = Entry.objects.get(chain="tianxin", action="area.added")
    assert (entry.title, entry.data["names"]) == ("天馨花园", "2号楼、3号楼")
    assert AreaChange.objects.filter(area__in=made, what="added", by=world.operator).count() == 2


def test_a_neighbourhood_comes_with_its_page_and_record() -> None:
    world = make_district()

    [made] = service.add(world.operator, world.subdistrict.pk, Kind.NEIGHBOURHOOD, ["新苑"], slug="xinyuan")

    assert NeighbourhoodPage.objects.get(area=made).title == "新苑"
    assert recorded("xinyuan") == [("area.added", "红林街道")]
    assert Client().get("/n/xinyuan/").status_code == 200


@pytest.mark.parametrize(
    ("at", "kind", "names", "slug"),
    [
        ("estate", Kind.BUILDING, ["2号楼", "１号楼"], ""),
        ("estate", Kind.BUILDING, ["2号楼", "2号楼"], ""),
        ("estate", Kind.ESTATE, ["二期"], ""),
        ("subdistrict", Kind.NEIGHBOURHOOD, ["甲"], "tianxin"),
        ("building", Kind.BUILDING, ["2号楼"], ""),
        ("estate", Kind.BUILDING, [], ""),
    ],
)
def test_what_does_not_fit_is_not_added(at: str, kind: Kind, names: list[str], slug: str) -> None:
    world = make_district()

    with pytest.raises(NotPossible):
        service.add(world.operator, getattr(world, at).pk, kind, names, slug)


def test_a_new_name_is_on_the_page_and_in_the_record() -> None:
    world = make_district(pages=True)

    service.rename(world.operator, world.here.pk, "天馨花园居民区", "区划调整")

    assert NeighbourhoodPage.objects.get(area=world.here).title == "天馨花园居民区"
    entry = Entry.objects.get(chain="tianxin", action="area.renamed")
    assert entry.data == {"was": "天馨", "now": "天馨花园居民区", "reason": "区划调整"}
    assert AreaChange.objects.get(area=world.here).before == "天馨"
    assert "天馨花园居民区" in Client().get("/n/tianxin/").content.decode()


def test_a_wider_place_is_renamed_in_the_record_of_each_neighbourhood() -> None:
    world = make_district()

    service.rename(world.operator, world.subdistrict.pk, "青林街道", "更名")

    assert recorded("tianxin") == recorded("lvyuan") == [("area.renamed", "青林街道")]


def test_a_name_is_had_once_by_places_in_use() -> None:
    world = make_district()
    second = factories.make_building(parent=world.estate, name="2号楼")

    with pytest.raises(NotPossible, match="1号楼"):
        service.rename(world.operator, second.pk, "1号楼", "更名")
    with pytest.raises(NotPossible):
        service.rename(world.operator, second.pk, "2号楼", "更名")
    service.retire(world.operator, world.building.pk, clock.today(), "拆除")
    service.rename(world.operator, second.pk, "1号楼", "更名")
    with pytest.raises(NotPossible, match="1号楼"):
        service.bring_back(world.operator, world.building.pk, "未拆除")


def test_what_is_in_use_stands_in_the_way() -> None:
    world = make_district()
    home = factories.make_dwelling(within=world.building)
    held = factories.make_appointment(factories.make_person(), Post.BUILDING_HEAD, world.building)

    with pytest.raises(NotPossible, match="1 套在册房屋、1 个在任职务"):
        service.retire(world.operator, world.building.pk, clock.today(), "拆除")

    Dwelling.objects.filter(pk=home.pk).update(retired_on=clock.today())
    Appointment.objects.filter(pk=held.pk).update(until=clock.today())
    service.retire(world.operator, world.building.pk, clock.today(), "拆除")
    assert Area.objects.get(pk=world.building.pk).state == "retired"
    with pytest.raises(NotPossible, match="所在的楼已注销"):
        dwellings.bring_back(_director(world.here), home.pk, "误退")


def test_a_neighbourhood_is_retired_when_nothing_is_open_in_it_and_comes_back_whole() -> None:
    world = make_district(pages=True)
    day = clock.today() - timedelta(days=3)

    service.retire(world.operator, world.here.pk, day, "并入绿苑")

    assert places.below(world.here, Kind.BUILDING) == []
    assert places.only_neighbourhood() == world.there
    page = Client().get("/n/tianxin/")
    assert page.status_code == 200
    assert "起已撤销" in page.content.decode()
    offered = Client().get(reverse("community:choose")).content.decode()
    assert "绿苑" in offered
    assert "天馨" not in offered
    with pytest.raises(NotPossible, match="已注销"):
        posts.appoint(
            None, factories.make_person(), Term(Post.DIRECTOR, _now(world.here), "主任", clock.today())
        )

    service.bring_back(world.operator, world.here.pk, "仍独立")
    assert [area.name for area in places.below(world.here, Kind.BUILDING)] == ["1号楼"]
    assert recorded("tianxin") == [("area.retired", "天馨"), ("area.brought_back", "天馨")]


def test_a_part_comes_back_after_what_it_lies_in() -> None:
    world = make_district()
    service.retire(world.operator, world.estate.pk, clock.today(), "拆除")

    with pytest.raises(NotPossible, match="先恢复那个地方"):
        service.bring_back(world.operator, world.building.pk, "误退")


def test_wider_places_wait_for_their_neighbourhoods() -> None:
    world = make_district()

    with pytest.raises(NotPossible, match="2 个在用的街道或居民区"):
        service.retire(world.operator, world.subdistrict.pk, clock.today(), "撤并")
    with pytest.raises(NotPossible, match="今天或以前"):
        service.retire(world.operator, world.building.pk, clock.today() + timedelta(days=1), "拆除")


def test_nothing_is_planted_in_a_retired_place() -> None:
    world = make_district()
    service.retire(world.operator, world.estate.pk, clock.today(), "拆除")

    with pytest.raises(ValueError, match="retired"):
        places.plant(Kind.BUILDING, "9号楼", parent=_now(world.estate))


def test_places_of_others_are_unknown() -> None:
    world = make_district()
    stranger = factories.make_user(post=Post.OPERATOR)

    with pytest.raises(Http404):
        service.rename(stranger, world.here.pk, "别处", "更名")
    assert rule("topic.discussion_days", world.here) == 14


def _now(area: Area) -> Area:
    return Area.objects.get(pk=area.pk)


def _director(here: Area) -> object:
    return factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
