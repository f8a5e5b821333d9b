"""Votes in the hall of a meeting in session, and the mandates that count in them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import User
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import kinds
from portal.meetings.hallvote.events import PROXY_ENDED, PROXY_NOTED
from portal.meetings.models import Meeting, Part, Participant, Proxy
from portal.meetings.services.attending import still_here
from portal.record.services import key
from portal.record.wording import subject_url
from portal.voting import services as voting
from portal.voting.models import HALL, Vote
from portal.voting.services.hall import Motion
from portal.voting.services.hall import Proxy as Seen

# Who decides where a meeting decides: its delegates, or the members of its body.
BODY = (Part.DELEGATE, Part.MEMBER)


def body(meeting: Meeting) -> QuerySet[Participant]:
    """The seats that vote: delegates and members who are persons of the register, each once."""
    seats = meeting.participants.sitting().filter(part__in=BODY, person__isnull=False)
    return seats.select_related("person").order_by("pk")


def present(meeting: Meeting) -> set[int]:
    """The keys of the seats that are filled at this moment."""
    return {seat.pk for seat in still_here(meeting, body(meeting))}


def votes_of(meeting: Meeting) -> QuerySet[Vote]:
    """The votes taken in the hall of a meeting, the newest first."""
    return Vote.objects.filter(matter=HALL, subject=key(meeting)).order_by("-opens_at", "-pk")


@transaction.atomic
def open_vote(user: User, pk: int, *, title: str, explanation: str = "", repeats: int | None = None) -> Vote:
    """Put a motion to those present, now. `repeats`: the key of an earlier vote of this meeting.

    Raises NotPossible where nobody is noted as present, or a vote is open.
    """
    meeting = kinds.take(user, pk, "open_vote")
    first = votes_of(meeting).filter(pk=repeats).first() if repeats else None
    if repeats and first is None:
        raise NotPossible(_("Only a vote of this meeting can be held once more."))
    seats = list(body(meeting))
    motion = Motion(
        neighbourhood=meeting.neighbourhood,
        scope=meeting.neighbourhood,
        subject=key(meeting),
        subject_url=subject_url(key(meeting)),
        title=title,
        explanation=explanation,
        repeats=first,
    )
    here = {seat.person_id for seat in still_here(meeting, seats) if seat.person_id}
    people = [seat.person for seat in seats if seat.person]
    return voting.open_in_hall(user, motion, body=people, present=here, proxies=_seen(meeting))


@transaction.atomic
def note_proxy(user: User, pk: int, *, principal: int, holder: int) -> Proxy:
    """Keep that one seat votes for another which is absent: the written mandate was seen by who notes it.

    Raises NotPossible while a vote is open, for oneself, over `voting.proxy_limit`, and where one stands.
    """
    meeting = kinds.take(user, pk, "note_proxy")
    _require_none_open(meeting)
    seats = {seat.pk: seat for seat in body(meeting)}
    if principal not in seats or holder not in seats or principal == holder:
        raise NotPossible(_("A mandate is given by one seat of this meeting to another one."))
    if seats[holder].person_id == user.person_id:
        raise NotPossible(_("Somebody else has to see a mandate by which you vote yourself."))
    _require_room(meeting, principal, holder)
    proxy = Proxy.objects.create(
        meeting=meeting, principal=seats[principal], holder=seats[holder], seen_by=user, seen_at=clock.now()
    )
    log(PROXY_NOTED, meeting, by=user, data={"mandates": meeting.proxies.standing().count()})
    return proxy


@transaction.atomic
def end_proxy(user: User, pk: int, *, proxy: int) -> Proxy:
    """End a mandate for the votes to come; those that were taken stay. Raises NotPossible while a vote is open."""
    meeting = kinds.take(user, pk, "end_proxy")
    _require_none_open(meeting)
    found = meeting.proxies.standing().filter(pk=proxy).first()
    if found is None:
        raise NotPossible(_("This mandate has ended already."))
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    log(PROXY_ENDED, meeting, by=user, data={"mandates": meeting.proxies.standing().count()})
    return found


def open_now(meeting: Meeting) -> bool:
    """Whether a vote of the meeting takes ballots."""
    return any(vote.is_open for vote in votes_of(meeting).filter(ended_at=None))


def _require_none_open(meeting: Meeting) -> None:
    if open_now(meeting):
        raise NotPossible(_("A vote is open: who votes for whom is not changed before it is closed."))


def _require_room(meeting: Meeting, principal: int, holder: int) -> None:
    standing = meeting.proxies.standing()
    if standing.filter(principal=principal).exists():
        raise NotPossible(_("Somebody holds a mandate for this seat already; please end that one first."))
    limit = rule("voting.proxy_limit", meeting.neighbourhood)
    if standing.filter(holder=holder).count() >= limit:
        raise NotPossible(
            _(
                "One person votes for at most %(limit)d others; this one has as many. Please name somebody else."
            )
            % {"limit": limit}
        )


def _seen(meeting: Meeting) -> list[Seen]:
    """The mandates of seats that are still sitting, as the vote takes them over."""
    sitting = {seat.pk: seat.person for seat in body(meeting)}
    return [
        Seen(sitting[one.principal_id], sitting[one.holder_id], one.seen_by, one.seen_at)  # type: ignore[arg-type]
        for one in meeting.proxies.standing().select_related("seen_by")
        if one.principal_id in sitting and one.holder_id in sitting
    ]
