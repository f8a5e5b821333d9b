"""Signing up for a shift, for oneself or for somebody without a phone; cancelling; the leader's decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Person, User
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline, moment
from portal.kit.wording import span as span_words
from portal.volunteers import ages
from portal.volunteers.events import PLACE_GOT, PLACE_RELEASED, REMINDER, SIGNUP_DECLINED
from portal.volunteers.models import Attendance, Shift, Signup
from portal.volunteers.permissions import SHIFTS, SIGNUPS
from portal.volunteers.selectors import members_to_enter
from portal.volunteers.services import consents, places
from portal.volunteers.spans import Span
from portal.volunteers.states import ACTIVE, SignupState
from portal.voting.models import Channel


@transaction.atomic
def sign_up(
    user: User,
    shift_pk: int,
    *,
    in_spite_of_clash: bool = False,
    adult: bool = False,
    remark: str = "",
    guardian_phone: str = "",
    at_place: bool = False,
) -> Signup:
    """Sign up oneself: a place, the waiting list, or waiting for the leader's or a guardian's answer.

    `adult`: declared, where the age is not known. `at_place`: scanned the code there, so a free place may still be
    taken while the shift runs. Raises PermissionDenied for people from elsewhere; NotPossible with the reason.
    """
    shift = SHIFTS.take(user, shift_pk, "join_at_place" if at_place else "sign_up")
    person = person_of(user)
    _require_posted(shift)
    _not_yet(shift, person)
    _no_account_below(shift, person)
    needs_consent, declared = age_check(shift, person, adult=adult)
    _no_clash(person, shift, in_spite_of_clash)
    guardian = consents.guardian(user, person, guardian_phone) if needs_consent else None
    signup = Signup(shift=shift, person=person, guardian=guardian, needs_consent=needs_consent)
    signup.remark = " ".join(filter(None, [declared, remark.strip()]))[:200]
    return _enter(user, signup)


@transaction.atomic
def sign_up_for(
    user: User,
    shift_pk: int,
    person: Person,
    channel: str,
    *,
    adult: bool = False,
    in_spite_of_clash: bool = False,
) -> Signup:
    """Enter somebody of the team who has no account, as told on paper, by telephone or at the counter.

    `adult`: who enters it knows that the person is 18 or older. Without that a guardian signs on paper first.
    Raises PermissionDenied for others than the team's keepers and the committee; NotPossible with the reason.
    """
    shift = SHIFTS.take(user, shift_pk, "sign_up_for")
    _require_posted(shift)
    if channel not in {Channel.PAPER, Channel.PHONE, Channel.COUNTER}:
        raise NotPossible(_("Please say how the sign-up came: on paper, by telephone or at the counter."))
    if not members_to_enter(shift).filter(person=person).exists():
        raise NotPossible(
            _("%(name)s is not in this team, or has an account and signs up alone.")
            % {"name": person.real_name}
        )
    _not_yet(shift, person)
    needs_consent, declared = age_check(shift, person, adult=adult)
    _no_clash(person, shift, in_spite_of_clash)
    signup = Signup(shift=shift, person=person, needs_consent=needs_consent, remark=declared)
    signup.channel, signup.entered_by = Channel(channel), user
    return _enter(user, signup)


@transaction.atomic
def sign_up_group(
    user: User,
    shift_pk: int,
    people: Sequence[Person],
    channel: str,
    *,
    adult: bool = False,
    in_spite_of_clash: bool = False,
) -> list[Signup]:
    """Enter several at once, all or nobody. Raises as `sign_up_for`; the reason names the person."""
    entered = []
    for person in people:
        try:
            entered.append(
                sign_up_for(user, shift_pk, person, channel, adult=adult, in_spite_of_clash=in_spite_of_clash)
            )
        except NotPossible as reason:
            raise NotPossible(
                _("%(name)s: %(reason)s") % {"name": person.real_name, "reason": reason}
            ) from reason
    return entered


@transaction.atomic
def cancel(user: User, pk: int) -> Signup:
    """Take back one's sign-up, until `cancel_until`; the place goes to the waiting list.

    404 for others; NotPossible with what to do instead. Who keeps the list may do it later too.
    """
    signup = SIGNUPS.take(user, pk, "cancel")
    require_not_come(signup)
    if is_too_late(signup) and not SIGNUPS.entitled(user, "release", signup):
        raise NotPossible(too_late(signup))
    return places.leave(signup, SignupState.CANCELLED)


@transaction.atomic
def release(user: User, pk: int) -> Signup:
    """A keeper gives somebody's place on, until the list is closed; the person is told."""
    signup = SIGNUPS.take(user, pk, "release")
    require_not_come(signup)
    places.leave(signup, SignupState.CANCELLED)
    if signup.person_id != user.person_id:
        places.notify_person(PLACE_RELEASED, signup)
    return signup


@transaction.atomic
def decide(user: User, pk: int, accept: bool, reason: str = "") -> Signup:
    """The leader's answer to a sign-up: yes while it waits for one, no (with a reason) as long as it stands.

    A yes without a free place leads to the waiting list. 404 for others; NotPossible where it was answered.
    """
    signup = SIGNUPS.take(user, pk, "decide")
    if not accept:
        return _decline(signup, reason.strip())
    if signup.state != SignupState.APPLIED:
        raise NotPossible(_("This sign-up has been answered already."))
    if signup.needs_consent and signup.consented_at is None:
        raise NotPossible(_("A guardian has to consent first. Without that there is no place."))
    SHIFTS.require("sign_up_for", signup.shift)
    if places.seat(signup, decided_at=clock.now()).state == SignupState.ACCEPTED:
        places.notify_person(PLACE_GOT, signup)
    return signup


@transaction.atomic
def move_up(shift: Shift) -> int:
    """Give the free places of a shift to its waiting list, as after more places were made. Returns how many."""
    return places.move_up(places.locked(shift.pk))


@transaction.atomic
def remind(shift_pk: int) -> int:
    """Tell those who have a place, once for each start, that the shift is near. Returns how many were told.

    Not who signed up after the reminders were due: that was just now.
    """
    shift = places.locked(shift_pk)
    if not places.to_come(shift):
        return 0
    hours = rule("activity.reminder_hours", shift.activity.neighbourhood)
    due = shift.starts_at - timedelta(hours=hours)
    if clock.now() < due:
        return 0
    told = 0
    for signup in shift.signups.accepted().filter(reminded_at=None, applied_at__lt=due):
        signup.shift, signup.reminded_at = shift, clock.now()
        signup.save(update_fields=["reminded_at"])
        # Whoever was reminded of a time that was then moved is reminded anew.
        told += places.notify_person(REMINDER, signup, anew=signup.reminded_at.isoformat())
    return told


def clashes(person: Person, span: Span) -> list[Shift]:
    """Other shifts at the same time for which somebody has a standing sign-up, the earliest first."""
    mine = Signup.objects.filter(person=person, state__in=ACTIVE).values("shift")
    near = Shift.objects.posted().filter(pk__in=mine, starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)
    return list(near.select_related("activity").order_by("starts_at"))


def age_check(shift: Shift, person: Person, *, adult: bool) -> tuple[bool, str]:
    """Whether a guardian has to consent, and what was declared. Raises NotPossible where the age does not fit."""
    activity, day = shift.activity, clock.day_of(shift.starts_at)
    if person.adult_on is not None:
        age = ages.age_on(person.adult_on, day)
        if not ages.fits(age, activity.least_age, activity.most_age):
            raise NotPossible(_("This activity is %(ages)s.") % {"ages": ages_words(shift)})
        return age < ages.ADULT, ""
    least = declared_age(shift)
    if adult:
        if activity.most_age is not None and activity.most_age < ages.ADULT:
            raise NotPossible(_("This activity is %(ages)s.") % {"ages": ages_words(shift)})
        return False, _("Declared to be %(age)d or older.") % {"age": least}
    if not activity.takes_minors:
        raise NotPossible(
            _(
                "This activity is for people from %(age)d years of age. Please declare your age, or ask the team."
            )
            % {"age": least}
        )
    return True, ""


def declared_age(shift: Shift) -> int:
    """The age somebody declares whose age is not known: 18, or more where the activity asks for more."""
    return max(ages.ADULT, shift.activity.least_age)


def ages_words(shift: Shift) -> str:
    """For whom an activity is, by age."""
    least, most = shift.activity.least_age, shift.activity.most_age
    if most is None:
        return _("for people from %(least)d years of age") % {"least": least}
    return _("for people from %(least)d to %(most)d years of age") % {"least": least, "most": most}


def cancel_until(signup: Signup) -> datetime:
    """Until when a place can be given back: the time's own limit, or its start for who got the place after that."""
    shift = signup.shift
    given = max(filter(None, (signup.applied_at, signup.consented_at, signup.decided_at)))
    return shift.starts_at if given > shift.cancel_until else shift.cancel_until


def is_too_late(signup: Signup) -> bool:
    """Whether its person may not take it back any more; who signed up for another time or place always may."""
    shift = signup.shift
    if signup.state != SignupState.ACCEPTED or (shift.moved_at and shift.moved_at > signup.applied_at):
        return False
    return clock.now() > cancel_until(signup)


def too_late(signup: Signup) -> str:
    """What somebody reads who wants to cancel when it is too late for that."""
    said = _("You could cancel until %(when)s. Please call the team leader.") % {
        "when": deadline(cancel_until(signup))
    }
    return f"{said} {signup.shift.activity.contact}".strip()


def _enter(user: User, signup: Signup) -> Signup:
    """Where a new sign-up begins: waiting for consent or for the leader, with a place, or in the waiting list."""
    shift, screened = signup.shift, signup.shift.activity.screened
    decided = not screened or SHIFTS.entitled(user, "change", shift)
    if decided and not signup.needs_consent and not places.to_come(shift) and not shift.free:
        raise NotPossible(
            _("It has begun and every place is taken. Please ask the team leader at the place.")
        )
    signup.save()
    if decided and not signup.needs_consent:
        return places.seat(signup)
    consents.ask(signup)
    if screened:
        places.ask_leaders(signup)
    return signup


def _decline(signup: Signup, reason: str) -> Signup:
    if not reason:
        raise NotPossible(_("Please say why; the person reads it."))
    if Attendance.objects.filter(signup=signup).exists():
        raise NotPossible(_("The person came already; a sign-up that was kept cannot be declined."))
    places.leave(signup, SignupState.DECLINED, reason[:300])
    places.notify_person(SIGNUP_DECLINED, signup, reason=reason)
    return signup


def _require_posted(shift: Shift) -> None:
    if shift.activity.approved_at is None:
        raise NotPossible(_("This activity is not posted yet."))
    opens = shift.activity.signup_from
    if opens is not None and not clock.passed(opens):
        raise NotPossible(_("Sign-up opens on %(when)s.") % {"when": moment(opens)})


def require_not_come(signup: Signup) -> None:
    """Refuse to take a sign-up back whose list is closed, or that was kept."""
    if signup.shift.closed_at is not None:
        raise NotPossible(_("The attendance list is closed; nothing can be changed any more."))
    if Attendance.objects.filter(signup=signup).exists():
        raise NotPossible(
            _("Your attendance was noted already; a sign-up that was kept cannot be taken back.")
        )


def _not_yet(shift: Shift, person: Person) -> None:
    if shift.signups.active().filter(person=person).exists():
        raise NotPossible(_("This person is signed up already."))


def _no_account_below(shift: Shift, person: Person) -> None:
    """Under 14 nobody signs up alone (personal information law art. 28, 31)."""
    least = rule("age.own_account", shift.activity.neighbourhood)
    today = clock.today()
    if person.adult_on is not None and ages.age_on(person.adult_on, today) < least:
        raise NotPossible(
            _(
                "Under %(age)d years of age one does not sign up alone. Please ask a guardian to call the team."
            )
            % {"age": least}
        )


def _no_clash(person: Person, shift: Shift, in_spite: bool) -> None:
    if in_spite:
        return
    others = [one for one in clashes(person, shift.span) if one.pk != shift.pk]
    if others:
        named = "; ".join(
            f"{other.activity.title} {span_words(other.starts_at, other.ends_at)}" for other in others
        )
        raise NotPossible(
            _("At the same time there is another sign-up: %(others)s. Tick that you want both.")
            % {"others": named}
        )
