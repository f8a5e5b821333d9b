"""Who writes pages: the committee for its neighbourhood, the district's editors everywhere."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from wagtail.models import Page

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Appointment, Area, Kind, Post, User, Visitor
from portal.community.permissions import COMMITTEE, Role, roles_in
from portal.pages.models import NeighbourhoodPage, NoticePage, TextPage, WrittenPage

WRITERS = COMMITTEE | {Role.EDITOR}


PAGES = PlaceDoor({"write": Need(WRITERS)})


def is_district_editor(user: Visitor) -> bool:
    """Whether somebody may enter the stock admin, which shows every neighbourhood's drafts and files."""
    if not user.is_authenticated:
        return False
    above = {Kind.DISTRICT, Kind.SUBDISTRICT}
    held = Appointment.objects.acted_in_by(user).filter(post=Post.EDITOR, area__kind__in=above)
    if user.is_superuser:
        return user.acts_in_offices
    return user.person_id is not None and held.exists()


class WrittenDoor(Door[WrittenPage]):
    """The door to notices and texts, which are two models: published ones for everybody, drafts for their writers."""

    def _found(self, user: Visitor, key: Any, *, lock: bool = False, among: Any = None) -> WrittenPage:
        if lock:
            Page.objects.select_for_update().filter(pk=key).first()
        for model in (NoticePage, TextPage):
            page = model.objects.filter(pk=key).first()
            if page is not None and (page.live or PAGES.may(user, "write", page.neighbourhood)):
                return page
        raise Http404(key)


WRITTEN = WrittenDoor(
    WrittenPage,
    dict.fromkeys(
        ("edit", "publish", "schedule", "confirm", "unschedule", "end", "withdraw", "restore"), Need(WRITERS)
    ),
    lambda user, page: roles_in(user, page.neighbourhood),
)


def may_publish(user: User, page: WrittenPage) -> bool:
    """Whether somebody may bring a page out today, by our own door or by the stock admin's."""
    return WRITTEN.entitled(user, "publish", page) or is_district_editor(user)


def home_page(neighbourhood: Area) -> NeighbourhoodPage:
    """The neighbourhood's page; 404 where none was made."""
    page = NeighbourhoodPage.objects.filter(area=neighbourhood).first()
    if page is None:
        raise Http404
    return page
