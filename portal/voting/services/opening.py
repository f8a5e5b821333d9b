"""Opening the sealed ballots of a closed vote: all at once, in an order that leads to nobody."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, log
from portal.kit.errors import NotPossible
from portal.record import numbers
from portal.voting import keys, methods, papers, sealing
from portal.voting.events import OPENED
from portal.voting.models import INVALID, Ballot, BallotChange, Custody, OpenedBallot, PaperBallot, Vote
from portal.voting.services import gate, journal
from portal.voting.states import Phase
from portal.voting.tally import LEAST_IN_GROUP

LEAST_IN_ALL = 10


@dataclass(frozen=True)
class Found:
    """What one envelope or sheet held; no code where none could be read, or it came on paper."""

    choice: str
    channel: str
    code: str = ""
    readable: bool = True


@transaction.atomic
def open_box(vote_pk: int, private: sealing.PrivateKey | None = None, actor: str = SYSTEM) -> Vote:
    """Open all envelopes of a closed secret vote and mix them with the sheets on paper. Twice changes nothing.

    What cannot be read, or says what this vote does not allow, took part and is invalid. Everybody who has the
    check code of somebody else gets a fresh one: two voters were shown the same. In the same transaction the
    envelopes are emptied and the record told what was in the box. `private`: the key two custodians brought;
    else it is the server's. Raises NotPossible before the end, without the right key, and while the sheets on
    paper are not confirmed or are not as many as the voters who handed one in.
    """
    vote = Vote.objects.locked(vote_pk)
    if is_open(vote):
        return vote
    if vote.phase is not Phase.CLOSED:
        raise NotPossible(_("The sealed ballots are opened once the voting time is over."))
    if missing := papers.missing(vote):
        raise NotPossible(missing)
    # A ballot is now either finished, or finds the vote closed.
    gate.shut(vote.pk)
    ballots = Ballot.objects.filter(vote=vote)
    envelopes = list(ballots.exclude(sealed=None).values_list("sealed", "seal", "channel"))
    sheets = _sheets(vote, ballots.filter(sealed=None).count())
    opener = _key(vote, private) if envelopes else None
    found = [_opened(vote, opener, *envelope) for envelope in envelopes] if opener else []
    found += [Found(_readable(vote, _confirmed(sheet)), sheet.channel) for sheet in sheets]
    renewed = _write(vote, found)
    # One statement for all: no trace of the order, nor of who wrote what, is left in the rows.
    ballots.update(sealed=None, seal="")
    BallotChange.objects.filter(entry__vote=vote).exclude(sealed=None).update(sealed=None, seal="")
    _log_counted(vote, actor, sorted(seal for _sealed, seal, _channel in envelopes), found, renewed)
    transaction.on_commit(lambda: journal.empty(vote.pk))
    return vote


def is_open(vote: Vote) -> bool:
    """Whether nothing of a vote is sealed (any more): a signed vote, or one with each ballot opened."""
    if not vote.secret:
        return True
    return Ballot.objects.filter(vote=vote).count() == OpenedBallot.objects.filter(vote=vote).count()


def waits_for_custodians(vote: Vote) -> bool:
    """Whether a closed vote holds envelopes that only its custodians can open."""
    sealed = Ballot.objects.filter(vote=vote).exclude(sealed=None)
    return vote.custody == Custody.CUSTODIANS and vote.phase is Phase.CLOSED and sealed.exists()


def _key(vote: Vote, private: sealing.PrivateKey | None) -> sealing.PrivateKey:
    if private is None and vote.custody == Custody.CUSTODIANS:
        raise NotPossible(_("The ballot box waits for two custodians and their parts of the key."))
    try:
        private = private or keys.fetch(vote.public_id)
    except keys.NoKey as error:
        raise NotPossible(
            _("The key of this ballot box is not on the server. Please bring the key file back.")
        ) from error
    if sealing.public_text(private) != vote.public_key:
        raise NotPossible(_("This key is not the key of this ballot box."))
    return private


def _opened(
    vote: Vote, private: sealing.PrivateKey, sealed: bytes | memoryview | None, seal: str, channel: str
) -> Found:
    envelope = bytes(sealed or b"")
    try:
        if sealing.fingerprint(envelope) != seal:
            raise sealing.Unreadable("changed in the box")
        space = sealing.room(len(vote.options))
        code, choice = sealing.open_(private, vote.public_id, envelope, space)
    except sealing.Unreadable:
        return Found(INVALID, channel, readable=False)
    return Found(_readable(vote, choice), channel, numbers.meant(code))


def _readable(vote: Vote, choice: str) -> str:
    try:
        return methods.normal(vote, choice)
    except NotPossible:
        return INVALID


def _sheets(vote: Vote, handed_in: int) -> list[PaperBallot]:
    entered = PaperBallot.objects.select_for_update().filter(vote=vote, entry=None)
    sheets = list(entered.filter(papers.THERE).exclude(stands=False).order_by("sheet"))
    if any(sheet.second_at is None or _differs(sheet) and sheet.judged_at is None for sheet in sheets):
        raise NotPossible(_("Not every ballot on paper is confirmed yet: the box stays shut until it is."))
    if len(sheets) != handed_in:
        raise NotPossible(
            _("%(sheets)d sheets lie in the box, but %(voters)d people voted on paper. Please count again.")
            % {"sheets": len(sheets), "voters": handed_in}
        )
    return sheets


def _differs(sheet: PaperBallot) -> bool:
    return sheet.first_choice != sheet.second_choice


def _confirmed(sheet: PaperBallot) -> str:
    return sheet.judged_choice if sheet.judged_at else sheet.second_choice


def _write(vote: Vote, found: list[Found]) -> int:
    """Write what was found, sorted by code; returns how many codes stood twice."""
    times = Counter(ballot.code for ballot in found if ballot.code)
    taken, coded = set(times), []
    for ballot in found:
        own = ballot.code if times[ballot.code] == 1 else _fresh(taken)
        coded.append((own, ballot))
    shown = _may_tell_channels(found)
    OpenedBallot.objects.bulk_create(
        (
            OpenedBallot(vote=vote, code=code, choice=ballot.choice, channel=ballot.channel if shown else "")
            for code, ballot in sorted(coded, key=lambda pair: pair[0])
        ),
        batch_size=1000,
    )
    return sum(number for number in times.values() if number > 1)


def _fresh(taken: set[str]) -> str:
    code = numbers.draw()
    while code in taken:
        code = numbers.draw()
    taken.add(code)
    return code


def _may_tell_channels(found: list[Found]) -> bool:
    """Whether a break-down by channel gives nobody away."""
    groups = Counter(ballot.channel for ballot in found)
    if len(found) < LEAST_IN_ALL or min(groups.values()) < LEAST_IN_GROUP:
        return False
    return len({ballot.choice for ballot in found}) > 1


def _log_counted(vote: Vote, actor: str, seals: list[str], found: list[Found], renewed: int) -> None:
    data = {
        "seals_sha256": hashlib.sha256("\n".join(seals).encode("ascii")).hexdigest(),
        "envelopes": len(seals),
        "sheets": len(found) - len(seals),
        "unreadable": sum(not ballot.readable for ballot in found),
        "codes_renewed": renewed,
    }
    log(OPENED, vote, by=actor, data=data)
