"""What the rooms of pages hold, for tests."""

from __future__ import annotations

from datetime import timedelta

from portal.community.models import Area, User
from portal.kit import clock
from portal.pages.disclosure.models import DisclosureItem, Period, Publication
from portal.pages.resources.models import Kind, Resource, SkillRequest
from portal.pages.resources.states import ResourceState
from tests.factories import person_of
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


@kept
def make_resource(here: Area, *, kind: Kind = Kind.PLACE, title: str = "活动室") -> Resource:
    """What the committee entered in the resource map."""
    return Resource.objects.create(neighbourhood=here, kind=kind, title=title, state=ResourceState.SHOWN)


@kept
def make_skill(
    here: Area, user: User, *, title: str = "修自行车", state: ResourceState = ResourceState.SHOWN
) -> Resource:
    """A neighbour's skill, shown for a year."""
    return Resource.objects.create(
        neighbourhood=here,
        kind=Kind.SKILL,
        title=title,
        person=user.person,
        state=state,
        shown_until=clock.today() + timedelta(days=365),
    )


@kept
def make_skill_request(skill: Resource, user: User) -> SkillRequest:
    """Somebody asked for it."""
    return SkillRequest.objects.create(resource=skill, asker=person_of(user), text="请问")
