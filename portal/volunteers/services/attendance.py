"""Who came and when: marked by a code at the place, ticked on the list, or kept without network and sent later.

One row a sign-up. The earliest time of coming and the earliest of going stand, so that it does not matter how often,
by whom and in which order marks arrive. Nobody waits for anybody: the shift is not locked, the database decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.limits import Limit, allow
from portal.kit.wording import hour, moment
from portal.volunteers import codes
from portal.volunteers.models import Attendance, How, Shift, Signup
from portal.volunteers.permissions import SHIFTS, SIGNUPS
from portal.volunteers.spans import Span
from portal.volunteers.states import SignupState

IN, OUT = "in", "out"
# People come early to prepare and leave after tidying up; whoever marks a time further away has the wrong shift.
EARLY, AFTER = timedelta(hours=1), timedelta(hours=1)
# Clocks of telephones differ a little from the server's.
AHEAD = timedelta(minutes=2)
# A list has as many lines as people come, twice; more than this is no list.
MOST_MARKS = 1000
# A code of six digits cannot be found by trying five times in ten minutes.
GUESSES = Limit(5, codes.SPOKEN_SECONDS)


@dataclass(frozen=True)
class Mark:
    """Somebody came ("in") or went ("out") at a moment."""

    signup: int
    what: str
    at: datetime
    how: How = How.OFFLINE


@dataclass(frozen=True)
class Refusal:
    """A line that was not taken, and why. `again`: it may be taken when another list has come."""

    mark: Mark
    name: str
    reason: str
    again: bool = False


@dataclass
class Merged:
    """What became of a list: lines that changed something, lines that were known, lines refused."""

    taken: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


class NotYetCome(NotPossible):
    """Somebody went of whom nobody knows yet that the person came."""


def check_in(
    user: User, shift_pk: int, signup_pk: int | None = None, how: How = How.QR, at: datetime | None = None
) -> Attendance:
    """Somebody came: oneself by a code (`signup_pk` None, now), or ticked by a keeper. A second mark changes nothing.

    Raises PermissionDenied where a keeper is needed; NotPossible with the reason.
    """
    return _mark(user, shift_pk, signup_pk, IN, how, at)


def check_out(
    user: User, shift_pk: int, signup_pk: int | None = None, how: How = How.QR, at: datetime | None = None
) -> Attendance:
    """Somebody went. As `check_in`; NotPossible too where nobody knows that the person came."""
    return _mark(user, shift_pk, signup_pk, OUT, how, at)


@transaction.atomic
def merge(user: User, shift_pk: int, marks: Sequence[Mark]) -> Merged:
    """Take a keeper's list, line by line: each taken, known or refused with its reason. Sending it again is harmless.

    Raises PermissionDenied for others than keepers and committee; NotPossible where nothing can be taken at all:
    the list is closed, the shift was called off, more than MOST_MARKS lines.
    """
    shift = SHIFTS.get(user, shift_pk, "attend")
    takes_marks(shift)
    if len(marks) > MOST_MARKS:
        raise NotPossible(_("A list has at most %(most)d lines.") % {"most": MOST_MARKS})
    merged = Merged()
    signups = Signup.objects.select_related("person").in_bulk({mark.signup for mark in marks})
    # One order for all lists: two that are sent at once never wait for each other in a circle. Coming before going.
    for mark in sorted(marks, key=lambda one: (one.signup, one.what, one.at)):
        signup = signups.get(mark.signup)
        try:
            if _note(shift, signup, mark, user):
                merged.taken += 1
            else:
                merged.known += 1
        except NotPossible as reason:
            name = signup.person.real_name if signup and signup.shift_id == shift.pk else ""
            merged.refused.append(Refusal(mark, name, str(reason), isinstance(reason, NotYetCome)))
    return merged


def tick(user: User, pk: int, signups: Iterable[int], what: str, at: datetime | None = None) -> Merged:
    """Tick people on the list, one or a group. As `merge`."""
    ticked = sorted(set(signups))
    how = How.GROUP if len(ticked) > 1 else How.LIST
    moment_ = at or clock.now()
    return merge(user, pk, [Mark(one, what, moment_, how) for one in ticked])


@transaction.atomic
def correct(user: User, pk: int, in_at: datetime, out_at: datetime | None) -> Attendance:
    """Set somebody's times right, until the list is closed. Lists that are sent later do not change them again.

    404 for others than keepers and committee; NotPossible with the reason, also for one's own times.
    """
    signup = _taken(user, pk, "times")
    _fits(signup.shift, IN, in_at)
    if out_at is not None:
        _fits(signup.shift, OUT, out_at)
        if out_at <= in_at:
            raise NotPossible(_gone_before(in_at, out_at))
    going = {"out_at": out_at, "out_how": How.LIST if out_at else "", "out_by": user if out_at else None}
    values = {"in_at": in_at, "in_how": How.LIST, "in_by": user, "corrected_at": clock.now(), **going}
    return Attendance.objects.update_or_create(signup=signup, defaults=values)[0]


@transaction.atomic
def strike(user: User, pk: int) -> Signup:
    """Take back a tick that was a mistake: the person did not come. As `correct`."""
    signup = _taken(user, pk, "strike")
    if not Attendance.objects.filter(signup=signup).delete()[0]:
        raise NotPossible(_("Nothing was ticked for this person."))
    return signup


def scanned(shift: Shift, code: str) -> bool:
    """Whether a code is the one in the QR at the place now, or a minute ago."""
    return codes.is_place_code(shift.secret, shift.pk, code, clock.now())


def heard(user: User, shift: Shift, code: str) -> None:
    """Raise NotPossible where a code is not the one said at the place, and where somebody only guesses."""
    if not allow("say-code", f"{user.pk}:{shift.pk}", GUESSES):
        raise NotPossible(
            _(
                "That was tried too often. Please wait ten minutes, or let the team leader tick you on the list."
            )
        )
    if not codes.is_spoken_code(shift.secret, shift.pk, code, clock.now()):
        raise NotPossible(_("This code is not right, or it has changed. Ask for the one that holds now."))


def window(shift: Shift) -> Span:
    """The time in which somebody can come to a shift and go from it."""
    return Span(shift.starts_at - EARLY, shift.ends_at + AFTER)


def is_on(shift: Shift) -> bool:
    """Whether people can mark that they came or went, now."""
    around = window(shift)
    stands = shift.closed_at is None and shift.cancelled_at is None and shift.activity.cancelled_at is None
    return stands and around.starts_at <= clock.now() < around.ends_at


@transaction.atomic
def _mark(
    user: User, shift_pk: int, signup_pk: int | None, what: str, how: How, at: datetime | None
) -> Attendance:
    signup = _own(user, shift_pk) if signup_pk is None else _of_list(user, shift_pk, signup_pk)
    takes_marks(signup.shift)
    mark = Mark(signup.pk, what, (at if signup_pk is not None else None) or clock.now(), how)
    _note(signup.shift, signup, mark, user)
    return Attendance.objects.get(signup=signup)


def _own(user: User, shift_pk: int) -> Signup:
    """One's own sign-up. Nothing is asked about roles: having it is enough."""
    standing = Signup.objects.active().select_related("shift__activity")
    mine = standing.filter(shift=shift_pk, person=user.person_id).first() if user.person_id else None
    if mine is None:
        raise NotPossible(_("You are not signed up for this time."))
    return mine


def _of_list(user: User, shift_pk: int, signup_pk: int) -> Signup:
    signup = SHIFTS.get(user, shift_pk, "attend").signups.filter(pk=signup_pk).first()
    if signup is None:
        raise NotPossible(_("There is no such sign-up."))
    return signup


def _note(shift: Shift, signup: Signup | None, mark: Mark, user: User) -> bool:
    """Take one mark; False where nothing changes by it. Raises NotPossible with the reason."""
    if signup is None:
        raise NotPossible(_("There is no such sign-up."))
    if signup.shift_id != shift.pk:
        raise NotPossible(_("This sign-up belongs to another time."))
    if signup.state != SignupState.ACCEPTED:
        raise NotPossible(_("Without a place nobody is checked in: %(state)s.") % {"state": _state(signup)})
    _fits(shift, mark.what, mark.at)
    return _come(signup, mark, user) if mark.what == IN else _go(signup, mark, user)


def _come(signup: Signup, mark: Mark, user: User) -> bool:
    rows = Attendance.objects.filter(signup=signup)
    if not rows.exists():
        try:
            with transaction.atomic():
                Attendance.objects.create(signup=signup, in_at=mark.at, in_how=mark.how, in_by=user)
            return True
        except IntegrityError:
            pass  # somebody else was quicker: then the earlier time stands, as below
    earlier = rows.filter(in_at__gt=mark.at, corrected_at=None)
    return bool(earlier.update(in_at=mark.at, in_how=mark.how, in_by=user))


def _go(signup: Signup, mark: Mark, user: User) -> bool:
    rows = Attendance.objects.filter(signup=signup)
    first = rows.filter(Q(out_at=None) | Q(out_at__gt=mark.at, corrected_at=None), in_at__lt=mark.at)
    if first.update(out_at=mark.at, out_how=mark.how, out_by=user):
        return True
    row = rows.first()
    if row is None:
        raise NotYetCome(_("It is not noted that this person came. Please tick the coming first."))
    if mark.at <= row.in_at and row.corrected_at is None:
        raise NotPossible(_gone_before(row.in_at, mark.at))
    return False


def _fits(shift: Shift, what: str, at: datetime) -> None:
    """Refuse a time in the future, too long before the shift or too long after it; coming ends with the shift."""
    around = window(shift)
    if at > clock.now() + AHEAD:
        raise NotPossible(_("%(when)s has not come yet.") % {"when": moment(at)})
    if at < around.starts_at:
        raise NotPossible(
            _("One can check in from %(when)s, an hour before it begins.")
            % {"when": moment(around.starts_at)}
        )
    if what == IN and at >= shift.ends_at:
        raise NotPossible(_("It ended %(when)s; nobody comes after that.") % {"when": moment(shift.ends_at)})
    if at > around.ends_at:
        raise NotPossible(
            _("It ended %(when)s; at most an hour later somebody can check out.")
            % {"when": moment(shift.ends_at)}
        )


def takes_marks(shift: Shift) -> None:
    """Refuse to change the list of a time that was closed."""
    if shift.closed_at is not None:
        raise NotPossible(
            _("The list was closed %(when)s; nothing in it changes any more.")
            % {"when": moment(shift.closed_at)}
        )
    if shift.cancelled_at is not None or shift.activity.cancelled_at is not None:
        raise NotPossible(_("This was called off."))


def _taken(user: User, pk: int, action: str) -> Signup:
    """The sign-up, with its shift locked, for a keeper other than its own person."""
    signup = SIGNUPS.take(user, pk, action)
    if signup.person_id == user.person_id:
        raise NotPossible(_("Somebody else who keeps the list has to correct your own times."))
    takes_marks(signup.shift)
    return signup


def _gone_before(in_at: datetime, out_at: datetime) -> str:
    return _("Gone %(out)s is not after come %(in)s.") % {"out": hour(out_at), "in": hour(in_at)}


def _state(signup: Signup) -> str:
    return str(SignupState(signup.state).label)
