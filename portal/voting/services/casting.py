"""Casting and changing a ballot."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import PersonKind, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline, moment
from portal.record import numbers
from portal.voting import methods
from portal.voting.models import (
    Ballot,
    BallotChange,
    Channel,
    Duplicates,
    Mandate,
    RollEntry,
    SetAside,
    Vote,
)
from portal.voting.permissions import line_for
from portal.voting.services import gate
from portal.voting.states import Phase


@dataclass(frozen=True)
class Content:
    """What a ballot holds: the choice of a signed vote, or the envelope of a secret one with its fingerprint."""

    choice: str = ""
    sealed: bytes | None = None
    seal: str = ""


@transaction.atomic
def cast(user: User, vote_pk: int, choice: str, line: int | None = None) -> Ballot:
    """Cast or change the one ballot of a line of a signed vote: one's own, or one held by mandate.

    `choice` as methods.py writes it; `line` is the number on the roll where somebody has several. The lock of
    that line makes simultaneous ballots of one voter wait for each other; the clock is read under it. A changed
    ballot keeps its receipt, which names the ballot and not the choice; the earlier choice is kept.
    Raises NotPossible for somebody who is not on the roll, outside the voting time, for an unknown option, and
    where a ballot on paper stands.
    """
    entry, mandate = ready_line(user, vote_pk, line)
    if entry.vote.secret:
        raise NotPossible(_("This is a secret vote: the ballot has to be sealed."))
    return put(entry, Content(methods.normal(entry.vote, choice)), user, mandate=mandate)


def put(entry: RollEntry, content: Content, user: User, *, mandate: Mandate | None = None) -> Ballot:
    """The ballot of a locked line, new or in place of the one before, which is set aside."""
    ballot = Ballot.objects.filter(entry=entry).first()
    if ballot is None:
        return Ballot.objects.create(
            vote=entry.vote,
            entry=entry,
            receipt=numbers.draw(),
            cast_at=clock.now(),
            cast_by=user,
            mandate=mandate,
            **vars(content),
        )
    _may_replace(ballot, mandate)
    if content.sealed is None and ballot.choice == content.choice and ballot.mandate_id == _pk(mandate):
        return ballot
    why = SetAside.PRINCIPAL if ballot.mandate_id and mandate is None else SetAside.CHANGED
    return replace(ballot, content, user, why, mandate=mandate)


def replace(
    ballot: Ballot,
    content: Content,
    user: User,
    why: SetAside,
    *,
    channel: Channel = Channel.ONLINE,
    mandate: Mandate | None = None,
) -> Ballot:
    """Put other content into a ballot; what it held is set aside, of a secret one without its envelope."""
    set_aside(ballot, why)
    ballot.choice, ballot.sealed, ballot.seal = content.choice, content.sealed, content.seal
    ballot.channel, ballot.cast_at, ballot.cast_by, ballot.mandate = channel, clock.now(), user, mandate
    ballot.save(update_fields=["choice", "sealed", "seal", "channel", "cast_at", "cast_by", "mandate"])
    return ballot


def set_aside(ballot: Ballot, why: SetAside) -> BallotChange:
    """Keep what a ballot says now, with the reason why it does not stand."""
    return BallotChange.objects.create(
        entry_id=ballot.entry_id,
        choice=ballot.choice,
        channel=ballot.channel,
        cast_at=ballot.cast_at,
        cast_by_id=ballot.cast_by_id,
        why=why,
    )


def ready_line(user: User, vote_pk: int, line: int | None) -> tuple[RollEntry, Mandate | None]:
    """The locked line a person may cast now, and the mandate if it is another's. Raises as `cast` does."""
    gate.enter(vote_pk)
    found = line_for(user, vote_pk, line, lock=True)
    if found is None:
        raise NotPossible(_("You are not on the roll of this vote. Please ask the residents' committee."))
    _require_open(found[0].vote)
    _require_quality(*found)
    return found


def _require_quality(entry: RollEntry, mandate: Mandate | None) -> None:
    """A company acts through who represents it; a mandate may have ended while the line was waited for."""
    if mandate is None and entry.person.kind != PersonKind.NATURAL:
        raise NotPossible(
            _("For a company its representative votes. Please bring the written mandate to the committee.")
        )
    if mandate is not None and not Mandate.objects.filter(pk=mandate.pk, revoked_at=None).exists():
        raise NotPossible(_("This mandate has ended: only the owner can vote now."))


def _may_replace(ballot: Ballot, mandate: Mandate | None) -> None:
    """A ballot on paper gives way only under the rule of the last ballot; an owner's own not to a proxy's."""
    if ballot.channel != Channel.ONLINE and ballot.vote.duplicates != Duplicates.LAST:
        raise NotPossible(
            _("Your ballot on paper was received and stands. Please ask the residents' committee.")
        )
    if mandate is not None and ballot.mandate_id is None:
        raise NotPossible(_("The owner has voted in person; that ballot stands."))


def _require_open(vote: Vote) -> None:
    if vote.phase is Phase.ABORTED:
        raise NotPossible(_("This vote was called off."))
    if vote.phase is Phase.COMING and clock.now() >= vote.opens_at:
        raise NotPossible(
            _("Voting opens once the keys of the ballot box were tried. Please come back later.")
        )
    if vote.phase is Phase.COMING:
        raise NotPossible(
            _("Voting opens %(when)s. Please come back then.") % {"when": moment(vote.opens_at)}
        )
    if vote.phase is not Phase.OPEN:
        ended = {"when": deadline(vote.closes_at)}
        raise NotPossible(_("Voting ended %(when)s; this ballot was not counted.") % ended)


def _pk(mandate: Mandate | None) -> int | None:
    return mandate.pk if mandate else None
