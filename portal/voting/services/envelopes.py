"""The outer envelopes of a secret vote: two people book each; what would undo a sealed ballot a third decides."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import papers
from portal.voting.events import ENVELOPE_BOOKED, ENVELOPE_JUDGED
from portal.voting.models import Channel, Envelope, RollEntry
from portal.voting.permissions import ENVELOPES, VOTES
from portal.voting.services import telling, thirds
from portal.voting.services.casting import Content
from portal.voting.services.paper import line_of, require_entry, require_in_time
from portal.voting.services.settling import ballot_of, lies_before, locked_line, settle
from portal.voting.states import PaperState


@transaction.atomic
def receive_envelope(user: User, vote_pk: int, code: str, received_at: datetime | None = None) -> Envelope:
    """Note the outer envelope of a secret vote. Nothing changes before a second person has booked it.

    `received_at` (default now) is when it came in. The voter is told at once. Raises NotPossible for an unknown
    code, a late envelope, and one noted or booked before.
    """
    vote = VOTES.take(user, vote_pk, "envelope")
    require_entry(vote)
    if not vote.secret:
        raise NotPossible(_("This vote has no envelopes: please enter the ballot by its code."))
    entry, received = line_of(vote, code), received_at or clock.now()
    require_in_time(vote, received)
    _require_first(entry)
    try:
        with transaction.atomic():
            envelope = Envelope.objects.create(
                vote=vote, entry=entry, received_at=received, first_by=user, first_at=clock.now()
            )
    except IntegrityError as error:
        raise _noted(entry) from error
    telling.entered(envelope)
    return envelope


@transaction.atomic
def confirm_envelope(user: User, envelope_pk: int) -> Envelope:
    """A second person books an envelope: its line has voted on paper; the sheet stays unread in the box.

    Which of two ballots of one line stands follows the vote's rule. Where the envelope is said to have come before
    a sealed ballot whose place it would take, both are kept until a third person decided. Raises NotPossible for
    whoever noted it, and for an envelope that was booked already.
    """
    envelope = ENVELOPES.take(user, envelope_pk, "confirm")
    require_entry(envelope.vote)
    if envelope.first_by_id == user.pk:
        raise NotPossible(_("You noted this envelope yourself: somebody else has to book it."))
    entry = locked_line(envelope.entry_id or 0)
    if entry.struck_at is None and lies_before(ballot_of(entry), envelope.received_at):
        return _keep_both(user, envelope)
    beside = settle(envelope, Content(), second_by=user, second_at=clock.now(), taken_at=clock.now())
    log(ENVELOPE_BOOKED, envelope.vote, by=user, data={"stands": envelope.stands})
    telling.settled(envelope, beside=beside)
    return envelope


@transaction.atomic
def judge_envelope(user: User, envelope_pk: int, stands: bool, reason: str) -> Envelope:
    """A third person decides which stands: the envelope, or the sealed ballot that it is said to have come before.

    Raises NotPossible for either of the two who booked it, and where there is nothing to decide.
    """
    envelope = ENVELOPES.take(user, envelope_pk, "judge")
    require_entry(envelope.vote)
    if user.pk in {envelope.first_by_id, envelope.second_by_id}:
        raise NotPossible(_("You have booked this envelope yourself: a third person decides."))
    now = clock.now()
    judged = {"judged_by": user, "judged_at": now, "judged_why": reason.strip()}
    settle(envelope, Content(), wins=stands, taken_at=now, **judged)
    duties.close(thirds.DUTY, envelope, by=user)
    log(ENVELOPE_JUDGED, envelope.vote, by=user, data={"stands": envelope.stands})
    telling.settled(envelope, beside=True, ruled=True)
    return envelope


def _keep_both(user: User, envelope: Envelope) -> Envelope:
    advance(envelope, PaperState.DISPUTED, second_by=user, second_at=clock.now())
    thirds.name(envelope)
    log(ENVELOPE_BOOKED, envelope.vote, by=user, data={"both_kept": True})
    telling.both_kept(envelope, thirds.due(envelope.vote))
    return envelope


def _require_first(entry: RollEntry) -> None:
    ballot = ballot_of(entry)
    there = Envelope.objects.filter(papers.THERE, entry=entry).exclude(stands=False)
    if there.exists() or (ballot is not None and ballot.channel != Channel.ONLINE):
        raise _noted(entry)


def _noted(entry: RollEntry) -> NotPossible:
    return NotPossible(_("The envelope of %(code)s was received before.") % {"code": entry.label})
