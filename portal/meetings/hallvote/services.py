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
from portal.meetings.hallvote.halls import Hall
from portal.meetings.models import Attendance, Meeting, Participant, Proxy
from portal.meetings.services.attending import still_here
from portal.record.services import key
from portal.record.wording import subject_url
from portal.voting import services as voting
from portal.voting.models import HALL, Vote
from portal.voting.services.hall import Motion
from portal.voting.services.hall import Proxy as Seen


def hall_of(meeting: Meeting) -> Hall:
    """Who votes in the hall of a meeting, and by which rule: as its kind says."""
    return kinds.kind_of(meeting).hall(meeting)


def body(meeting: Meeting) -> QuerySet[Participant]:
    """The seats that vote: those of its hall's parts who are persons of the register, each once."""
    seats = meeting.participants.sitting().filter(part__in=hall_of(meeting).parts, person__isnull=False)
    return seats.select_related("person").order_by("pk")


def here(meeting: Meeting) -> set[int]:
    """The keys of the persons who have a voice if a vote is opened now.

    Those present on its seats; where all residents or households are asked, also who came by name without a seat.
    Whoever left again is not among them.
    """
    people = {seat.person_id for seat in still_here(meeting, body(meeting)) if seat.person_id}
    return people if hall_of(meeting).seated else people | came_by_name(meeting)


def came_by_name(meeting: Meeting) -> set[int]:
    """The keys of who is here in this round without a seat: by the code at the door, or noted by staff."""
    moves = Attendance.objects.filter(meeting=meeting, round=meeting.round, participant=None)
    last = dict(moves.exclude(person=None).order_by("at", "pk").values_list("person", "came"))
    return {person for person, came in last.items() if came}


def votes_of(meeting: Meeting) -> QuerySet[Vote]:
    """The votes taken in the hall of a meeting, the newest first."""
    return Vote.objects.filter(matter=HALL, subject=key(meeting)).order_by("-opens_at", "-pk")


@transaction.atomic
def open_vote(user: User, pk: int, *, title: str, explanation: str = "", repeats: int | None = None) -> Vote:
    """Put a motion to those present, now. `repeats`: the key of an earlier vote of this meeting.

    Raises NotPossible where nobody is noted as present, a vote is open, the meeting decides nothing, or its list is
    not complete: seats that are missing, people counted at the door and not noted by name.
    """
    meeting = kinds.take(user, pk, "open_vote")
    hall, people = hall_of(meeting), here(meeting)
    _require_whole(meeting, hall, people)
    first = votes_of(meeting).filter(pk=repeats).first() if repeats else None
    if repeats and first is None:
        raise NotPossible(_("Only a vote of this meeting can be held once more."))
    motion = Motion(
        neighbourhood=meeting.neighbourhood,
        scope=meeting.neighbourhood,
        subject=key(meeting),
        subject_url=subject_url(key(meeting)),
        title=title,
        explanation=explanation,
        repeats=first,
        electorate=hall.electorate,
        rule=hall.rule,
        of_present=hall.of_present,
    )
    seats = [seat.person for seat in body(meeting) if seat.person]
    return voting.open_in_hall(user, motion, body=seats, present=people, proxies=_seen(meeting))


@transaction.atomic
def note_proxy(user: User, pk: int, *, principal: int, holder: int) -> Proxy:
    """Keep that one seat votes for another which is absent: the written mandate was seen by who notes it.

    Raises NotPossible while a vote is open, for oneself, over `voting.proxy_limit`, and where one stands.
    """
    meeting = kinds.take(user, pk, "note_proxy")
    _require_none_open(meeting)
    if not takes_mandates(meeting):
        raise NotPossible(_("Nobody votes for somebody absent in this kind of meeting."))
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


def takes_mandates(meeting: Meeting) -> bool:
    """Whether a seat can vote for another one: where seats vote. A household's delegate has no delegate."""
    hall = hall_of(meeting)
    return hall.votes and hall.seated


def open_now(meeting: Meeting) -> bool:
    """Whether a vote of the meeting takes ballots."""
    return any(vote.is_open for vote in votes_of(meeting).filter(ended_at=None))


def _require_whole(meeting: Meeting, hall: Hall, people: set[int]) -> None:
    if not hall.votes:
        raise NotPossible(_("This kind of meeting decides nothing, so nothing is put to a vote."))
    if hall.counted and len(people) < hall.counted:
        said = _(
            "%(counted)d were counted at the door, %(named)d of them are noted by name. Only who is noted by name can "
            "vote: please note the others first, or correct the count."
        )
        raise NotPossible(said % {"counted": hall.counted, "named": len(people)})
    seats = body(meeting).count()
    if hall.seated and hall.size and seats < hall.size:
        said = _(
            "This body has %(size)d members, and %(seats)d of them are on the list of this meeting. Without all of "
            "them on the roll its quorum cannot be reckoned."
        )
        raise NotPossible(said % {"size": hall.size, "seats": seats})


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
