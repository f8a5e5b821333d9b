"""Casting a sealed ballot: the browser brings the envelope, or it is sealed here for a page without scripts."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.record import numbers
from portal.voting import methods, sealing
from portal.voting.models import Ballot, BallotChange, Mandate, RollEntry
from portal.voting.services.casting import Content, put, ready_line


@transaction.atomic
def cast_sealed(user: User, vote_pk: int, envelope: bytes, line: int | None = None) -> Ballot:
    """Put an envelope into the box for a line of a secret vote, in place of the one before.

    Nobody here can look into it. The same envelope sent twice by one line is received once. Raises NotPossible
    as `cast` does, for something that is no envelope, and for a copy of another ballot's.
    """
    entry, mandate = _secret_line(user, vote_pk, line)
    if not sealing.is_envelope(envelope, sealing.room(len(entry.vote.options))):
        raise NotPossible(_("This is not a sealed ballot. Please load the page again and choose once more."))
    return _put(entry, envelope, user, mandate)


@sensitive_variables("choice", "code")
@transaction.atomic
def cast_open(
    user: User, vote_pk: int, choice: str, code: str = "", line: int | None = None
) -> tuple[Ballot, str]:
    """Seal a choice for somebody whose browser cannot, and cast it; returns the ballot and its check code.

    `choice` is as methods.py writes it. A `code` that was drawn before is kept, so that a form sent twice ends
    with the code both answers show. Neither is stored or logged. Raises NotPossible as `cast` does.
    """
    entry, mandate = _secret_line(user, vote_pk, line)
    vote, code = entry.vote, numbers.meant(code) or numbers.draw()
    said, space = methods.normal(vote, choice), sealing.room(len(vote.options))
    envelope = sealing.seal(vote.public_key, vote.public_id, code, said, space)
    return _put(entry, envelope, user, mandate), code


def _secret_line(user: User, vote_pk: int, line: int | None) -> tuple[RollEntry, Mandate | None]:
    entry, mandate = ready_line(user, vote_pk, line)
    if not entry.vote.secret:
        raise NotPossible(_("This vote is signed: its ballots are not sealed."))
    return entry, mandate


def _put(entry: RollEntry, envelope: bytes, user: User, mandate: Mandate | None) -> Ballot:
    seal = sealing.fingerprint(envelope)
    same = Ballot.objects.filter(vote=entry.vote, seal=seal).first()
    if same is not None and same.entry_id == entry.pk:
        return same
    # What gave way to a paper may stand again, so nobody else casts a copy of it either.
    if BallotChange.objects.filter(entry__vote=entry.vote, seal=seal).exclude(entry=entry).exists():
        raise _copied()
    try:
        if same is None:
            with transaction.atomic():
                return put(entry, Content(sealed=envelope, seal=seal), user, mandate=mandate)
    except IntegrityError as error:
        # The copy came at the same moment.
        raise _copied() from error
    raise _copied()


def _copied() -> NotPossible:
    return NotPossible(
        _("This envelope is already in the box for somebody else. Please load the page again and choose.")
    )
