"""Coming to live or own somewhere, and leaving: requests, their approval, and what staff enter at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community import leaving
from portal.community.leaving import Leaving
from portal.community.models import (
    Area,
    Dwelling,
    Method,
    Ownership,
    Person,
    PersonKind,
    RelationStatus,
    Residency,
    User,
)
from portal.community.permissions import forget_roles
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.events import RECORDED, REFUSED, VERIFIED, VOTER_NAMED
from portal.register.models import Replaced
from portal.register.permissions import RELATIONS, Tie, Ties
from portal.register.services import accounts, answers, desk, identity
from portal.register.services.identity import Identity
from portal.register.states import LIFE, State

KINDS: dict[str, Ties] = {"residency": Residency, "ownership": Ownership}
MOST_REQUESTS = 5


@dataclass(frozen=True)
class Claim:
    """What somebody says about a dwelling."""

    living: bool
    owning: bool

    @property
    def models(self) -> list[Ties]:
        """The relations claimed. Raises NotPossible for none."""
        claimed: list[Ties] = [
            model for model, wanted in ((Residency, self.living), (Ownership, self.owning)) if wanted
        ]
        if not claimed:
            raise NotPossible(_("Please say whether you live there or own it."))
        return claimed


def waiting_requests(neighbourhood: Area) -> list[tuple[Tie, Duty | None]]:
    """Requests that wait for the committee with the duty to answer them, the most urgent first; three queries."""
    owed = answers.owed(neighbourhood=neighbourhood)
    waiting: list[tuple[Tie, Duty | None]] = [
        (relation, owed.get(key(relation)))
        for model in KINDS.values()
        for relation in model.objects.in_area(neighbourhood)
        .filter(status=RelationStatus.REQUESTED)
        .select_related("person__user", "dwelling__building")
    ]
    return sorted(waiting, key=_urgency)


@transaction.atomic
def ask(user: User, dwelling: Dwelling, claim: Claim, who: Identity) -> list[Tie]:
    """Ask to be verified as living in or owning a dwelling. Nothing is public until staff have approved."""
    person = user.person or accounts.introduce(user, user.username)
    identity.tell(person, who, dwelling.building)
    return [request(person, dwelling, model) for model in claim.models]


@transaction.atomic
def request(person: Person, dwelling: Dwelling, model: Ties) -> Tie:
    """One request, which the committee owes an answer.

    Raises NotPossible for a second one, for what is verified already, and for too many.
    """
    open_ties = model.objects.filter(person=person, until=None).exclude(status=RelationStatus.REFUSED)
    here = open_ties.filter(dwelling=dwelling).first()
    if here is not None and here.status == RelationStatus.VERIFIED:
        raise NotPossible(_("The committee has this already: nothing more to do."))
    if here is not None:
        raise NotPossible(_("You have asked for this already. The committee will look at it."))
    if open_ties.filter(status=RelationStatus.REQUESTED).count() >= MOST_REQUESTS:
        raise NotPossible(_("You have several requests waiting. Please wait for their answer first."))
    made = model.objects.create(person=person, dwelling=dwelling, method=Method.REQUEST)
    answers.open_duty(made)
    return made


@transaction.atomic
def withdraw(user: User, kind: str, pk: int) -> None:
    """Take one's own request back."""
    RELATIONS[kind].take(user, pk, "withdraw")
    answers.take_back(KINDS[kind].objects.filter(pk=pk))


@transaction.atomic
def approve(user: User, kind: str, pk: int, *, replaces: bool = False) -> None:
    """Verify a request. Where the roster knows that name at the dwelling, account and roster's person become one.

    `replaces`: the title has changed hands, and the titles of the owners until now end today.
    """
    relation: Tie = RELATIONS[kind].take(user, pk, "approve")
    # Told while the request is still there: an account that becomes one with its person may leave none behind.
    answers.give(relation, VERIFIED, by=user)
    known = identity.registered(relation.dwelling, relation.person.real_name)
    account = User.objects.filter(person=relation.person_id).first()
    if known is not None and account is not None:
        identity.unite(account, known)
        _verify_left(user, known, relation)
    else:
        if replaces and isinstance(relation, Ownership):
            _end_titles(relation, user)
        verify(relation, Method.REQUEST, by=user)
    _log_verified(relation, Method.REQUEST, by=user)


@transaction.atomic
def refuse(user: User, kind: str, pk: int, reason: str) -> None:
    """Turn a request down, with a reason that only its owner reads."""
    relation: Tie = RELATIONS[kind].take(user, pk, "refuse")
    decided: dict[str, Any] = {"reason": reason, "verified_at": clock.now(), "verified_by": user}
    advance(relation, State.REFUSED, life=LIFE, status=RelationStatus.REFUSED, **decided)
    answers.give(relation, REFUSED, by=user)
    log(RECORDED[kind]["refused"], relation.dwelling.building, by=user)


def verify(relation: Tie, method: Method, *, by: User | None) -> None:
    """Let a relation, new or asked for, hold from today. A new title votes only where the dwelling has no voter."""
    held: dict[str, Any] = {
        "status": RelationStatus.VERIFIED,
        "since": clock.today(),
        "method": method,
        "verified_at": clock.now(),
        "verified_by": by,
    }
    if isinstance(relation, Ownership):
        held["is_voter"] = not _titles(relation.dwelling).filter(is_voter=True).exists()
    if relation.pk:
        advance(relation, State.VERIFIED, life=LIFE, **held)
    else:
        for name, value in held.items():
            setattr(relation, name, value)
        relation.save()


@transaction.atomic
def register(user: User, dwelling: Dwelling, claim: Claim, who: Identity, *, phone: str = "") -> Person:
    """Enter somebody at the counter, with or without a phone. The same name at the dwelling is the same person."""
    desk.at_desk(user, dwelling.building, "people")
    person = identity.registered(dwelling, who.real_name) or Person.objects.create(
        kind=PersonKind.NATURAL, real_name=who.real_name
    )
    person.phone = phone or person.phone
    person.adult_on = person.adult_on or who.adult_on(dwelling.building)
    person.save(update_fields=["phone", "adult_on"])
    for model in claim.models:
        if not model.objects.on(clock.today()).filter(person=person, dwelling=dwelling).exists():
            relation = model(person=person, dwelling=dwelling)
            verify(relation, Method.COUNTER, by=user)
            _log_verified(relation, Method.COUNTER, by=user)
    return person


@transaction.atomic
def leave(user: User, pk: int) -> None:
    """Say that one has moved out. A title ends only by the committee's hand."""
    home = RELATIONS["residency"].take(user, pk, "leave")
    advance(home, State.ENDED, life=LIFE, until=clock.today())
    leaving.hand_over(Leaving(home.person, home, by=user))
    forget_roles(user)


@transaction.atomic
def end(user: User, kind: str, pk: int, reason: str) -> None:
    """End a relation today, as when somebody moved, sold or died. The next co-owner becomes the voter."""
    relation: Tie = RELATIONS[kind].take(user, pk, "end")
    advance(relation, State.ENDED, life=LIFE, until=clock.today(), reason=reason)
    if isinstance(relation, Ownership) and relation.is_voter:
        heir = _titles(relation.dwelling).order_by("pk").first()
        if heir is not None:
            let_vote(heir)
    leaving.hand_over(Leaving(relation.person, relation, by=user))
    log(RECORDED[kind]["ended"], relation.dwelling.building, by=user)


@transaction.atomic
def name_voter(user: User, pk: int) -> None:
    """Co-owners have named one of them as the voter (judicial interpretation on owners, one vote a dwelling)."""
    title = RELATIONS["ownership"].take(user, pk, "name_voter")
    let_vote(title)
    log(VOTER_NAMED, title.dwelling.building, by=user)


def _log_verified(relation: Tie, method: Method, *, by: User) -> None:
    """Nothing personal: the building is as near as the record comes."""
    event = RECORDED[answers.kind_of(relation)]["verified"]
    log(event, relation.dwelling.building, by=by, data={"method": method.value})


def _urgency(waiting: tuple[Tie, Duty | None]) -> datetime:
    relation, duty = waiting
    return duty.due_at if duty else relation.requested_at


def let_vote(title: Ownership) -> None:
    """Let one of the co-owners vote for the dwelling, instead of whoever did."""
    _titles(title.dwelling).exclude(pk=title.pk).update(is_voter=False)
    title.is_voter = True
    title.save(update_fields=["is_voter"])


def _titles(dwelling: Dwelling) -> QuerySet[Ownership]:
    return Ownership.objects.filter(dwelling=dwelling, until=None, status=RelationStatus.VERIFIED)


def _end_titles(relation: Ownership, by: User) -> None:
    held = _titles(relation.dwelling)
    people = list(held.values_list("person", flat=True))
    homes = Residency.objects.filter(
        person__in=people, dwelling=relation.dwelling, until=None, method=Method.ROSTER
    )
    ended: list[Tie] = [
        *homes.select_related("person", "dwelling"),
        *held.select_related("person", "dwelling"),
    ]
    Replaced.objects.create(
        subject=key(relation),
        titles=list(held.values_list("pk", flat=True)),
        homes=list(homes.values_list("pk", flat=True)),
    )
    homes.update(until=clock.today())
    held.update(until=clock.today())
    for tie in ended:
        tie.until = clock.today()
        leaving.hand_over(Leaving(tie.person, tie, by=by))


def _verify_left(user: User, known: Person, relation: Tie) -> None:
    """The request, where the person known from the roster did not hold what it asked for."""
    left = type(relation).objects.filter(pk=relation.pk, person=known).first()
    if left is not None:
        verify(left, Method.REQUEST, by=user)
