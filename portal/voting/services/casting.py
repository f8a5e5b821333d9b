"""Casting and changing a ballot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.models import Submission
from portal.community.models import PersonKind, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline, moment
from portal.record import numbers
from portal.voting import methods, papers
from portal.voting.models import (
    Ballot,
    BallotChange,
    Channel,
    Duplicates,
    Mandate,
    RollEntry,
    SetAside,
    Voice,
    Vote,
)
from portal.voting.permissions import line_for
from portal.voting.services import gate
from portal.voting.states import Phase

# Written out, because on the last evening it is asked for every ballot: of a line its ballot, if it has one, and
# whether the form's key and the mandate are known.
FOUND = """
SELECT ballot.*,
    EXISTS (SELECT 1 FROM voting_ballot WHERE form_key = %(key)s)
    OR EXISTS (SELECT 1 FROM voting_ballotchange WHERE form_key = %(key)s)
    OR EXISTS (SELECT 1 FROM actions_submission WHERE key = %(key)s) AS repeated,
    EXISTS (SELECT 1 FROM voting_mandate WHERE id = %(mandate)s AND revoked_at IS NULL) AS mandated
FROM voting_rollentry line LEFT JOIN voting_ballot ballot ON ballot.entry_id = line.id
WHERE line.id = %(line)s
"""


NO_VOICE = gettext_lazy(
    "Votes in the hall are cast by those who were noted as present when the vote was opened, and by the holders of "
    "mandates who were."
)


@dataclass(frozen=True)
class Content:
    """What a ballot holds: the choice of a signed vote, or the envelope of a secret one with its fingerprint.

    `form_key`: the form a choice came by.
    """

    choice: str = ""
    sealed: bytes | None = None
    seal: str = ""
    form_key: UUID | None = None


class Repeated(Exception):
    """A form that was received before came once more; nothing was done."""


@transaction.atomic
def cast(
    user: User, vote_pk: int, choice: str, line: int | None = None, *, form_key: UUID | None = None
) -> Ballot:
    """`receive` in a transaction of its own."""
    return receive(user, vote_pk, choice, line, form_key=form_key)


def receive(
    user: User, vote_pk: int, choice: str, line: int | None = None, *, form_key: UUID | None = None
) -> Ballot:
    """Cast or change the one ballot of a line of a signed vote: one's own, or one held by mandate.

    `choice` as methods.py writes it; `line` is the number on the roll where somebody has several. The lock of
    that line makes simultaneous ballots of one voter wait for each other; the clock is read under it. A changed
    ballot keeps its receipt, which names the ballot and not the choice; the earlier choice is kept.
    `form_key` makes one form count once. Runs in the caller's transaction, which has to end where this raises:
    NotPossible for somebody who is not on the roll, outside the voting time, for an unknown option, and
    where a ballot on paper stands; Repeated; IntegrityError where the key came with another line meanwhile.
    """
    entry, mandate = ready_line(user, vote_pk, line)
    if entry.vote.secret:
        raise NotPossible(_("This is a secret vote: the ballot has to be sealed."))
    return put(entry, Content(methods.normal(entry.vote, choice), form_key=form_key), user, mandate=mandate)


def put(entry: RollEntry, content: Content, user: User, *, mandate: Mandate | None = None) -> Ballot:
    """The ballot of a locked line, new or in place of the one before, which is set aside."""
    ballot = _found(entry, content.form_key, mandate)
    if ballot is None:
        return Ballot.objects.create(
            vote=entry.vote,
            entry=entry,
            receipt=numbers.draw(),
            cast_at=entry.let_in_at or clock.now(),
            cast_by=user,
            mandate=mandate,
            **vars(content),
        )
    _may_replace(ballot, mandate)
    if content.sealed is None and ballot.choice == content.choice and ballot.mandate_id == _pk(mandate):
        if content.form_key:
            # No ballot came of this form, so its key is kept where those of all other forms are.
            Submission.objects.create(key=content.form_key, user=user)
        return ballot
    why = SetAside.PRINCIPAL if ballot.mandate_id and mandate is None else SetAside.CHANGED
    return replace(ballot, content, user, why, mandate=mandate, whole=ballot.channel != Channel.ONLINE)


def sender_of(form_key: UUID) -> int | None:
    """The key of the account whose ballot form was received under a key; None where none was."""
    ballots = Ballot.objects.filter(form_key=form_key).values_list("cast_by")
    changes = BallotChange.objects.filter(form_key=form_key).order_by().values_list("cast_by")
    forms = Submission.objects.filter(key=form_key).values_list("user")
    return next((sender for (sender,) in ballots.union(changes, forms)), None)


def replace(
    ballot: Ballot,
    content: Content,
    user: User,
    why: SetAside,
    *,
    channel: Channel = Channel.ONLINE,
    mandate: Mandate | None = None,
    whole: bool = False,
) -> Ballot:
    """Put other content into a ballot; what it held is set aside (see `set_aside` for `whole`).

    `whole`: it is another ballot, which gets a receipt of its own; else the voter's own, changed.
    """
    set_aside(ballot, why, whole=whole)
    for name, value in vars(content).items():
        setattr(ballot, name, value)
    ballot.channel, ballot.cast_by, ballot.mandate = channel, user, mandate
    ballot.cast_at = ballot.entry.let_in_at or clock.now()
    ballot.receipt = numbers.draw() if whole else ballot.receipt
    ballot.save(update_fields=[*vars(content), "receipt", "channel", "cast_at", "cast_by", "mandate"])
    return ballot


def set_aside(ballot: Ballot, why: SetAside, *, whole: bool = False) -> BallotChange:
    """Keep what a ballot says now, with the reason why it does not stand; of a secret one without its envelope.

    `whole`: it may have to stand again, so that nothing of it is thrown away.
    """
    kept: dict[str, Any] = {}
    if whole:
        kept = {name: getattr(ballot, name) for name in ("receipt", "mandate_id", "sealed", "seal")}
    change = BallotChange.objects.create(
        entry_id=ballot.entry_id,
        choice=ballot.choice,
        channel=ballot.channel,
        cast_at=ballot.cast_at,
        cast_by_id=ballot.cast_by_id,
        form_key=ballot.form_key,
        why=why,
        at=clock.now(),
        **kept,
    )
    if ballot.channel != Channel.ONLINE:
        papers.of_ballot(ballot).update(kept=change)
    return change


def restore(entry: RollEntry, kept: BallotChange, ballot: Ballot | None = None) -> Ballot:
    """Let what was set aside stand again for a locked line, in place of its `ballot` if there is one.

    What that one says is not kept here: whoever asks has set it aside.
    """
    ballot = ballot or Ballot(vote_id=entry.vote_id, entry=entry, receipt=numbers.draw())
    ballot.receipt = kept.receipt or ballot.receipt
    for name in ("choice", "sealed", "seal", "channel", "cast_at", "cast_by_id", "mandate_id"):
        setattr(ballot, name, getattr(kept, name))
    # The key stays where it was kept; there it still says that its form was received.
    ballot.form_key = None
    ballot.save()
    kept.restored_at, kept.sealed, kept.seal = clock.now(), None, ""
    kept.save(update_fields=["restored_at", "sealed", "seal"])
    return ballot


def ready_line(user: User, vote_pk: int, line: int | None) -> tuple[RollEntry, Mandate | None]:
    """The locked line a person may cast now, and the mandate if it is another's. Raises as `cast` does."""
    gate.enter(vote_pk)
    found = line_for(user, vote_pk, line, lock=True)
    if found is None:
        raise NotPossible(_("You are not on the roll of this vote. Please ask the residents' committee."))
    # Read once, under the lock: the ballot bears the moment by which it was let in, or it would lie after the end.
    found[0].let_in_at = now = clock.now()
    with clock.at(now):
        _require_open(found[0].vote)
    _require_quality(*found)
    require_voice(*found)
    return found


def require_voice(entry: RollEntry, mandate: Mandate | None = None) -> None:
    """In the hall those vote who were there when the vote was opened, and for the absent who held their mandate there.

    Raises NotPossible for others. Elsewhere everybody on the roll votes.
    """
    if entry.vote.in_hall and not Voice.objects.filter(entry=entry, mandate=mandate).exists():
        raise NotPossible(str(NO_VOICE))


def _require_quality(entry: RollEntry, mandate: Mandate | None) -> None:
    """A company acts through who represents it."""
    if mandate is None and entry.person.kind != PersonKind.NATURAL:
        raise NotPossible(
            _("For a company its representative votes. Please bring the written mandate to the committee.")
        )


def _found(entry: RollEntry, form_key: UUID | None, mandate: Mandate | None) -> Ballot | None:
    """The ballot of a locked line, by a statement after the one that waited for the lock: that saw what was before.

    Raises NotPossible for a mandate that ended meanwhile, Repeated for a form whose key is known.
    """
    key = Ballot._meta.get_field("form_key").get_db_prep_value(form_key, connections[Ballot.objects.db])
    known = {"line": entry.pk, "key": key, "mandate": _pk(mandate)}
    line: Any = Ballot.objects.raw(FOUND, known)[0]
    if mandate and not line.mandated:
        raise NotPossible(_("This mandate has ended: only the owner can vote now."))
    if line.repeated:
        raise Repeated
    if line.pk is None:
        return None
    ballot: Ballot = line
    ballot.vote, ballot.entry = entry.vote, entry
    return ballot


def why_fixed(ballot: Ballot, mandate: Mandate | None) -> str:
    """Why a ballot cannot be changed online; empty where it can.

    One on paper gives way only under the rule of the last ballot, an owner's own not to a proxy's.
    """
    if ballot.channel == Channel.HALL:
        return _("Your raised hand was noted by two people and stands; it cannot be changed online.")
    if ballot.channel != Channel.ONLINE and ballot.vote.duplicates != Duplicates.LAST:
        return _("Your ballot on paper was received and stands; it cannot be changed online.")
    if mandate is not None and ballot.mandate_id is None:
        return _("The owner has voted in person; that ballot stands.")
    return ""


def _may_replace(ballot: Ballot, mandate: Mandate | None) -> None:
    if reason := why_fixed(ballot, mandate):
        raise NotPossible(reason)


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
