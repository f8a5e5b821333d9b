"""The roll on notice: objections, corrections with both totals on record, freezing, who was handed a ballot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Look, Ownership, Person, Post, Residency, Right, User
from portal.community.permissions import NEIGHBOUR, roles_in
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import finding, rolls
from portal.voting.models import (
    Ballot,
    Electorate,
    Mandate,
    RollCorrection,
    RollEntry,
    RollObjection,
    Served,
    Service,
    SetAside,
    Vote,
)
from portal.voting.news import ROLL_ANSWERED, ROLL_CHANGED
from portal.voting.outcome import NONE
from portal.voting.services.casting import set_aside
from portal.voting.services.telling import SYSTEM, locked, locked_for, note, tell, voters
from portal.voting.states import Phase

DUTY = "vote.roll_objection"
CHANGING = frozenset({Phase.COMING, Phase.OPEN})
# Where one delegate votes for a household.
BY_DWELLING = frozenset({Electorate.HOUSEHOLDS, Electorate.BUILDING})


@transaction.atomic
def object_to_roll(user: User, vote_pk: int, text: str) -> RollObjection:
    """Say that a posted roll is wrong, before the vote ends. The committee owes an answer.

    Raises PermissionDenied for others than verified neighbours and owners of the place, NotPossible after the
    end, and while one's earlier objection waits for its answer.
    """
    vote = locked(vote_pk)
    if roles_in(user, vote.neighbourhood).isdisjoint(NEIGHBOUR):
        raise PermissionDenied("object")
    _require_before_end(vote)
    if RollObjection.objects.filter(vote=vote, by=user, answered_at=None).exists():
        raise NotPossible(_("Your objection was received and waits for its answer."))
    objection = RollObjection.objects.create(vote=vote, by=user, text=text.strip(), at=clock.now())
    duties.open_duty(
        DUTY,
        objection,
        neighbourhood=vote.neighbourhood,
        title=vote.title,
        url=notice_url(vote),
        due=_answer_due(vote),
        post=Post.WORKER,
    )
    return objection


@transaction.atomic
def answer_objection(user: User, objection_pk: int, text: str) -> RollObjection:
    """Answer an objection, once. Only its writer and those who keep the roll read either."""
    objection = RollObjection.objects.select_for_update(of=("self",)).get(pk=objection_pk)
    vote = locked_for(user, objection.vote_id, "correct_roll")
    if objection.answered_at is not None:
        raise NotPossible(_("This objection was answered already."))
    objection.answer, objection.answered_by, objection.answered_at = text.strip(), user, clock.now()
    objection.save(update_fields=["answer", "answered_by", "answered_at"])
    duties.close(DUTY, objection, by=user)
    tell(ROLL_ANSWERED, vote, User.objects.filter(pk=objection.by_id))
    return objection


@transaction.atomic
def add_line(
    user: User, vote_pk: int, person: Person, reason: str, dwelling: Dwelling | None = None
) -> RollEntry:
    """Put somebody on the roll whom the register knows: an owner with the dwelling and its area, or a resident.

    Raises NotPossible where the register says otherwise, and where the person or the dwelling is on the roll.
    """
    vote = _changing(user, vote_pk)
    home = _home(vote, person, dwelling)
    _require_absent(vote, person, home)
    entry = _new_line(vote, person, home)
    _correct(vote, user, entry, None, reason)
    if vote.electorate == Electorate.OWNERS and vote.uncovered:
        vote.uncovered -= 1
        vote.uncovered_area = max(0, vote.uncovered_area - home.exclusive_area)
        vote.save(update_fields=["uncovered", "uncovered_area"])
    return entry


@transaction.atomic
def strike_line(user: User, entry_pk: int, reason: str) -> RollEntry:
    """Take a line off the roll, as where a flat stands twice. Its ballot is set aside; the line stays for the trace."""

    def strike(entry: RollEntry) -> None:
        entry.struck_at = clock.now()
        entry.save(update_fields=["struck_at"])
        drop_ballot(entry, SetAside.STRUCK)

    return _change(user, entry_pk, reason, strike)


@transaction.atomic
def change_area(user: User, entry_pk: int, area: int, reason: str) -> RollEntry:
    """Correct the floor area of a line (in hundredths of a square metre). Owners' votes only."""

    def change(entry: RollEntry) -> None:
        if not entry.vote.by_area or area <= 0:
            raise NotPossible(_("Please give the floor area in square metres, more than nothing."))
        entry.area = area
        entry.save(update_fields=["area"])

    return _change(user, entry_pk, reason, change)


@transaction.atomic
def change_voter(user: User, entry_pk: int, person: Person, reason: str) -> RollEntry:
    """Name another person for a line: the buyer of a sold flat, another co-owner, another delegate.

    A ballot cast stands until the new voter replaces it; mandates the former voter gave end, with what was cast
    under them. Totals stay as they are.
    """

    def change(entry: RollEntry) -> None:
        _require_named(entry, person)
        for mandate in Mandate.objects.filter(entry=entry, revoked_at=None):
            mandate.revoked_at = clock.now()
            mandate.save(update_fields=["revoked_at"])
            drop_ballot(entry, SetAside.REVOKED, mandate)
        entry.person = person
        entry.served = entry.served and rolls_reach(entry.vote, person)
        entry.save(update_fields=["person", "served"])

    return _change(user, entry_pk, reason, change)


@transaction.atomic
def freeze_roll(vote_pk: int) -> Vote:
    """Put the fingerprint and totals of a roll on record once its notice is over. Freezing twice changes nothing."""
    vote = locked(vote_pk)
    if vote.roll_sha256 or vote.roll_is_posted or vote.aborted_at is not None:
        return vote
    vote.roll_sha256 = rolls.fingerprint(vote)
    vote.save(update_fields=["roll_sha256"])
    note(vote, "vote.roll_frozen", SYSTEM, {**_sums(vote), "roll_sha256": vote.roll_sha256})
    return vote


@transaction.atomic
def serve(user: User, entry_pk: int, how: str, at: datetime, received_by: str) -> Service:
    """Keep how, when and into whose hands a ballot was given. From then on the line counts as served.

    Raises NotPossible after the end, and for a moment before the call or still to come.
    """
    vote = _changing(user, RollEntry.objects.values_list("vote", flat=True).get(pk=entry_pk), "paper")
    entry = RollEntry.objects.active().select_for_update(of=("self",)).get(pk=entry_pk)
    return _served(user, vote, [entry], how, at, lambda _entry: received_by.strip())[0]


@transaction.atomic
def serve_building(user: User, vote_pk: int, building: Area, how: str, at: datetime) -> int:
    """Keep that everybody of a building who was not served yet got a ballot into their own hands. Returns how many."""
    vote = _changing(user, vote_pk, "paper")
    lines = RollEntry.objects.active().filter(vote=vote, building=building, served=False)
    waiting = list(lines.select_for_update(of=("self",)).select_related("person").order_by("pk"))
    return len(_served(user, vote, waiting, how, at, lambda entry: entry.person.real_name))


def looked(user: User, vote: Vote, entries: Iterable[RollEntry]) -> None:
    """Keep that somebody read names and flats on a roll: one look a dwelling, for the auditor."""
    people = [entry.person_id for entry in entries]
    inside = Dwelling.objects.filter(building__path__startswith=vote.scope.path)
    owners = vote.electorate == Electorate.OWNERS
    tie = "ownerships__person__in" if owners else "residencys__person__in"
    reason = _("Roll of the vote “%(title)s”") % {"title": vote.title}
    Look.objects.bulk_create(
        Look(user=user, dwelling_id=pk, reason=reason[:200])
        for pk in inside.filter(**{tie: people}).values_list("pk", flat=True).distinct()
    )


def drop_ballot(entry: RollEntry, why: SetAside, mandate: Mandate | None = None) -> bool:
    """Set the ballot of a locked line aside without another in its place; with `mandate` only one cast under it."""
    ballot = Ballot.objects.filter(entry=entry).first()
    if ballot is None or (mandate is not None and ballot.mandate_id != mandate.pk):
        return False
    set_aside(ballot, why)
    ballot.delete()
    return True


def rolls_reach(vote: Vote, person: Person) -> bool:
    """Whether the call itself served somebody: by their account, unless silence counts; then a ballot must be given."""
    return vote.rule["silence"] == NONE and User.objects.filter(person=person, is_active=True).exists()


def notice_url(vote: Vote) -> str:
    """The page of the posted roll."""
    return reverse("voting:roll_notice", args=[vote.pk])


def _require_before_end(vote: Vote) -> None:
    if vote.phase not in CHANGING:
        raise NotPossible(
            _(
                "The vote is over, so its roll is not changed any more. Whoever holds the roll to be wrong can object "
                "to the result: to the residents' committee in writing, or before the court within one year."
            )
        )


def _changing(user: User, vote_pk: int, action: str = "correct_roll") -> Vote:
    vote = locked_for(user, vote_pk, action)
    _require_before_end(vote)
    return vote


def _answer_due(vote: Vote) -> Deadline:
    if vote.roll_is_posted:
        return Deadline(vote.frozen_at)
    return add_working_days(clock.now(), rule("voting.objection_days", vote.scope))


def _change(user: User, entry_pk: int, reason: str, change: Callable[[RollEntry], None]) -> RollEntry:
    """One correction of a standing line, under the locks of its vote and itself."""
    vote = _changing(user, RollEntry.objects.values_list("vote", flat=True).get(pk=entry_pk))
    lines = RollEntry.objects.select_for_update(of=("self",)).select_related("vote")
    entry = lines.filter(pk=entry_pk, struck_at=None).first()
    if entry is None:
        raise NotPossible(_("This line was taken off the roll already."))
    before = _says(entry)
    change(entry)
    _correct(vote, user, entry, before, reason)
    return entry


def _says(entry: RollEntry) -> dict[str, Any]:
    return {"person": entry.person_id, "area": entry.area, "where": entry.where}


def _sums(vote: Vote) -> dict[str, int]:
    return {"heads": vote.heads, "area": vote.area}


def _correct(vote: Vote, user: User, entry: RollEntry, before: dict[str, Any] | None, reason: str) -> None:
    """Sum the roll again, keep what changed and why; the public record gets both totals and no name."""
    if not reason.strip():
        raise NotPossible(_("Please say why the roll is changed."))
    old = _sums(vote)
    RollCorrection.objects.create(
        vote=vote,
        entry=entry,
        before=before,
        after=None if entry.struck_at else _says(entry),
        **old,
        reason=reason.strip(),
        by=user,
        at=clock.now(),
    )
    found = RollEntry.objects.active().filter(vote=vote).aggregate(heads=Count("pk"), area=Sum("area"))
    vote.heads, vote.area = found["heads"], found["area"] or 0
    vote.save(update_fields=["heads", "area"])
    data = {"before": old, "after": _sums(vote), "roll_sha256": rolls.fingerprint(vote)}
    note(vote, "vote.roll_corrected", user, data)
    if not vote.roll_is_posted:
        tell(ROLL_CHANGED, vote, voters(vote))


def _home(vote: Vote, person: Person, dwelling: Dwelling | None) -> Dwelling:
    """The dwelling in scope by which the register ties a person to a vote."""
    if vote.electorate == Electorate.OWNERS:
        found = Ownership.objects.on(clock.today()).filter(person=person, right=Right.OWNER)
        ties: Any = found.in_area(vote.scope)
    else:
        ties = Residency.objects.on(clock.today()).filter(person=person).in_area(vote.scope)
        if not person.is_adult(clock.day_of(vote.opens_at)):
            raise NotPossible(_("The register does not know this person as 18 or older."))
    if dwelling is not None:
        ties = ties.filter(dwelling=dwelling)
    tie = ties.select_related("dwelling__building").order_by("pk").first()
    if tie is None:
        raise NotPossible(
            _(
                "The register ties this person to no dwelling that is asked. Please correct the register first."
            )
        )
    home: Dwelling = tie.dwelling
    return home


def _require_absent(vote: Vote, person: Person, home: Dwelling) -> None:
    lines = RollEntry.objects.active().filter(vote=vote)
    taken = lines.filter(dwelling=home) if vote.electorate in BY_DWELLING else lines.filter(person=person)
    if vote.electorate == Electorate.OWNERS:
        owners = Ownership.objects.on(clock.today()).filter(dwelling=home, right=Right.OWNER)
        flat = Q(person__in=owners.values("person"), where__contains=finding.flat(home))
        taken = lines.filter(Q(person=person) | flat)
    found = taken.first()
    if found is not None:
        raise NotPossible(
            _("This person or flat is on the roll already, under %(code)s: please correct that line.")
            % {"code": found.label}
        )


def _new_line(vote: Vote, person: Person, home: Dwelling) -> RollEntry:
    """A new line, or the one of the same person or dwelling that was taken off before."""
    dwelling = home if vote.electorate in BY_DWELLING else None
    same = Q(dwelling=dwelling) if dwelling else Q(person=person, dwelling=None)
    last = vote.roll.aggregate(last=Max("number"))["last"] or 0
    entry = vote.roll.filter(same).first() or RollEntry(vote=vote, dwelling=dwelling, number=last + 1)
    entry.person, entry.building, entry.where, entry.struck_at = (
        person,
        home.building,
        finding.flat(home),
        None,
    )
    entry.area = home.exclusive_area if vote.electorate == Electorate.OWNERS and not vote.secret else 0
    entry.served = rolls_reach(vote, person)
    entry.save()
    return entry


def _require_named(entry: RollEntry, person: Person) -> None:
    """The new voter belongs to the line by the register, and is on the roll with no other."""
    if entry.vote.electorate not in BY_DWELLING | {Electorate.OWNERS}:
        raise NotPossible(
            _("This line is the person's own: please take it off, or add the one who is missing.")
        )
    _home(entry.vote, person, entry.dwelling)
    if entry.dwelling_id is None and entry.vote.roll.filter(person=person).exists():
        raise NotPossible(_("This person is on the roll with a line of their own."))
    if not finding.could_be_named(entry).filter(pk=person.pk).exists():
        raise NotPossible(_("The register does not name this person as an owner of these flats."))


def _served(
    user: User,
    vote: Vote,
    entries: list[RollEntry],
    how: str,
    at: datetime,
    received_by: Callable[[RollEntry], str],
) -> list[Service]:
    if not vote.called_at <= at <= clock.now():
        raise NotPossible(_("Please give a day and time between the call of the vote and now."))
    rows = Service.objects.bulk_create(
        Service(
            entry=entry,
            how=Served(how),
            at=at,
            received_by=received_by(entry)[:60],
            recorded_by=user,
            recorded_at=clock.now(),
        )
        for entry in entries
    )
    RollEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(served=True)
    return rows
