"""The roll on notice: objections, corrections with both totals on record, freezing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import announce, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import Dwelling, Ownership, Person, Post, Residency, Right, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.record.services import key
from portal.voting import finding, rolls
from portal.voting.events import ROLL_ANSWERED, ROLL_CORRECTED, ROLL_FROZEN, ROLL_LINE
from portal.voting.hooks import barred
from portal.voting.models import (
    Ballot,
    Electorate,
    Mandate,
    RollCorrection,
    RollEntry,
    RollObjection,
    SetAside,
    Vote,
)
from portal.voting.outcome import NONE
from portal.voting.permissions import LINES, OBJECTIONS, ROLL_FINAL, VOTES
from portal.voting.selectors import voters
from portal.voting.services.casting import set_aside
from portal.voting.services.settling import bring_back
from portal.voting.states import BEFORE_END, LineState, MandateState, ObjectionState

DUTY = "vote.roll_objection"
# Where one delegate votes for a household.
BY_DWELLING = frozenset({Electorate.HOUSEHOLDS, Electorate.BUILDING})


@transaction.atomic
def object_to_roll(user: User, vote_pk: int, text: str) -> RollObjection:
    """Say that a posted roll is wrong, before the vote ends. The committee owes an answer.

    Raises PermissionDenied for others than verified neighbours and owners of the place, NotPossible after the
    end, and while one's earlier objection waits for its answer.
    """
    vote = VOTES.take(user, vote_pk, "object")
    if RollObjection.objects.filter(vote=vote, by=user, answered_at=None).exists():
        raise NotPossible(_("Your objection was received and waits for its answer."))
    objection = RollObjection.objects.create(vote=vote, by=user, text=text.strip(), at=clock.now())
    duties.open_duty(DUTY, objection, due=_answer_due(vote), post=Post.WORKER)
    return objection


@transaction.atomic
def answer_objection(user: User, objection_pk: int, text: str) -> RollObjection:
    """Answer an objection, once. Only its writer and those who keep the roll read either."""
    objection = OBJECTIONS.take(user, objection_pk, "answer")
    answered: dict[str, Any] = {"answer": text.strip(), "answered_by": user, "answered_at": clock.now()}
    advance(objection, ObjectionState.ANSWERED, **answered)
    duties.close(DUTY, objection, by=user)
    notify(ROLL_ANSWERED, objection, [objection.by], once_per=key(objection))
    return objection


@transaction.atomic
def add_line(
    user: User, vote_pk: int, person: Person, reason: str, dwelling: Dwelling | None = None
) -> RollEntry:
    """Put somebody on the roll whom the register knows: an owner with all their dwellings in scope, or a resident.

    Whoever was taken off comes back as before: with the same code, area and ballot. Raises NotPossible where the
    register says otherwise, and where the person or a dwelling is on the roll.
    """
    vote = VOTES.take(user, vote_pk, "add")
    if person.pk in barred(vote):
        raise NotPossible(_("This person works for whom the vote judges, and has no ballot."))
    struck = _struck(vote, person, dwelling)
    if struck is not None:
        _require_free(struck)
        return _correct(user, _put_back(struck), None, reason)
    home = _home(vote, person, dwelling)
    _require_absent(vote, person, home)
    homes = rolls.homes(vote, person) if vote.electorate == Electorate.OWNERS else [home]
    return _correct(user, _new_line(vote, person, homes or [home]), None, reason, homes)


@transaction.atomic
def strike_line(user: User, entry_pk: int, reason: str) -> RollEntry:
    """Take a line off the roll, as where a flat stands twice. Its ballot is set aside; the line stays for the trace."""
    entry = LINES.take(user, entry_pk, "strike")
    before = line_says(entry)
    advance(entry, LineState.STRUCK, struck_at=clock.now())
    drop_ballot(entry, SetAside.STRUCK)
    return _correct(user, entry, before, reason)


@transaction.atomic
def put_back_line(user: User, entry_pk: int, reason: str) -> RollEntry:
    """Put a line that was taken off back as it was: with the same code, area and ballot.

    Raises NotPossible once the vote has ended, and where its person or a flat stands on another line meanwhile.
    """
    entry = LINES.take(user, entry_pk, "put_back")
    if entry.vote.phase not in BEFORE_END:
        raise NotPossible(str(ROLL_FINAL))
    _require_free(entry)
    return _correct(user, _put_back(entry), None, reason)


@transaction.atomic
def change_area(user: User, entry_pk: int, area: int, reason: str) -> RollEntry:
    """Correct the floor area of a line (in hundredths of a square metre). Owners' votes only."""
    entry = LINES.take(user, entry_pk, "area")
    before = line_says(entry)
    if not entry.vote.by_area or area <= 0:
        raise NotPossible(_("Please give the floor area in square metres, more than nothing."))
    entry.area = area
    entry.save(update_fields=["area"])
    return _correct(user, entry, before, reason)


@transaction.atomic
def change_voter(user: User, entry_pk: int, person: Person, reason: str) -> RollEntry:
    """Name another person for a line: the buyer of a sold flat, another co-owner, another delegate.

    A ballot cast stands until the new voter replaces it; mandates the former voter gave end, with what was cast
    under them. Totals stay as they are.
    """
    entry = LINES.take(user, entry_pk, "voter")
    before = line_says(entry)
    _require_named(entry, person)
    for mandate in entry.mandates.filter(revoked_at=None):
        end_mandate(entry, mandate)
    entry.person = person
    entry.served = entry.served and rolls_reach(entry.vote, person)
    entry.save(update_fields=["person", "served"])
    return _correct(user, entry, before, reason)


@transaction.atomic
def freeze_roll(vote_pk: int) -> Vote:
    """Put the fingerprint and totals of a roll on record once its notice is over. Freezing twice changes nothing."""
    vote = Vote.objects.locked(vote_pk)
    if vote.roll_sha256 or vote.roll_is_posted or vote.aborted_at is not None:
        return vote
    vote.roll_sha256 = rolls.fingerprint(vote)
    vote.save(update_fields=["roll_sha256"])
    log(ROLL_FROZEN, vote, data={**sums(vote), "roll_sha256": vote.roll_sha256})
    return vote


def end_mandate(entry: RollEntry, mandate: Mandate) -> bool:
    """End a mandate of a locked line, with the ballot cast under it. Returns whether there was one."""
    advance(mandate, MandateState.ENDED, revoked_at=clock.now())
    return drop_ballot(entry, SetAside.REVOKED, mandate)


def drop_ballot(entry: RollEntry, why: SetAside, mandate: Mandate | None = None) -> bool:
    """Set the ballot of a locked line aside without another in its place; with `mandate` only one cast under it."""
    ballot = Ballot.objects.filter(entry=entry).first()
    if ballot is None or (mandate is not None and ballot.mandate_id != mandate.pk):
        return False
    # Only a line that is struck comes back, and its ballot with it.
    set_aside(ballot, why, whole=why is SetAside.STRUCK)
    ballot.delete()
    return True


def rolls_reach(vote: Vote, person: Person) -> bool:
    """Whether the call itself served somebody: by their account, unless silence counts; then a ballot must be given."""
    return vote.rule["silence"] == NONE and User.objects.filter(person=person, is_active=True).exists()


def _answer_due(vote: Vote) -> Deadline:
    if vote.roll_is_posted:
        return Deadline(vote.frozen_at)
    return add_working_days(clock.now(), rule("voting.objection_days", vote.scope))


def line_says(entry: RollEntry) -> dict[str, Any]:
    """What a correction keeps of a line."""
    return {"person": entry.person_id, "area": entry.area, "where": entry.where}


def sums(vote: Vote) -> dict[str, int]:
    """The totals of a roll as they stand."""
    return {"heads": vote.heads, "area": vote.area}


def _correct(
    user: User,
    entry: RollEntry,
    before: dict[str, Any] | None,
    reason: str,
    homes: Sequence[Dwelling] = (),
) -> RollEntry:
    """Sum the roll again, keep what changed and why; the public record gets both totals and no name.

    `homes`: what a new line of an owners' roll stands for.
    """
    if blank(reason):
        raise NotPossible(_("Please say why the roll is changed."))
    vote = entry.vote
    old = sums(vote)
    correction = RollCorrection.objects.create(
        vote=vote,
        entry=entry,
        before=before,
        after=None if entry.struck_at else line_says(entry) | _noted(vote, homes),
        **old,
        reason=reason.strip(),
        by=user,
        at=clock.now(),
    )
    found = RollEntry.objects.active().filter(vote=vote).aggregate(heads=Count("pk"), area=Sum("area"))
    vote.heads, vote.area = found["heads"], found["area"] or 0
    vote.uncovered, vote.uncovered_area = rolls.uncovered(vote)
    vote.save(update_fields=["heads", "area", "uncovered", "uncovered_area"])
    publish_sums(user, vote, old)
    # Whoever stands on the line, or stood on it, is told beside all others: each correction is its own news.
    concerned = accounts_of(entry.person_id, (before or {}).get("person"))
    page = reverse("voting:roll_notice", args=[vote.pk])
    notify(ROLL_LINE, vote, concerned, once_per=f"{key(vote)}:{correction.pk}", url=page)
    return entry


def _noted(vote: Vote, homes: Sequence[Dwelling]) -> dict[str, Any]:
    owners = vote.electorate == Electorate.OWNERS and homes
    return {"homes": [home.pk for home in homes]} if owners else {}


def publish_sums(user: User | str, vote: Vote, old: dict[str, int]) -> None:
    """A roll was changed: both totals in the record; after the freezing all voters are told."""
    data = {"before": old, "after": sums(vote), "roll_sha256": rolls.fingerprint(vote)}
    told = voters(vote) if not vote.roll_is_posted else ()
    announce(ROLL_CORRECTED, vote, by=user, to=told, data=data)


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
    found = taken.first()
    if found is None and vote.electorate == Electorate.OWNERS and not rolls.homes(vote, person):
        found = lines.filter(where__contains=finding.flat(home)).first()
        raise _on_roll(found.label if found else finding.flat(home))
    if found is not None:
        raise _on_roll(found.label)


def _on_roll(code: str) -> NotPossible:
    return NotPossible(
        _("This person or flat is on the roll already, under %(code)s: please correct that line.")
        % {"code": code}
    )


def _struck(vote: Vote, person: Person, dwelling: Dwelling | None) -> RollEntry | None:
    """The line of this very person that was taken off before."""
    lines = vote.roll.filter(person=person).exclude(struck_at=None)
    if dwelling is not None and vote.electorate in BY_DWELLING:
        lines = lines.filter(dwelling=dwelling)
    return lines.select_related("vote__scope", "person").first()


def _require_free(struck: RollEntry) -> None:
    """What a line stood for that comes back stands meanwhile on no other, nor does its voter."""
    vote, lines = struck.vote, struck.vote.roll.active()
    if vote.electorate == Electorate.OWNERS:
        twice = Dwelling.objects.filter(rolls.covered(vote, struck)).filter(rolls.covered(vote))
        taken = next((finding.flat(home) for home in twice.select_related("building")[:1]), "")
    else:
        own = lines.filter(person=struck.person_id, dwelling=struck.dwelling_id)
        taken = next((entry.label for entry in own[:1]), "")
    if taken:
        raise _on_roll(taken)


def _put_back(struck: RollEntry) -> RollEntry:
    """The line as it was, with the ballot that was set aside when it was taken off."""
    since = struck.struck_at
    advance(struck, LineState.ACTIVE, struck_at=None)
    kept = struck.set_aside.filter(why=SetAside.STRUCK, at__gte=since, restored_at=None).first()
    if kept is not None:
        bring_back(struck, kept)
    return struck


def _new_line(vote: Vote, person: Person, homes: Sequence[Dwelling]) -> RollEntry:
    """A new line, or that of the same dwelling which was taken off when another stood for it."""
    dwelling = homes[0] if vote.electorate in BY_DWELLING else None
    weighs = vote.electorate == Electorate.OWNERS and not vote.secret
    values: dict[str, Any] = {
        "person": person,
        "building": homes[0].building,
        "where": finding.flats(homes),
        "area": sum(home.exclusive_area for home in homes) if weighs else 0,
        "served": rolls_reach(vote, person),
    }
    struck = vote.roll.filter(dwelling=dwelling).first() if dwelling else None
    if struck is not None:
        advance(struck, LineState.ACTIVE, struck_at=None, **values)
        return struck
    last = vote.roll.aggregate(last=Max("number"))["last"] or 0
    return vote.roll.create(dwelling=dwelling, number=last + 1, **values)


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
        raise NotPossible(
            _(
                "This line stands for flats that the register does not all name as this person's. Who owned them on "
                "the day of the call votes for all of them."
            )
        )
