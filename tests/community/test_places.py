from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from portal.community import places
from portal.community.models import Kind
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_tree_grows_downwards() -> None:
    district = places.plant(Kind.DISTRICT, "静安区", "jingan")
    subdistrict = places.plant(Kind.SUBDISTRICT, "某街道", parent=district)
    here = places.plant(Kind.NEIGHBOURHOOD, "某居民区", "here", parent=subdistrict)
    building = places.plant(Kind.BUILDING, "1号楼", parent=here)

    assert building.within(here)
    assert [area.pk for area in places.below(district, Kind.BUILDING)] == [building.pk]
    assert places.neighbourhood_of(building) == here
    assert places.neighbourhood_of(here) == here
    assert places.neighbourhood_of(subdistrict) is None
    assert places.neighbourhood_or_404("here") == here


@pytest.mark.parametrize("kind", [Kind.DISTRICT, Kind.SUBDISTRICT, Kind.NEIGHBOURHOOD])
def test_a_level_never_lies_in_one_below_it(kind: Kind) -> None:
    here = factories.make_neighbourhood()

    with pytest.raises(ValueError, match="cannot lie"):
        places.plant(kind, "x", parent=here)


def test_a_building_is_no_neighbourhood_in_an_address() -> None:
    building = factories.make_building()

    with pytest.raises(Http404):
        places.neighbourhood_or_404(building.slug)


def test_slugs_never_collide() -> None:
    first = places.plant(Kind.DISTRICT, "Same name")
    second = places.plant(Kind.DISTRICT, "Same name")

    assert first.slug == "same-name"
    assert second.slug != first.slug


def test_the_choice_is_remembered(client: Client) -> None:
    subdistrict = factories.make_subdistrict(name="甲街道")
    here = factories.make_neighbourhood(parent=subdistrict, name="甲居民区")
    factories.make_neighbourhood(name="乙居民区")

    page = client.get("/n/").content.decode()
    assert [name in page for name in ("甲街道", "甲居民区", "乙居民区")] == [True, True, True]

    response = client.post("/n/", {"slug": here.slug})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["here"] == here.slug


def test_an_unknown_choice_is_not_found(client: Client) -> None:
    assert client.post("/n/", {"slug": factories.make_building().slug}).status_code == 404


def test_choices_can_be_searched(client: Client) -> None:
    factories.make_neighbourhood(name="彩虹居民区")
    factories.make_neighbourhood(name="阳光居民区")

    page = client.get("/n/?q=彩虹").content.decode()

    assert ("彩虹居民区" in page, "阳光居民区" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 5])
def test_the_choice_costs_the_same_however_many(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        factories.make_neighbourhood()

    with django_assert_num_queries(4):
        client.get("/n/")
