"""The places of a shift: taken and given back under its lock, and the waiting list that moves up by itself.

The lock lets people take turns; that there are never more than the places is held by the database without it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.actions.events import Event, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.selectors import accounts_of
from portal.kit import clock
from portal.record.services import key
from portal.volunteers.events import PLACE_GOT, SIGNUP_WAITS
from portal.volunteers.models import Shift, Signup
from portal.volunteers.permissions import SHIFT_AND_ABOVE
from portal.volunteers.selectors import committee, leaders
from portal.volunteers.states import SignupState


def locked(shift_pk: int) -> Shift:
    """The shift, for one change of its places at a time, until commit."""
    shifts = Shift.objects.select_for_update(of=("self",), no_key=True)
    return shifts.select_related(*SHIFT_AND_ABOVE).get(pk=shift_pk)


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


def seat(signup: Signup, **changes: Any) -> Signup:
    """A place for who applied, where one is free and nobody waits for it, else the end of the waiting list."""
    move_up(signup.shift)
    got = take(signup.shift)
    advance(signup, SignupState.ACCEPTED if got else SignupState.WAITLISTED, **changes)
    return signup


def leave(signup: Signup, state: SignupState, reason: str = "") -> Signup:
    """End a sign-up; its place goes to whoever waits longest, and it remembers whether anybody did."""
    was = advance(signup, state, decided_at=clock.now(), decided_why=reason)
    if was is SignupState.ACCEPTED:
        Shift.objects.filter(pk=signup.shift_id).update(taken=F("taken") - 1)
        signup.shift.taken -= 1
        signup.passed_on = bool(move_up(signup.shift))
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
        advance(signup, SignupState.ACCEPTED, decided_at=clock.now())
        notify_person(PLACE_GOT, signup)
        moved += 1
    return moved


def to_come(shift: Shift) -> bool:
    """Posted, not called off, not begun."""
    activity = shift.activity
    stands = activity.approved_at is not None and activity.cancelled_at is None and shift.cancelled_at is None
    return stands and clock.now() < shift.starts_at


def notify_person(event: Event, signup: Signup, **more: str) -> int:
    """Tell the person of a sign-up; 0 where there is no account."""
    return notify_of(event, signup, accounts_of(signup.person_id), **more)


def ask_leaders(signup: Signup) -> int:
    """Tell those who lead the team that their yes or no is awaited; again once a guardian has consented.

    The committee, where nobody leads it who has an account.
    """
    consented, team = (
        signup.consented_at.isoformat() if signup.consented_at else "",
        signup.shift.activity.team,
    )
    return notify_of(SIGNUP_WAITS, signup, leaders(team) or committee(team.neighbourhood), anew=consented)


def notify_of(
    event: Event, signup: Signup, to: Iterable[User], url: str = "", anew: str = "", **more: str
) -> int:
    """Tell accounts about a sign-up, once each, with when and where it begins.

    `anew`: what makes it another piece of news of the same kind about the same sign-up.
    """
    shift = signup.shift
    said = {
        "starts_at": shift.starts_at.isoformat(),
        "where": shift.where,
        "things": shift.activity.bring,
    }
    occasion = f"{key(signup)}:{anew}" if anew else key(signup)
    return notify(event, signup, to, once_per=occasion, url=url, **(said | more))
