"""What changes the course of a vote: a reminder, one extension, calling it off, annulling it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.record.services import key
from portal.voting.events import ABORTED, ANNULLED, ENDING, EXTENDED
from portal.voting.models import Vote
from portal.voting.permissions import VOTES
from portal.voting.selectors import not_voted, voters
from portal.voting.services.candidates import drop_introductions
from portal.voting.states import Phase


@transaction.atomic
def remind(vote_pk: int) -> int:
    """Tell those with an account who have not voted that the end is near, once for each end. Returns how many."""
    vote = Vote.objects.locked(vote_pk)
    if vote.reminded_at is not None or not vote.is_open:
        return 0
    vote.reminded_at = clock.now()
    vote.save(update_fields=["reminded_at"])
    ending = vote.closes_at.isoformat()
    # An extended vote ends a second time.
    occasion = key(vote) if vote.extended_from is None else f"{key(vote)}:{ending}"
    return notify(ENDING, vote, not_voted(vote), once_per=occasion, closes_at=ending)


def end_votes() -> int:
    """Keep that votes have ended whose time is over: a clock set back opens none again. Returns how many."""
    over = Vote.objects.filter(closes_at__lte=clock.now(), ended_at=None, counted_at=None, aborted_at=None)
    return over.update(ended_at=clock.now())


@transaction.atomic
def extend(user: User, vote_pk: int, closes_at: datetime, reason: str) -> Vote:
    """Move the end of an open vote, once, as far as its notice allowed.

    Raises PermissionDenied for others than the bodies that call such votes; NotPossible where the notice did
    not say so, after the end, a second time, and beyond what was announced.
    """
    vote = VOTES.take(user, vote_pk, "extend")
    if vote.extended_from is not None:
        raise NotPossible(_("This vote was extended once; it cannot be extended again."))
    if vote.may_extend_to is None:
        raise NotPossible(_("The notice of this vote did not allow an extension."))
    if not vote.closes_at < closes_at <= vote.may_extend_to:
        raise NotPossible(
            _("The notice allowed an extension until %(when)s at the latest.")
            % {"when": deadline(vote.may_extend_to)}
        )
    vote.extended_from, vote.closes_at, vote.reminded_at = vote.closes_at, closes_at, None
    vote.save(update_fields=["extended_from", "closes_at", "reminded_at"])
    until = closes_at.isoformat()
    told = {"closes_at": until, "reason": reason}
    announce(EXTENDED, vote, by=user, to=voters(vote), data=told, closes_at=until)
    return vote


@transaction.atomic
def abort(user: User, vote_pk: int, reason: str) -> Vote:
    """Call a vote off before it opens, with a published reason. What was announced is taken back.

    Raises PermissionDenied as `extend`; NotPossible once voting has begun: then only the count ends it.
    """
    vote = VOTES.take(user, vote_pk, "abort")
    if clock.now() >= vote.opens_at:
        raise NotPossible(_("A vote can be called off only before it opens."))
    advance(vote, Phase.ABORTED, aborted_at=clock.now(), ended_why=reason.strip())
    duties.drop(vote)
    drop_introductions(vote)
    announce(ABORTED, vote, by=user, to=voters(vote), data={"reason": vote.ended_why})
    return vote


@transaction.atomic
def annul(user: User, vote_pk: int, reason: str) -> Vote:
    """Take the effect from a counted vote, with a published reason such as a court's decision.

    The count and its file stay as they are. Raises PermissionDenied for others than auditor and officer;
    NotPossible before the count.
    """
    vote = VOTES.take(user, vote_pk, "annul")
    advance(vote, Phase.ANNULLED, annulled_at=clock.now(), ended_why=reason.strip())
    announce(ANNULLED, vote, by=user, to=voters(vote), data={"reason": vote.ended_why})
    return vote
