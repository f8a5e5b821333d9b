"""What the rooms of pages hold, for tests."""

from __future__ import annotations

from portal.community.models import Area, User
from portal.kit import clock
from portal.pages.disclosure.models import DisclosureItem, Period, Publication
from tests.worlds import kept


@kept
def make_item(here: Area, *, period: Period = Period.ARISES) -> DisclosureItem:
    """An item of the neighbourhood's own practice."""
    return DisclosureItem.objects.create(
        neighbourhood=here, group="财务", title="收费", contents="项目、标准", period=period
    )


@kept
def make_publication(here: Area, user: User) -> Publication:
    """What was published of one today."""
    day = clock.today()
    return Publication.objects.create(
        item=make_item(here), title="收费", body="无", covers_from=day, covers_to=day, published_by=user
    )
