"""Who stands in for whom: written mandates, with their document, and their end."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.community import uploads
from portal.community.models import Person, PersonKind, User
from portal.community.rules import rule
from portal.community.selectors import signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting.models import Electorate, Mandate, MandateKind, RollEntry, SetAside, Vote
from portal.voting.permissions import may
from portal.voting.services.roll_corrections import BY_DWELLING, drop_ballot
from portal.voting.services.telling import SYSTEM, locked, locked_for, note
from portal.voting.states import Phase

LASTING = frozenset({Phase.COMING, Phase.OPEN})


@transaction.atomic
def record_mandate(
    user: User, entry_pk: int, holder: Person, kind: str, file: UploadedFile[Any] | None
) -> Mandate:
    """Keep that somebody else casts the ballot of a line, with the written mandate (photo or PDF, private).

    Raises PermissionDenied for others than those who run the vote; NotPossible without the document, after the
    end, for a holder over the limit of `voting.proxy_limit`, and where a mandate stands for the line.
    """
    vote, entry = _line(user, entry_pk)
    if file is None:
        raise NotPossible(_("Without the written mandate nobody votes for another: please add it."))
    _require_fitting(vote, entry, holder, kind)
    if kind == MandateKind.PROXY:
        _require_below_limit(vote, holder)
    return Mandate.objects.create(
        entry=entry,
        holder=holder,
        kind=kind,
        document=uploads.accept(user, vote.neighbourhood, file),
        recorded_by=user,
        recorded_at=clock.now(),
    )


@transaction.atomic
def revoke(user: User, mandate_pk: int) -> Mandate:
    """End a mandate before the vote ends: by the voter who gave it, or by staff. What was cast under it is cancelled.

    The public record says that a ballot was cancelled, and names nobody.
    """
    found = Mandate.objects.select_related("entry").get(pk=mandate_pk)
    vote = locked(found.entry.vote_id)
    entry = RollEntry.objects.select_for_update(of=("self",)).get(pk=found.entry_id)
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate_pk)
    principal = user.person_id is not None and user.person_id == entry.person_id
    staff = may(user, "paper", vote.electorate, vote.neighbourhood)
    if not principal and not staff:
        raise PermissionDenied("revoke")
    _require_before_end(vote)
    if mandate.revoked_at is not None:
        return mandate
    mandate.revoked_at = clock.now()
    mandate.save(update_fields=["revoked_at"])
    cancelled = drop_ballot(entry, SetAside.REVOKED, mandate)
    # A voter who does it alone is not named, as no voter ever is.
    actor = signature(user, vote.neighbourhood).name if staff else SYSTEM
    note(vote, "vote.mandate_ended", actor, {"ballots_cancelled": int(cancelled)})
    return mandate


def _line(user: User, entry_pk: int) -> tuple[Vote, RollEntry]:
    vote = locked_for(user, RollEntry.objects.values_list("vote", flat=True).get(pk=entry_pk), "paper")
    _require_before_end(vote)
    lines = RollEntry.objects.active().select_for_update(of=("self",)).select_related("person")
    return vote, lines.get(pk=entry_pk)


def _require_before_end(vote: Vote) -> None:
    if vote.phase not in LASTING:
        raise NotPossible(_("Voting is over; mandates are neither taken nor ended any more."))


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
