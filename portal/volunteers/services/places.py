"""The places of a shift: taken and given back under its lock, and the waiting list that moves up by itself.

The lock lets people take turns; that there are never more than the places is held by the database without it too.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import Http404

from portal.community.models import User
from portal.kit import clock
from portal.notifications import services as notifications
from portal.notifications.services import Kind as News
from portal.record import services as record
from portal.volunteers.models import Shift, Signup
from portal.volunteers.news import PLACE_GOT
from portal.volunteers.permissions import may
from portal.volunteers.services.transitions import leaders
from portal.volunteers.states import SignupState


def locked(shift_pk: int) -> Shift:
    """The shift, for one change of its places at a time, until commit."""
    shifts = Shift.objects.select_for_update(of=("self",), no_key=True)
    return shifts.select_related("activity__team__neighbourhood", "activity__neighbourhood").get(pk=shift_pk)


def signup_for(user: User, pk: int, action: str = "", *, guardian: bool = False) -> Signup:
    """A sign-up with its shift locked, for its own person, its guardian, or who may do `action` in the team.

    404 for everybody else: that somebody signed up is nobody's business.
    """
    found = Signup.objects.filter(pk=pk).values_list("shift", flat=True).first()
    if found is None:
        raise Http404
    shift = locked(found)
    signup = Signup.objects.select_related("person__user", "guardian__user").get(pk=pk)
    signup.shift = shift
    own = user.person_id is not None and user.person_id == (
        signup.guardian_id if guardian else signup.person_id
    )
    if own or (action and may(user, action, shift.activity.team)):
        return signup
    raise Http404


def take(shift: Shift) -> bool:
    """Take one place; False where none is left. Whatever was read before, the database decides."""
    if shift.free <= 0:
        return False
    try:
        with transaction.atomic():
            Shift.objects.filter(pk=shift.pk).update(taken=F("taken") + 1)
    except IntegrityError:
        return False
    shift.taken += 1
    return True


def seat(signup: Signup) -> Signup:
    """A place where one is free and nobody waits for it, else the end of the waiting list. Saves the sign-up."""
    move_up(signup.shift)
    signup.state = SignupState.ACCEPTED if take(signup.shift) else SignupState.WAITLISTED
    signup.save()
    return signup


def leave(signup: Signup, state: SignupState, why: str = "") -> Signup:
    """End a sign-up; its place goes to whoever waits longest."""
    had_place = signup.state == SignupState.ACCEPTED
    signup.state, signup.decided_at, signup.decided_why = state, clock.now(), why
    signup.save(update_fields=["state", "decided_at", "decided_why"])
    if had_place:
        Shift.objects.filter(pk=signup.shift_id).update(taken=F("taken") - 1)
        signup.shift.taken -= 1
        move_up(signup.shift)
    return signup


def move_up(shift: Shift) -> int:
    """Give free places of a locked shift to the waiting list, whoever came first, and tell them.

    Returns how many moved up. Nothing moves once the shift has begun or was called off.
    """
    if shift.free <= 0 or not to_come(shift):
        return 0
    moved = 0
    for signup in shift.signups.waiting().select_related("person__user")[: shift.free]:
        if not take(shift):
            break
        signup.shift = shift
        signup.state, signup.decided_at = SignupState.ACCEPTED, clock.now()
        signup.save(update_fields=["state", "decided_at"])
        tell_person(PLACE_GOT, signup)
        moved += 1
    return moved


def to_come(shift: Shift) -> bool:
    """Posted, not called off, not begun."""
    activity = shift.activity
    stands = activity.approved_at is not None and activity.cancelled_at is None and shift.cancelled_at is None
    return stands and clock.now() < shift.starts_at


def tell_person(kind: News, signup: Signup, **more: str) -> int:
    """Send news of a sign-up to its person; 0 where the person has no account."""
    return tell(kind, signup, User.objects.filter(person=signup.person_id, is_active=True), **more)


def tell_leaders(kind: News, signup: Signup) -> int:
    """Send news of a sign-up to the leaders of the team."""
    return tell(kind, signup, leaders(signup.shift.activity.team))


def tell(kind: News, signup: Signup, users: QuerySet[User], url: str = "", **more: str) -> int:
    """Send news of a sign-up, once each; by default it leads to the shift's page."""
    shift = signup.shift
    said: dict[str, Any] = {
        "title": shift.activity.title,
        "starts_at": shift.starts_at.isoformat(),
        "where": shift.where,
        "things": shift.activity.bring,
    }
    return notifications.send(
        kind,
        users,
        neighbourhood=shift.activity.neighbourhood,
        occasion=record.key(signup),
        url=url or shift.get_absolute_url(),
        params=said | more,
    )
