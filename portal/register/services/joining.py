"""Coming to live or own somewhere, and leaving: requests, their approval, and what staff enter at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community import leaving, uniting
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
    Right,
    User,
)
from portal.community.permissions import forget_roles
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.events import RECORDED, REFUSED, VERIFIED
from portal.register.models import Replaced
from portal.register.permissions import RELATIONS, Tie, Ties, may_touch
from portal.register.services import accounts, answers, desk, identity, telling
from portal.register.services.identity import Identity
from portal.register.services.voters import checked_day, let_next_vote, titles_on, votes_from_now
from portal.register.states import LIFE, State

KINDS: dict[str, Ties] = {"residency": Residency, "ownership": Ownership}
MOST_REQUESTS = 5


@dataclass(frozen=True)
class Claim:
    """What somebody says about a dwelling."""

    living: bool
    owning: bool
    # Holds the tenancy of a public dwelling (公房承租人), which is no property.
    tenancy: bool = False
    # Which paper was looked at (`Shown`).
    shown: str = ""

    @property
    def models(self) -> list[Ties]:
        """The relations claimed. Raises NotPossible for none."""
        claimed: list[Ties] = [
            model for model, wanted in ((Residency, self.living), (Ownership, self.title)) if wanted
        ]
        if not claimed:
            raise NotPossible(_("Please say whether you live there or own it."))
        return claimed

    @property
    def title(self) -> bool:
        """Whether a title is claimed, of an owner or of a tenant of public housing. Raises NotPossible for both."""
        if self.owning and self.tenancy:
            raise NotPossible(_("Nobody owns a public dwelling they hold the tenancy of. Please choose one."))
        return self.owning or self.tenancy

    def kind(self, model: Ties) -> dict[str, Any]:
        """What kind of title it is, for the row of it."""
        right = Right.PUBLIC_TENANT if self.tenancy else Right.OWNER
        return {"right": right} if model is Ownership else {}


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
    return [request(person, dwelling, model, **claim.kind(model)) for model in claim.models]


@transaction.atomic
def request(person: Person, dwelling: Dwelling, model: Ties, **kind: Any) -> Tie:
    """One request, which the committee owes an answer. `kind`: of a title, what right it is (`Claim.kind`).

    Raises NotPossible for a second one, for what is verified already, for too many, and for a retired dwelling.
    """
    _check_in_use(dwelling)
    open_ties = model.objects.filter(person=person, until=None).exclude(status=RelationStatus.REFUSED)
    here = open_ties.filter(dwelling=dwelling).first()
    if here is not None and here.status == RelationStatus.VERIFIED:
        raise NotPossible(_("The committee has this already: nothing more to do."))
    if here is not None:
        raise NotPossible(_("You have asked for this already. The committee will look at it."))
    if open_ties.filter(status=RelationStatus.REQUESTED).count() >= MOST_REQUESTS:
        raise NotPossible(_("You have several requests waiting. Please wait for their answer first."))
    made = model.objects.create(person=person, dwelling=dwelling, method=Method.REQUEST, **kind)
    answers.open_duty(made)
    return made


@transaction.atomic
def withdraw(user: User, kind: str, pk: int) -> None:
    """Take one's own request back."""
    RELATIONS[kind].take(user, pk, "withdraw")
    answers.take_back(KINDS[kind].objects.filter(pk=pk))


@dataclass(frozen=True)
class Whom:
    """Which of the people known under a name somebody is: `known`, or with `another` none of them.

    Neither: it is taken for the one there is, and asked about where that is not sure.
    """

    known: Person | None = None
    another: bool = False

    def among(self, people: list[Person]) -> Person | None:
        """The one who is meant. Raises NotPossible where nobody has said and several could be."""
        if self.another or not people:
            return None
        if self.known is not None and self.known in people:
            return self.known
        if len(people) > 1:
            raise NotPossible(
                _(
                    "Several people of this name are known. Please say which of them it is, or that it is another."
                )
            )
        return people[0]


# Whoever is meant goes without saying.
PLAIN = Whom()


def known_at(dwelling: Dwelling, who: Identity, phone: str) -> list[Person]:
    """Whom somebody at the counter may be: a person known at the dwelling, or a company known in the place."""
    if who.company:
        return identity.companies(dwelling, who.real_name)
    return identity.candidates(dwelling, who.real_name, phone)


def known_for(relation: Tie) -> list[Person]:
    """Whom the register knows at a dwelling under the name of who asks, by name, or by name and proved phone."""
    account = User.objects.filter(person=relation.person_id).first()
    proved = account.phone if account and account.phone_verified else ""
    return identity.candidates(relation.dwelling, relation.person.real_name, proved, but=relation.person)


@transaction.atomic
def approve(
    user: User,
    kind: str,
    pk: int,
    *,
    replaces: bool = False,
    whom: Whom = PLAIN,
    on: date | None = None,
    shown: str = "",
) -> None:
    """Verify a request, from a day on (default today). `shown`: which paper was looked at.

    Who is known there under that name becomes one with who asks.

    Raises NotPossible where somebody of that name has an account already and `whom` does not say whether it is the
    same person. `replaces`: the title has changed hands, and the titles of the owners until now end that day.
    """
    relation: Tie = RELATIONS[kind].take(user, pk, "approve")
    day = checked_day(on)
    # Told while the request is still there: an account that becomes one with its person may leave none behind.
    answers.give(relation, VERIFIED, by=user)
    people = known_for(relation)
    known = whom.among(people)
    if known is not None:
        _make_one(user, known, relation, said=whom.known is not None)
        relation.person = known
    if replaces and isinstance(relation, Ownership):
        _end_titles(relation, day, by=user)
    _verify_left(user, relation, day, shown)
    _log_verified(relation, Method.REQUEST, by=user)


@transaction.atomic
def refuse(user: User, kind: str, pk: int, reason: str) -> None:
    """Turn a request down, with a reason that only its owner reads."""
    relation: Tie = RELATIONS[kind].take(user, pk, "refuse")
    decided: dict[str, Any] = {"reason": reason, "verified_at": clock.now(), "verified_by": user}
    advance(relation, State.REFUSED, life=LIFE, status=RelationStatus.REFUSED, **decided)
    answers.give(relation, REFUSED, by=user)
    log(RECORDED[kind]["refused"], relation.dwelling.building, by=user)


def verify(
    relation: Tie, method: Method, *, by: User | None, on: date | None = None, shown: str = ""
) -> None:
    """Let a relation, new or asked for, hold from a day (default today). A new title votes only where no owner does.

    Raises NotPossible for a retired dwelling.
    """
    _check_in_use(relation.dwelling)
    held: dict[str, Any] = {
        "status": RelationStatus.VERIFIED,
        "since": on or clock.today(),
        "method": method,
        "verified_at": clock.now(),
        "verified_by": by,
        "shown": shown,
    }
    if isinstance(relation, Ownership):
        held["is_voter"] = votes_from_now(relation)
    if relation.pk:
        advance(relation, State.VERIFIED, life=LIFE, **held)
    else:
        for name, value in held.items():
            setattr(relation, name, value)
        relation.save()


@transaction.atomic
def register(
    user: User,
    dwelling: Dwelling,
    claim: Claim,
    who: Identity,
    *,
    phone: str = "",
    whom: Whom = PLAIN,
    replaces: bool = False,
    on: date | None = None,
) -> Person:
    """Enter somebody at the counter, with or without a phone, from a day on (default today).

    A company can own and not live there: one owner, however many act for it. Raises NotPossible for one that lives.

    Whoever is verified there under that name, with or without an account, is the same person unless `whom` says
    otherwise; two clerks who enter the same human at once enter one. `replaces` as in `approve`.
    """
    desk.at_desk(user, dwelling.building, "people")
    Dwelling.objects.select_for_update(of=("self",)).get(pk=dwelling.pk)
    day = checked_day(on)
    if who.company and (claim.living or claim.tenancy):
        raise NotPossible(_("A company can own a dwelling here; who lives there is entered by name."))
    person = whom.among(known_at(dwelling, who, phone))
    if person is None:
        kind = PersonKind.COMPANY if who.company else PersonKind.NATURAL
        person = Person.objects.create(kind=kind, real_name=who.real_name)
    if not _proved(person):
        person.phone = phone or person.phone
    if person.kind == PersonKind.NATURAL:
        person.adult_on = person.adult_on or who.adult_on(dwelling.building)
    person.save(update_fields=["phone", "adult_on"])
    for model in claim.models:
        tie = model(person=person, dwelling=dwelling, **claim.kind(model))
        settle(user, tie, day, replaces=replaces, shown=claim.shown)
    return person


def settle(user: User, relation: Tie, day: date, *, replaces: bool = False, shown: str = "") -> None:
    """Enter what somebody holds from a day on, unless they hold it; a request for it that waits is answered by it."""
    held = type(relation).objects.filter(person=relation.person, dwelling=relation.dwelling, until=None)
    asked = held.exclude(status=RelationStatus.REFUSED).select_for_update(of=("self",)).first()
    if asked is not None and asked.status == RelationStatus.VERIFIED:
        return
    if replaces and isinstance(relation, Ownership):
        _end_titles(relation, day, by=user)
    if asked is not None:
        answers.give(asked, VERIFIED, by=user)
    verify(asked or relation, Method.COUNTER, by=user, on=day, shown=shown)
    _log_verified(asked or relation, Method.COUNTER, by=user)


@transaction.atomic
def leave(user: User, pk: int) -> None:
    """Say that one has moved out. A title ends only by the committee's hand."""
    home = RELATIONS["residency"].take(user, pk, "leave")
    advance(home, State.ENDED, life=LIFE, until=clock.today())
    leaving.hand_over(Leaving(home.person, home, by=user))
    forget_roles(user)


@transaction.atomic
def end(user: User, kind: str, pk: int, reason: str, *, on: date | None = None) -> None:
    """End a relation from a day on (default today), as when somebody moved or sold. The next co-owner votes then.

    Raises NotPossible for a day before it began.
    """
    relation: Tie = RELATIONS[kind].take(user, pk, "end")
    day = checked_day(on, relation.since)
    ended: dict[str, Any] = {"until": day, "reason": reason, "ended_at": clock.now()}
    advance(relation, State.ENDED, life=LIFE, **ended)
    if day <= clock.today():
        if isinstance(relation, Ownership) and relation.is_voter:
            let_next_vote(relation.dwelling)
        leaving.hand_over(Leaving(relation.person, relation, by=user))
    telling.ended([relation], day, by=user)
    log(RECORDED[kind]["ended"], relation.dwelling.building, by=user)


def _check_in_use(dwelling: Dwelling) -> None:
    if dwelling.retired_on is not None:
        raise NotPossible(_("This dwelling is not in the register any more. Please ask the committee."))


def _log_verified(relation: Tie, method: Method, *, by: User) -> None:
    """Nothing personal: the building is as near as the record comes."""
    event = RECORDED[answers.kind_of(relation)]["verified"]
    log(event, relation.dwelling.building, by=by, data={"method": method.value})


def _urgency(waiting: tuple[Tie, Duty | None]) -> datetime:
    relation, duty = waiting
    return duty.due_at if duty else relation.requested_at


def _end_titles(relation: Ownership, day: date, *, by: User) -> None:
    """The titles of the owners until now, and what the roster said of their living there; not the new owner's own."""
    held = titles_on(relation.dwelling).exclude(person=relation.person_id)
    latest = held.aggregate(latest=Max("since"))["latest"]
    checked_day(day, latest)
    people = list(held.values_list("person", flat=True))
    homes = Residency.objects.filter(
        person__in=people, dwelling=relation.dwelling, until=None, method=Method.ROSTER
    )
    homes = homes.filter(since__lte=day)
    ended: list[Tie] = [
        *homes.select_related("person", "dwelling"),
        *held.select_related("person", "dwelling"),
    ]
    _keep_way_back(relation, held, homes)
    homes.update(until=day)
    held.update(until=day)
    # What ends on a day to come is handed over on it (services.departures).
    for tie in ended if day <= clock.today() else []:
        tie.until = day
        leaving.hand_over(Leaving(tie.person, tie, by=by))
    telling.ended(ended, day, by=by)


def _keep_way_back(relation: Tie, held: QuerySet[Ownership], homes: QuerySet[Residency]) -> None:
    """What an approval replaced comes back with it; what the counter replaced, each by taking its end back."""
    if relation.pk is None:
        ended = {"reason": _("sold or inherited"), "ended_at": clock.now()}
        held.update(**ended)
        homes.update(**ended)
        return
    Replaced.objects.create(
        subject=key(relation),
        titles=list(held.values_list("pk", flat=True)),
        homes=list(homes.values_list("pk", flat=True)),
    )


def _make_one(user: User, known: Person, relation: Tie, *, said: bool) -> None:
    """Who asks and who is known become one. Of somebody with an account, or with a post, only who may say so."""
    if identity.has_account(known) and not said:
        raise NotPossible(
            _(
                "Somebody of this name is verified here and has an account. Please say whether it is the same person."
            )
        )
    may_touch(user, known)
    area, asking = relation.neighbourhood, relation.person
    account = User.objects.filter(person=asking).first()
    if account is not None:
        identity.unite(account, known, area, by=user)
    else:
        identity.join(uniting.Union(known, asking, user), area, account_of=known)


def _proved(person: Person) -> bool:
    return User.objects.filter(person=person, phone_verified=True, is_active=True).exists()


def _verify_left(user: User, relation: Tie, day: date, shown: str) -> None:
    """The request, where the person known did not hold what it asked for."""
    left = type(relation).objects.filter(pk=relation.pk, status=RelationStatus.REQUESTED).first()
    if left is not None:
        verify(left, Method.REQUEST, by=user, on=day, shown=shown)
