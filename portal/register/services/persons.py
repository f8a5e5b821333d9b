"""What staff change about a person, each change kept so that it can be read and taken back: portal.register.models."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import Event, log, notify
from portal.actions.lifecycles import advance
from portal.community import leaving, persons, uniting
from portal.community.finding import ever_tied
from portal.community.leaving import Leaving
from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Method,
    Ownership,
    Person,
    PersonKind,
    RelationStatus,
    Representative,
    Residency,
    User,
)
from portal.community.rowchanges import RowChanges
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register import events
from portal.register.models import PersonChange, What
from portal.register.permissions import CHANGES, PEOPLE, may_touch, places_of
from portal.register.services import desk, identity, joining, voters
from portal.register.services.identity import Identity
from portal.register.services.joining import Whom
from portal.register.states import ChangeState
from portal.register.uniting import drop_request

# What can be taken back only within the days of the rule, because others begin to rely on it.
DATED = frozenset({What.RELEASE, What.DEATH, What.SUCCESSION, What.REPRESENTATIVE})


@transaction.atomic
def correct_name(user: User, pk: int, real_name: str, reason: str) -> PersonChange:
    """Correct the name as on the papers. Raises NotPossible where it is the same already."""
    person = PEOPLE.take(user, pk, "correct_name")
    may_touch(user, person)
    was, changes = person.real_name, RowChanges()
    if was == real_name:
        raise NotPossible(_("This is the name already."))
    changes.change(person, real_name=real_name)
    said = {"before": was, "after": real_name, "reason": reason}
    return _keep(user, person, What.NAME, changes, events.NAME_CORRECTED, **said)


@transaction.atomic
def correct_phone(user: User, pk: int, phone: str, reason: str) -> PersonChange:
    """Correct the number somebody can be reached under. A number that their account proved is theirs to change."""
    person = PEOPLE.take(user, pk, "correct_phone")
    may_touch(user, person)
    was, changes = person.phone, RowChanges()
    if User.objects.filter(person=person, phone_verified=True).exists():
        raise NotPossible(
            _(
                "The account has proved its number with a code. Where somebody else has it now, release it first."
            )
        )
    if was == phone:
        raise NotPossible(_("This is the number already."))
    changes.change(person, phone=phone)
    said = {"before": was, "after": phone, "reason": reason}
    return _keep(user, person, What.PHONE, changes, events.PHONE_CORRECTED, **said)


@transaction.atomic
def release_phone(user: User, pk: int, reason: str) -> PersonChange:
    """Somebody else has the number now: it leads to this person no more. Told by the channels that are left."""
    person = PEOPLE.take(user, pk, "release_phone")
    may_touch(user, person)
    account = User.objects.select_for_update(of=("self",)).filter(person=person).first()
    was, changes = (account.phone if account and account.phone else person.phone), RowChanges()
    if not was:
        raise NotPossible(_("No number is known of this person."))
    if person.phone:
        changes.change(person, phone="")
    if account is not None and account.phone:
        changes.change(account, phone="", phone_verified=False)
    made = _keep(user, person, What.RELEASE, changes, events.PHONE_RELEASED, before=was, reason=reason)
    _tell(events.PHONE_RELEASED, made, person)
    return made


@transaction.atomic
def represent(user: User, pk: int, acting: Person, since: date, proof: str = "") -> PersonChange:
    """Note the natural person who acts for a company that owns, from a day on; who did before does no more.

    `proof`: on which paper, seen by the user; no number of it is kept.
    """
    company = PEOPLE.take(user, pk, "represent")
    if company.kind == PersonKind.NATURAL or acting.kind != PersonKind.NATURAL:
        raise NotPossible(_("A natural person acts for a company."))
    if user.person_id == acting.pk:
        raise NotPossible(_("This is your own record. Please ask a colleague."))
    changes = RowChanges()
    for former in Representative.objects.filter(company=company, until=None):
        changes.change(former, until=voters.checked_day(since, former.since))
    changes.make(Representative(company=company, person=acting, since=since, proof=proof, recorded_by=user))
    return _keep(user, company, What.REPRESENTATIVE, changes, events.REPRESENTED, other=acting, on=since)


@transaction.atomic
def mark_deceased(user: User, pk: int, on: date, reason: str) -> PersonChange:
    """Somebody has died: titles, homes, posts and memberships end together on that day, wherever they are.

    Nobody can sign in with the account any more. What else hangs on the person is handed over or freed
    (portal.community.leaving), and stays so where the death is taken back. Raises NotPossible for a day ahead.
    """
    person = PEOPLE.take(user, pk, "mark_deceased")
    may_touch(user, person)
    if person.kind != PersonKind.NATURAL:
        raise NotPossible(_("A company does not die: please end its titles."))
    if on > clock.today():
        raise NotPossible(_("This day has not come yet."))
    places, changes, before = places_of(person), RowChanges(), persons.ending(person)
    ended: list[Any] = [*_end_ties(person, on, changes), *_end_posts(person, on, changes)]
    account = User.objects.select_for_update(of=("self",)).filter(person=person, is_active=True).first()
    if account is not None:
        changes.change(account, is_active=False)
        ended.append(account)
    changes.change(person, died_on=on)
    for thing in ended:
        leaving.hand_over(Leaving(person, thing, by=user))
    for row in before:
        changes.noticed(row)
    made = _keep(user, person, What.DEATH, changes, None, on=on, reason=reason)
    for place in places:
        log(events.DECEASED, place, by=user)
    return made


def titles_left(person: Person) -> list[Ownership]:
    """The titles that ended when somebody died, whether or not an heir has been entered."""
    if person.died_on is None:
        return []
    held = Ownership.objects.filter(person=person, status=RelationStatus.VERIFIED, until__gte=person.died_on)
    return list(held.select_related("dwelling__building").order_by("pk"))


@transaction.atomic
def pass_on(
    user: User,
    pk: int,
    title: Ownership,
    *,
    heir: Person | None = None,
    who: Identity | None = None,
    phone: str = "",
    whom: Whom = joining.PLAIN,
    on: date | None = None,
) -> PersonChange:
    """Give a title of somebody who has died to an heir, from a day on; default: at once.

    The heir votes for the dwelling where nobody does. Raises NotPossible for a day before the death, and where the
    heir owns the dwelling already or asks for it.
    """
    person = PEOPLE.take(user, pk, "pass_on")
    home = (
        Dwelling.objects.select_for_update(of=("self",)).select_related("building").get(pk=title.dwelling_id)
    )
    if title.person_id != person.pk or title.until is None:
        raise NotPossible(_("This title was not this person's."))
    day = voters.checked_day(on or title.until, title.until)
    heir = heir or _heir(home, who, phone, whom)
    if user.person_id == heir.pk:
        raise NotPossible(_("This is your own record. Please ask a colleague."))
    _require_no_title(heir, home)
    votes = Ownership.objects.filter(dwelling=home, until=None, is_voter=True, status=RelationStatus.VERIFIED)
    changes = RowChanges()
    verified: dict[str, Any] = {
        "status": RelationStatus.VERIFIED,
        "method": Method.COUNTER,
        "verified_at": clock.now(),
        "verified_by": user,
        "since": day,
        "right": title.right,
        "is_voter": not votes.exists(),
    }
    changes.make(Ownership(person=heir, dwelling=home, **verified))
    return _keep(user, person, What.SUCCESSION, changes, events.PASSED_ON, other=heir, on=day)


def can_be_united(here: Area, person: Person) -> Any:
    """Which records can be united with one: those the desk knows, and accounts that are tied to nothing yet."""
    loose = Person.objects.filter(
        residencys=None, ownerships=None, appointments=None, united_into=None, user__isnull=False
    )
    known = Person.objects.filter(pk__in=ever_tied(here).values("pk")) | Person.objects.filter(
        pk__in=loose.values("pk")
    )
    return known.filter(kind=person.kind).exclude(pk=person.pk)


def united(
    user: User, kept: Person, other: Person, area: Area, reason: str
) -> tuple[uniting.Union, PersonChange]:
    """Unite two records in the caller's transaction, with what clashed. Raises NotPossible for who may not."""
    may_touch(user, kept, other)
    if other.united_into_id is not None or not can_be_united(area, kept).filter(pk=other.pk).exists():
        raise NotPossible(_("This record cannot be united with the other one."))
    union = uniting.Union(kept, other, user, reason)
    return union, identity.join(union, area, account_of=kept)


@transaction.atomic
def unite(user: User, pk: int, other: Person, reason: str) -> PersonChange:
    """Make two records one: what hangs on the other goes to this one. Both are kept; both accounts are told."""
    # Both in one order, so that two clerks who begin at either end do not wait for each other.
    both = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[pk, other.pk])
    locked = {person.pk: person for person in both.order_by("pk")}
    kept, other = PEOPLE.take(user, pk, "unite"), locked[other.pk]
    area: Area = kept.neighbourhood
    accounts = list(accounts_of(kept.pk, other.pk))
    _union, made = united(user, kept, other, area, reason)
    log(events.UNITED, area, by=user)
    notify(events.UNITED, area, accounts, once_per=key(made), url=reverse("register:me"))
    return made


def preview(user: User, kept: Person, other: Person, area: Area) -> uniting.Union:
    """What uniting two records would do, tried and taken back at once; a look at the second one is kept.

    Raises NotPossible as `unite` does.
    """
    desk.look_at(user, other, area, _("page of the person"))
    with transaction.atomic():
        mine, theirs = Person.objects.get(pk=kept.pk), Person.objects.get(pk=other.pk)
        union, _made = united(user, mine, theirs, area, "")
        transaction.set_rollback(True)
    return union


def last_day(change: PersonChange) -> date | None:
    """The last day on which a change can be taken back; None: any day."""
    if change.what not in DATED:
        return None
    days = rule("person.take_back_days", change.neighbourhood)
    return clock.day_of(change.at) + timedelta(days=days)


@transaction.atomic
def take_back(user: User, change_pk: int) -> PersonChange:
    """Take a change back: exactly what it did, and nothing where that was changed again since.

    Raises NotPossible then, after the last day, and for two united records where the person has done something since.
    """
    change = CHANGES.take(user, change_pk, "take_back")
    may_touch(user, *filter(None, (change.person, change.other)))
    if change.final:
        raise NotPossible(change.final)
    last = last_day(change)
    if last is not None and clock.today() > last:
        raise NotPossible(_("This could be taken back until %(day)s.") % {"day": wording.day(last)})
    if change.what == What.UNION:
        _require_nothing_done(change)
    RowChanges(change.steps).undo()
    advance(change, ChangeState.TAKEN_BACK, undone_at=clock.now(), undone_by=user)
    if change.what == What.UNION:
        uniting.parted(user, change.steps)
    log(events.TAKEN_BACK, change.neighbourhood, by=user, data={"what": change.what})
    return change


def _require_nothing_done(change: PersonChange) -> None:
    kept = change.person
    if kept.united_into_id is not None:
        raise NotPossible(_("This record was united into another one since. Please part these first."))
    done = uniting.done_since(kept, change.at)
    if uniting.held_by(kept) != change.held:
        done.append(_("Something was done, given or entered in this person's name since."))
    if done:
        raise NotPossible(_("These two can no longer be parted. %(why)s") % {"why": " ".join(done)})


def _keep(
    user: User, person: Person, what: What, changes: RowChanges, event: Event | None, **said: Any
) -> PersonChange:
    here: Area = person.neighbourhood
    made = PersonChange.objects.create(
        person=person, neighbourhood=here, what=what, steps=changes.steps, by=user, **said
    )
    if event is not None:
        log(event, here, by=user)
    return made


def _tell(event: Event, made: PersonChange, person: Person) -> None:
    notify(event, made.neighbourhood, accounts_of(person.pk), once_per=key(made), url=reverse("register:me"))


def _end_ties(person: Person, on: date, changes: RowChanges) -> list[Any]:
    """Homes and titles; the co-owner who stays votes. Requests go, with the duty to answer them."""
    ended = []
    for model in (Residency, Ownership):
        rows: Any = model.objects.filter(person=person).exclude(status=RelationStatus.REFUSED)
        for tie in rows.select_related("dwelling").order_by("pk"):
            if tie.status == RelationStatus.REQUESTED:
                drop_request(changes, tie)
            elif tie.until is None or tie.until > on:
                changes.change(tie, until=max(on, tie.since))
                ended.append(tie)
                if model is Ownership and tie.is_voter:
                    _let_co_owner_vote(tie, changes)
    return ended


def _end_posts(person: Person, on: date, changes: RowChanges) -> list[Appointment]:
    """Posts, and acting for a company."""
    later = Q(until=None) | Q(until__gt=on)
    held = list(Appointment.objects.filter(later, person=person).select_related("area").order_by("pk"))
    for post in held:
        changes.change(post, until=max(on, post.since))
    for acting in Representative.objects.filter(person=person, until=None).order_by("pk"):
        changes.change(acting, until=max(on, acting.since))
    return held


def _let_co_owner_vote(title: Ownership, changes: RowChanges) -> None:
    left = Ownership.objects.filter(dwelling=title.dwelling_id, until=None, status=RelationStatus.VERIFIED)
    heir = left.order_by("pk").first()
    if heir is not None and not left.filter(is_voter=True).exists():
        changes.change(heir, is_voter=True)


def _heir(home: Dwelling, who: Identity | None, phone: str, whom: Whom) -> Person:
    if who is None or not who.real_name:
        raise NotPossible(_("Please say who succeeds: somebody who is known, or a name to enter."))
    known = whom.among(identity.candidates(home, who.real_name, phone))
    return known or Person.objects.create(
        real_name=who.real_name, phone=phone, adult_on=who.adult_on(home.building)
    )


def _require_no_title(heir: Person, home: Dwelling) -> None:
    held = Ownership.objects.filter(person=heir, dwelling=home, until=None)
    open_title = held.exclude(status=RelationStatus.REFUSED).first()
    if open_title is not None and open_title.status == RelationStatus.VERIFIED:
        raise NotPossible(_("This person owns the dwelling already."))
    if open_title is not None:
        raise NotPossible(
            _("This person has asked for the title. Please approve that request, with the day.")
        )
