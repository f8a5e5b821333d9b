"""Mandates: a written document lets somebody else cast the ballot of a line; and their end."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, log
from portal.community import uploads
from portal.community.models import Person, PersonKind, User
from portal.community.permissions import Role
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting.events import MANDATE_ENDED
from portal.voting.models import Electorate, Mandate, MandateKind, RollEntry, Vote
from portal.voting.permissions import LINES, MANDATES, roles_towards
from portal.voting.services.roll_corrections import BY_DWELLING, end_mandate


@transaction.atomic
def record_mandate(
    user: User, entry_pk: int, holder: Person, kind: str, file: UploadedFile[Any] | None
) -> Mandate:
    """Keep that somebody else casts the ballot of a line, with the written mandate (photo or PDF, private).

    Raises PermissionDenied for others than those who run the vote; NotPossible without the document, after the
    end, for a holder over the limit of `voting.proxy_limit`, and where a mandate stands for the line.
    """
    entry = LINES.take(user, entry_pk, "mandate")
    if file is None:
        raise NotPossible(_("Without the written mandate nobody votes for another: please add it."))
    _require_fitting(entry.vote, entry, holder, kind)
    if kind == MandateKind.PROXY:
        _require_below_limit(entry.vote, holder)
    return Mandate.objects.create(
        entry=entry,
        holder=holder,
        kind=kind,
        document=uploads.accept(user, entry.vote.neighbourhood, file),
        recorded_by=user,
        recorded_at=clock.now(),
    )


@transaction.atomic
def revoke(user: User, mandate_pk: int) -> Mandate:
    """End a mandate before the vote ends: by the voter who gave it, or by staff. What was cast under it is cancelled.

    The public record says that a ballot was cancelled, and names nobody.
    """
    mandate = MANDATES.take(user, mandate_pk, "end")
    vote = mandate.entry.vote
    cancelled = end_mandate(mandate.entry, mandate)
    # A voter who does it alone is not named, as no voter ever is.
    staff = Role.CONVENER in roles_towards(user, vote)
    log(MANDATE_ENDED, vote, by=user if staff else SYSTEM, data={"ballots_cancelled": int(cancelled)})
    return mandate


def _require_fitting(vote: Vote, entry: RollEntry, holder: Person, kind: str) -> None:
    company = entry.person.kind != PersonKind.NATURAL
    if holder.kind != PersonKind.NATURAL:
        raise NotPossible(_("A ballot is cast by a person: please name who acts for the company."))
    if holder.pk == entry.person_id:
        raise NotPossible(_("This is the voter's own line; no mandate is needed."))
    if company != (kind == MandateKind.REPRESENTATIVE):
        raise NotPossible(_("For a company its representative votes, and nobody else has one."))
    if kind == MandateKind.CO_OWNER and vote.electorate != Electorate.OWNERS:
        raise NotPossible(_("Co-owners name a voter in owners' votes only."))
    if kind == MandateKind.MEETING:
        raise NotPossible(
            _("A proxy for a vote in the hall is noted on the meeting's page before it is opened.")
        )
    if kind == MandateKind.HOUSEHOLD and vote.electorate not in BY_DWELLING:
        raise NotPossible(_("Households name a delegate only where households are asked."))
    if Mandate.objects.filter(entry=entry, revoked_at=None).exists():
        raise NotPossible(_("Somebody holds a mandate for this line already; please end that one first."))


def _require_below_limit(vote: Vote, holder: Person) -> None:
    limit = rule("voting.proxy_limit", vote.scope)
    held = Mandate.objects.filter(
        holder=holder, kind=MandateKind.PROXY, revoked_at=None, entry__vote=vote, entry__struck_at=None
    )
    if held.count() >= limit:
        raise NotPossible(
            _(
                "One person votes for at most %(limit)d others; this one has as many. Please name somebody else."
            )
            % {"limit": limit}
        )
