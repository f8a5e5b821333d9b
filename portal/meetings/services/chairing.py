"""Who chairs a review or a gathering when its chair gives up the post: the successor, or whom the committee names."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.doors import whole
from portal.actions.events import SYSTEM, Event, announce
from portal.community.leaving import Holding, Item, Leaving
from portal.community.models import Person, Post, User
from portal.community.permissions import holders
from portal.community.selectors import accounts_of, post_users
from portal.duties import services as duties
from portal.kit.errors import NotPossible
from portal.meetings import kinds
from portal.meetings.events import CHAIR_LEFT, CHAIR_TAKEN
from portal.meetings.models import CHAIRS, Meeting
from portal.meetings.services.transitions import in_working_days, iso, register_following

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DUTY = "meeting.chair"
COMMITTEE = (Post.DIRECTOR, Post.WORKER)
# In which states a meeting still needs its chair, by its kind.
_CHAIRED: dict[type[Meeting], Collection[str]] = {}


@transaction.atomic
def name_chair(user: User, pk: int, *, chair: Person) -> Meeting:
    """Let somebody else chair; they are told. Raises NotPossible for who holds no post for it, or is reviewed."""
    meeting = kinds.take(user, pk, "name_chair")
    if chair.pk not in chairs_of(meeting):
        raise NotPossible(_("Whoever chairs holds a post here, and is not who is reviewed."))
    _let_chair(meeting, chair, user)
    duties.close(DUTY, meeting, by=user)
    return meeting


def chairs_of(meeting: Meeting) -> dict[int, str]:
    """Who can chair besides who does, by the person's key, with how they sign."""
    held = {
        one.person_id: one.record_title for post in CHAIRS for one in holders(post, meeting.neighbourhood)
    }
    not_these = {meeting.chair_id, getattr(meeting, "reviewed_person_id", None)}
    return {person: title for person, title in held.items() if person not in not_these}


def chairs_held(label: StrOrPromise, model: type[Meeting], states: Collection[str]) -> Holding:
    """What a kind of meeting says of its chairs to whoever leaves; `states`: in which one is still needed."""
    _CHAIRED[model] = states

    def chaired(leaving: Leaving) -> QuerySet[Any]:
        """Those to come whose chair gives up the post, and holds no other from which one chairs."""
        held = model._default_manager.filter(chair=leaving.person, state__in=states)
        if leaving.post is None or leaving.place is None or not _gives_up(leaving):
            return held.none()
        return held.filter(neighbourhood=leaving.place).select_related("neighbourhood").order_by("pk")

    def lock(meetings: list[Any]) -> None:
        """Their locks, always in the same order."""
        keys = [meeting.pk for meeting in meetings]
        locked = model._default_manager.select_for_update(of=whole(model), no_key=True)
        list(locked.filter(pk__in=keys).order_by("pk"))

    return Holding(label, chaired, _shown, _pass_on, lock)


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
            _owe(meeting, leaving)


def _let_chair(meeting: Meeting, chair: Person, by: User | None) -> None:
    meeting.chair = chair
    meeting.save(update_fields=["chair"])
    told = accounts_of(chair.pk).exclude(pk=by.pk if by else 0)
    announce(CHAIR_TAKEN, meeting, by=by or SYSTEM, to=told, data={"chair": chair.public_name})


def _owe(meeting: Meeting, leaving: Leaving) -> None:
    due = in_working_days(meeting, meeting.course.step)
    duties.open_duty(DUTY, meeting, due=due, post=Post.WORKER)
    tell_committee(CHAIR_LEFT, meeting, leaving, due_at=iso(due.at))


def _held_without(meeting: Meeting, was: str, round_was: int) -> None:
    """Nobody is to be named any more once it was held, or called off."""
    if meeting.state not in _CHAIRED.get(type(meeting), (meeting.state,)):
        duties.drop(meeting, DUTY)


register_following(_held_without)


def tell_committee(event: Event, meeting: Meeting, leaving: Leaving, **said: Any) -> None:
    """Tell the committee, but whoever does it, what somebody's leaving means for a meeting."""
    posts = (post_users(post, meeting.neighbourhood) for post in COMMITTEE)
    told = {one.pk: one for users in posts for one in users if one != leaving.by}
    announce(event, meeting, by=SYSTEM, to=told.values(), who=leaving.person.public_name, **said)
