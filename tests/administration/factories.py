"""A district that somebody runs the portal for, with two neighbourhoods."""

from __future__ import annotations

from dataclasses import dataclass

from portal.community.models import Area, Kind, Post, User
from portal.pages.services import found_neighbourhood
from tests import factories
from tests.worlds import kept


@dataclass
class District:
    """The places by name, and whoever runs the portal for all of them."""

    district: Area
    subdistrict: Area
    here: Area
    there: Area
    estate: Area
    building: Area
    other_estate: Area
    operator: User


@kept
def make_district(*, pages: bool = False) -> District:
    """A subdistrict with two neighbourhoods, an estate in each, a building in the first; the district's operator."""
    district = factories.make_area(Kind.DISTRICT, name="示范区")
    subdistrict = factories.make_area(Kind.SUBDISTRICT, parent=district, name="红林街道")
    here = factories.make_neighbourhood(parent=subdistrict, name="天馨", slug="tianxin")
    there = factories.make_neighbourhood(parent=subdistrict, name="绿苑", slug="lvyuan")
    estate = factories.make_estate(parent=here, name="天馨花园")
    building = factories.make_building(parent=estate, name="1号楼")
    other = factories.make_estate(parent=there, name="绿苑小区")
    operator = factories.make_user(post=Post.OPERATOR, neighbourhood=district, name="平台老师")
    if pages:
        for place in (here, there):
            found_neighbourhood(place)
    return District(district, subdistrict, here, there, estate, building, other, operator)
