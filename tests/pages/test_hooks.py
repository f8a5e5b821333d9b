"""Areas and their pages are made and named together, whichever way an area comes to be."""

from __future__ import annotations

import pytest
from django.db.migrations import Migration
from django.test import Client
from wagtail.models import Page, Site

from portal.community import places
from portal.community.models import Area, Kind, Post
from portal.pages import services
from portal.pages.apps import mend_pages
from portal.pages.models import NeighbourhoodPage, PortalPage
from tests import factories

pytestmark = pytest.mark.django_db


def plant_neighbourhood(slug: str = "caihong", name: str = "彩虹居民区") -> Area:
    return places.plant(Kind.NEIGHBOURHOOD, name, slug, parent=factories.make_subdistrict())


def migrated(*, backwards: bool) -> None:
    """What happens when `migrate` is done."""
    mend_pages(plan=[(Migration("0002", "pages"), backwards)])


def test_a_planted_neighbourhood_has_its_page_and_its_notices(client: Client) -> None:
    here = plant_neighbourhood()
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=here))

    assert NeighbourhoodPage.objects.get(area=here).title == "彩虹居民区"
    for page in ("notices/", "edit/", "edit/new/notice/"):
        assert client.get(f"/n/caihong/{page}").status_code == 200, page


def test_only_neighbourhoods_have_pages() -> None:
    district = places.plant(Kind.DISTRICT, "静安区")
    estate = places.plant(Kind.ESTATE, "彩虹苑", parent=plant_neighbourhood())
    places.plant_row(Kind.BUILDING, ["1号楼", "2号楼"], parent=estate)

    assert (NeighbourhoodPage.objects.count(), district.kind) == (1, Kind.DISTRICT)


def test_a_renamed_neighbourhood_is_called_so_on_its_page_and_in_later_drafts(client: Client) -> None:
    here = plant_neighbourhood()
    NeighbourhoodPage.objects.get(area=here).save_revision()

    places.rename(here, "彩虹新村居民区")

    page = NeighbourhoodPage.objects.get(area=here)
    assert (page.title, page.get_latest_revision_as_object().title) == ("彩虹新村居民区",) * 2
    assert (page.slug, Area.objects.get(pk=here.pk).slug) == ("caihong", "caihong")
    assert "彩虹新村居民区" in client.get("/n/caihong/").content.decode()


def test_a_row_of_buildings_stands_after_those_that_are_there() -> None:
    estate = factories.make_estate()
    factories.make_building(parent=estate, name="1号楼")

    places.plant_row(Kind.BUILDING, ["2号楼", "3号楼"], parent=estate)
    places.plant(Kind.BUILDING, "4号楼", parent=Area.objects.get(pk=estate.pk))

    found = places.below(estate, Kind.BUILDING)
    assert [building.name for building in found] == ["1号楼", "2号楼", "3号楼", "4号楼"]
    assert Area.objects.get(pk=estate.pk).get_children_count() == 4
    assert Area.find_problems() == ([], [], [], [], [])


def test_a_row_fits_its_level_and_may_be_empty() -> None:
    here = factories.make_neighbourhood()

    assert places.plant_row(Kind.BUILDING, [], parent=here) == []
    with pytest.raises(ValueError, match="cannot lie"):
        places.plant_row(Kind.DISTRICT, ["静安区"], parent=here)


def test_a_migration_mends_what_an_earlier_version_left_out() -> None:
    old = [factories.make_neighbourhood(), factories.make_neighbourhood()]

    migrated(backwards=True)
    assert not NeighbourhoodPage.objects.exists()

    migrated(backwards=False)
    migrated(backwards=False)

    assert {page.area for page in NeighbourhoodPage.objects.all()} == set(old)


def test_the_first_page_takes_the_place_of_wagtails_welcome(client: Client) -> None:
    welcome = Page.get_first_root_node().add_child(instance=Page(title="Welcome", slug="home"))
    Site.objects.filter(is_default_site=True).update(root_page=welcome)

    plant_neighbourhood()

    assert not Page.objects.filter(pk=welcome.pk).exists()
    assert Site.objects.get(is_default_site=True).root_page.specific == PortalPage.objects.get()
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("empty", [True, False])
def test_the_stock_admin_answers_before_and_after_the_first_neighbourhood(
    client: Client, *, empty: bool
) -> None:
    district = places.plant(Kind.DISTRICT, "静安区")
    if not empty:
        plant_neighbourhood()
    client.force_login(factories.make_user(post=Post.EDITOR, neighbourhood=district))

    assert client.get("/cms/").status_code == 200
    assert client.get("/cms/pages/", follow=True).status_code == 200


def test_a_greeting_can_be_given_later() -> None:
    here = plant_neighbourhood()

    services.found_neighbourhood(here, greeting="早上好")
    services.found_neighbourhood(here)

    assert NeighbourhoodPage.objects.get(area=here).greeting == "早上好"
