"""Who chairs a meeting of any kind when its chair gives up the post: the successor, or whom the committee names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.doors import Door
from portal.actions.events import SYSTEM, announce
from portal.community.leaving import Holding, Item, Leaving
from portal.community.models import Person, User
from portal.community.permissions import holders
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.kit.errors import NotPossible
from portal.meetings import kinds
from portal.meetings.chairs import Chairs
from portal.meetings.models import CHAIRS, Meeting
from portal.meetings.services.transitions import register_following
from portal.meetings.services.vacancies import locks, owe

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# As the tables of the kinds call it; in the states it has there a meeting still needs its chair.
NAME_CHAIR = "name_chair"


@transaction.atomic
def name_chair(user: User, pk: int, *, chair: Person) -> Meeting:
    """Let somebody else chair; they are told. Raises NotPossible for who has no post for it, or is barred."""
    meeting = kinds.take(user, pk, NAME_CHAIR)
    if chair.pk not in chairs_of(meeting):
        raise NotPossible(str(_of(meeting).why))
    _let_chair(meeting, chair, user)
    duties.close(_of(meeting).duty, meeting, by=user)
    return meeting


def chairs_of(meeting: Meeting) -> dict[int, str]:
    """Who can chair besides who does, by the person's key, with how they sign."""
    held = {one.person_id: one for post in CHAIRS for one in holders(post, meeting.neighbourhood)}
    not_these = {meeting.chair_id, *_of(meeting).barred(meeting)}
    return {person: one.record_title for person, one in held.items() if person not in not_these}


def chairs_held(label: StrOrPromise, door: Door[Any]) -> Holding:
    """What a kind of meeting says of its chairs to whoever leaves."""

    def chaired(leaving: Leaving) -> QuerySet[Any]:
        """Those to come whose chair gives up the post, and holds no other from which one chairs."""
        states = door.needs[NAME_CHAIR].states or ()
        held = door.model._default_manager.filter(chair=leaving.person, state__in=states)
        if leaving.post is None or leaving.place is None or not _gives_up(leaving):
            return held.none()
        return held.filter(neighbourhood=leaving.place).select_related("neighbourhood").order_by("pk")

    return Holding(label, chaired, _shown, _pass_on, locks(door.model))


def _of(meeting: Meeting) -> Chairs:
    return kinds.kind_of(meeting).chairs


def _gives_up(leaving: Leaving) -> bool:
    post, here = leaving.post, leaving.place
    if post is None or here is None or post.post not in CHAIRS:
        return False
    others = (one for name in CHAIRS for one in holders(name, here) if one.pk != post.pk)
    return all(one.person_id != leaving.person.pk for one in others)


def _shown(leaving: Leaving, meeting: Meeting) -> Item:
    return Item(meeting.title, _("gets another chair"), meeting.get_absolute_url())


def _pass_on(leaving: Leaving, meetings: list[Any]) -> None:
    """The successor chairs where that is possible; otherwise the committee owes naming another."""
    for meeting in meetings:
        if leaving.successor and leaving.successor.pk in chairs_of(meeting):
            _let_chair(meeting, leaving.successor, leaving.by)
        else:
            owe(meeting, _of(meeting).duty, _of(meeting).left, leaving.person, leaving.by)


def _let_chair(meeting: Meeting, chair: Person, by: User | None) -> None:
    meeting.chair = chair
    meeting.save(update_fields=["chair"])
    told = accounts_of(chair.pk).exclude(pk=by.pk if by else 0)
    announce(_of(meeting).taken, meeting, by=by or SYSTEM, to=told, data={"chair": chair.public_name})


def _held_without(meeting: Meeting, was: str, round_was: int) -> None:
    """Nobody is to be named any more once it was held, or called off."""
    door = kinds.kind_of(meeting).door
    if NAME_CHAIR in door.needs and not door.fits(NAME_CHAIR, meeting):
        duties.drop(meeting, _of(meeting).duty)


register_following(_held_without)
