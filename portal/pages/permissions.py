"""Who writes pages: the committee for its neighbourhood, the district's editors everywhere."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Appointment, Area, Kind, Post, Visitor
from portal.community.permissions import COMMITTEE, Role, roles_in
from portal.kit import clock
from portal.pages.models import NeighbourhoodPage, NoticePage, TextPage

WRITERS = COMMITTEE | {Role.EDITOR}


def may_write(user: Visitor, neighbourhood: Area) -> bool:
    """Whether somebody may write and publish pages of a neighbourhood."""
    return not WRITERS.isdisjoint(roles_in(user, neighbourhood))


def is_district_editor(user: Visitor) -> bool:
    """Whether somebody may enter the stock admin, which shows every neighbourhood's drafts and files."""
    if not user.is_authenticated:
        return False
    above = {Kind.DISTRICT, Kind.SUBDISTRICT}
    held = Appointment.objects.on(clock.today()).filter(
        person=user.person_id, post=Post.EDITOR, area__kind__in=above
    )
    return user.is_superuser or (user.person_id is not None and held.exists())


def written_page(
    user: Visitor, neighbourhood: Area, pk: int, *, write: bool = False
) -> NoticePage | TextPage:
    """The one door to a written page: published for everybody, drafts for its writers; else 404 or 403."""
    writer = may_write(user, neighbourhood)
    for model in (NoticePage, TextPage):
        pages = model.objects.child_of(home_page(neighbourhood)).select_related("picture")
        page = (pages if writer else pages.live().public()).filter(pk=pk).first()
        if page is not None:
            if write and not writer:
                raise PermissionDenied
            return page
    raise Http404


def home_page(neighbourhood: Area) -> NeighbourhoodPage:
    """The neighbourhood's page; 404 where none was made."""
    page = NeighbourhoodPage.objects.filter(area=neighbourhood).first()
    if page is None:
        raise Http404
    return page
