"""A vote in the hall: opened from a meeting in session, open for minutes, closed by a clerk, counted at once.

Phones, raised hands and papers are ballots of one roll. Who was present when it was opened is written down with it
(`Voice`), and nothing of that, of the mandates or of the rule changes until it is closed, nor afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community.models import Area, Person, User
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.search import services as search
from portal.voting import hall, papers, rolls
from portal.voting.events import HALL_CLOSED, HALL_OPENED
from portal.voting.models import (
    HALL,
    Channel,
    Choice,
    Electorate,
    HallRoll,
    Mandate,
    MandateKind,
    RollEntry,
    Voice,
    Vote,
)
from portal.voting.outcome import NONE
from portal.voting.permissions import VOTES, may_call
from portal.voting.selectors import voices
from portal.voting.services import gate, moments
from portal.voting.services.counting import count
from portal.voting.services.paper import confirm, line_of, next_sheet, note_done, note_first, require_entry
from portal.voting.states import Phase


@dataclass(frozen=True)
class Proxy:
    """Who votes for an absent person, and which account saw the written mandate when."""

    principal: Person
    holder: Person
    seen_by: User
    seen_at: datetime


@dataclass(frozen=True)
class Motion:
    """What a meeting is asked: `subject` is the key of the meeting, `repeats` the vote that is held once more.

    `electorate`: whom the roll is made of, named seats where nothing else is said. `rule`: the key of the rule;
    `of_present`: it asks for a share of those present, so that whoever is here and does not vote has taken part.
    """

    neighbourhood: Area
    scope: Area
    subject: str
    subject_url: str
    title: str
    explanation: str = ""
    repeats: Vote | None = None
    electorate: Electorate = Electorate.PANEL
    rule: str = "hall.majority"
    of_present: bool = False


@transaction.atomic
def open_in_hall(
    user: User,
    motion: Motion,
    *,
    body: Sequence[Person],
    present: Collection[int],
    proxies: Collection[Proxy] = (),
) -> Vote:
    """Open a signed vote now, for `hall.minutes` at most: its roll is the `body`, a voice have those `present`.

    `present` are keys of persons. A mandate counts if its holder is present and its principal is not. Of residents or
    households the roll is that of the register, and a household's voice is that of whoever of it is present. Where
    the place's rule `hall.roll` says "present", only those seats are on the roll that have a voice; not `of_present`.
    Raises PermissionDenied for others than those who call votes of a panel; NotPossible where nobody is present,
    one is open, or the repeated vote is not one of this meeting that was closed.
    """
    if not may_call(user, motion.neighbourhood, motion.electorate):
        raise PermissionDenied("open_in_hall")
    _require_free(motion)
    valid = [one for one in proxies if one.holder.pk in present and one.principal.pk not in present]
    vote = _made(user, motion)
    if not rolls.draw(vote, _asked(motion, body, {*present, *(one.principal.pk for one in valid)})):
        raise NotPossible(_("Nobody is noted as present, so nobody could vote."))
    rolls.seat_those_here(vote, present)
    _give_voices(vote, set(present), valid)
    vote.roll_sha256 = rolls.fingerprint(vote)
    vote.save(update_fields=["roll_sha256"])
    search.index(vote)
    _announce_opening(user, vote)
    return vote


@transaction.atomic
def raise_hands(user: User, vote_pk: int, hands: Mapping[int, str]) -> Vote:
    """Note raised hands, by the number of each line: choices of a motion. A second person reads all of them again.

    Raises NotPossible for a line without a voice, or one whose hand or paper waits already.
    """
    vote = VOTES.take(user, vote_pk, "raise_hands")
    require_entry(vote)
    if not hands:
        raise NotPossible(_("No hand is noted. Please say for at least one seat what was raised."))
    sheet, now = next_sheet(vote), clock.now()
    for place, number in enumerate(sorted(hands)):
        entry = line_of(vote, str(number))
        note_first(
            user, vote, entry, hands[number], channel=Channel.HALL, received_at=now, sheet=sheet + place
        )
    return vote


@transaction.atomic
def check_hands(user: User, vote_pk: int, hands: Mapping[int, str]) -> Vote:
    """Another person's own reading of the hands, by the number of each line. What both saw alike is taken.

    Where they differ a third person decides. Raises NotPossible for whoever noted them first.
    """
    vote = VOTES.take(user, vote_pk, "check_hands")
    waiting = {paper.entry.number: paper for paper in hall.to_check(vote, user) if paper.entry}
    if not hands or not set(hands) <= set(waiting):
        raise NotPossible(_("Somebody checked these hands meanwhile. Please look at the list again."))
    for number in sorted(hands):
        confirm(user, waiting[number].pk, hands[number])
    return vote


@transaction.atomic
def close_in_hall(user: User, vote_pk: int) -> Vote:
    """End a vote in the hall, for good, and count it at once.

    It is counted later only where a third person still has to decide about a hand or a paper. Raises NotPossible
    while something is read once only: it can be checked in the room.
    """
    vote = VOTES.take(user, vote_pk, "close")
    # A ballot is now either finished, or finds the vote closed.
    gate.shut(vote.pk)
    now = require_checked(vote)
    at = clock.now()
    advance(vote, Phase.CLOSED, ended_at=at, closes_at=max(at, vote.opens_at + timedelta(seconds=1)))
    log(HALL_CLOSED, vote, by=user, data={"voted": vote.ballots.count(), "asked": vote.heads})
    if papers.expected(vote) and not now.open:
        vote.paper_done_at = at
        vote.save(update_fields=["paper_done_at"])
        note_done(user, vote, now)
    return vote if papers.missing(vote) else count(vote.pk)


def _require_free(motion: Motion) -> None:
    # Those whose minutes are over are closed, whether the periodic work has seen it or not.
    moments.end_votes()
    held = Vote.objects.filter(matter=HALL, subject=motion.subject)
    if held.filter(ended_at=None).exists():
        raise NotPossible(_("A vote of this meeting is open. Please close it first."))
    if motion.repeats and not held.filter(pk=motion.repeats.pk).exists():
        raise NotPossible(_("Only a vote of this meeting can be held once more."))


def _made(user: User, motion: Motion) -> Vote:
    now, scope = clock.now(), motion.scope
    given = vars(motion) | {"rule": hall.rule_of(scope, motion.rule, of_present=motion.of_present)}
    del given["of_present"]
    return Vote.objects.create(
        **given,
        matter=HALL,
        options=list(Choice.values),
        duplicates=rule("voting.duplicates", scope),
        called_at=now,
        frozen_at=now,
        opens_at=now,
        closes_at=now + timedelta(minutes=rule("hall.minutes", scope)),
        # Who sits in the hall needs no reminder before the end.
        reminded_at=now,
        created_by=user,
    )


def _asked(motion: Motion, body: Sequence[Person], voices: Collection[int]) -> list[Person]:
    # A quorum that the law asks of a body is reckoned of the whole of it.
    whole = motion.of_present or rule("hall.roll", motion.scope) == HallRoll.BODY
    return [person for person in body if whole or person.pk in voices]


def _give_voices(vote: Vote, present: Collection[int], proxies: Sequence[Proxy]) -> None:
    roll = list(vote.roll.all())
    given = [Voice(vote=vote, entry=line) for line in roll if line.person_id in present]
    lines = {line.person_id: line for line in roll}
    for one in proxies:
        if line := lines.get(one.principal.pk):
            given.append(Voice(vote=vote, entry=line, mandate=_mandate(line, one)))
    if not given:
        raise NotPossible(_("Nobody is noted as present, so nobody could vote."))
    Voice.objects.bulk_create(given)
    if vote.rule["silence"] != NONE:
        # Who has a voice was asked in the hall: silent, they are still of those present.
        vote.roll.filter(pk__in=[voice.entry_id for voice in given]).update(served=True)


def _mandate(line: RollEntry, one: Proxy) -> Mandate:
    return Mandate.objects.create(
        entry=line,
        holder=one.holder,
        kind=MandateKind.MEETING,
        recorded_by=one.seen_by,
        recorded_at=one.seen_at,
    )


def _announce_opening(user: User, vote: Vote) -> None:
    mandates = vote.voices.exclude(mandate=None).count()
    first = {"repeats": vote.repeats.title, "repeats_pk": vote.repeats.pk} if vote.repeats else {}
    data = {
        "rule": vote.rule,
        "heads": vote.heads,
        "present": vote.voices.filter(mandate=None).count(),
        "mandates": mandates,
        "roll_sha256": vote.roll_sha256,
        "until": vote.closes_at.isoformat(),
        **first,
    }
    announce(HALL_OPENED, vote, by=user, to=voices(vote), data=data, closes_at=vote.closes_at.isoformat())


def require_checked(vote: Vote) -> papers.Progress:
    """Refuse to close while hands or papers are read once only: NotPossible; somebody in the room can check them."""
    now = papers.progress(vote)
    if now.to_confirm:
        raise NotPossible(
            ngettext(
                "%(n)d raised hand or paper is noted by one person only. Somebody else has to check it first.",
                "%(n)d raised hands or papers are noted by one person only. Somebody else has to check them first.",
                now.to_confirm,
            )
            % {"n": now.to_confirm}
        )
    return now
