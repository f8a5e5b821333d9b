"""The day of a gathering and what follows: who came, its quorum, what came of each point, published."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Person, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.gatherings import events
from portal.meetings.gatherings.forms_of import ROWS, enough, least
from portal.meetings.gatherings.permissions import GATHERINGS
from portal.meetings.gatherings.services import rhythm
from portal.meetings.gatherings.services.calling import told
from portal.meetings.live.services import presence
from portal.meetings.models import Form, Gathering
from portal.meetings.services.attending import require_day, require_hour
from portal.meetings.services.transitions import after_meeting, step
from portal.meetings.states.gathering import GatheringState as G


@transaction.atomic
def take_attendance(user: User, pk: int, *, present: Collection[int], came: int | None = None) -> Gathering:
    """Note who of those invited is here, and how many were counted at the door. May be corrected while it runs.

    Raises NotPossible before the day, for more than there are, and for a correction that breaks the quorum.
    """
    gathering = GATHERINGS.take(user, pk, "take_attendance")
    seats = list(gathering.participants.select_related("person"))
    _check_attendance(gathering, {seat.pk for seat in seats}, present, came)
    presence.ticked(gathering, seats, present, by=user)
    gathering.came = came
    gathering.save(update_fields=["came"])
    if gathering.state == G.IN_SESSION and not has_quorum(gathering):
        raise NotPossible(_("Without its quorum the meeting cannot go on."))
    announce(events.ATTENDANCE, gathering, by=user, data={"came": attended(gathering)[0]})
    return gathering


@transaction.atomic
def sign_in(user: User, pk: int, *, person: Person) -> Gathering:
    """Note a neighbour by name who came to an assembly, for its votes in the hall. Said twice it is the same.

    Raises NotPossible before the day.
    """
    gathering = GATHERINGS.take(user, pk, "sign_in")
    require_day(gathering)
    presence.noted(gathering, person, came=True, by=user)
    return gathering


@transaction.atomic
def sign_out(user: User, pk: int, *, person: Person) -> Gathering:
    """Note that somebody who was noted by name left again, or was noted by mistake: no voice in the votes to come."""
    gathering = GATHERINGS.take(user, pk, "sign_out")
    presence.noted(gathering, person, came=False, by=user)
    return gathering


@transaction.atomic
def begin(user: User, pk: int) -> Gathering:
    """Open the meeting: its hour has come, and where a quorum is asked, enough are here."""
    gathering = GATHERINGS.take(user, pk, "begin")
    require_hour(gathering)
    require_quorum(gathering)
    step(gathering, G.IN_SESSION, by=user)
    announce(events.IN_SESSION, gathering, by=user, data={"came": attended(gathering)[0]})
    return gathering


def require_quorum(gathering: Gathering) -> None:
    """Refuse to open a meeting that asks for a quorum and has none."""
    if not has_quorum(gathering):
        came, body = attended(gathering)
        counts = {"came": came, "body": body, "need": needed(gathering)}
        raise NotPossible(
            _("%(came)d of %(body)d are here; %(need)d are needed. Note that too few came.") % counts
        )


def require_too_few(gathering: Gathering) -> None:
    """Refuse to note that too few came where enough are here."""
    if has_quorum(gathering):
        raise NotPossible(_("Enough are here for its quorum: the meeting can be opened."))


@transaction.atomic
def too_few(user: User, pk: int) -> Gathering:
    """Too few came: it is called again, with a new notice. Raises NotPossible where enough are here."""
    gathering = GATHERINGS.take(user, pk, "too_few")
    require_hour(gathering)
    require_too_few(gathering)
    data = {"came": str(attended(gathering)[0]), "need": str(needed(gathering))}
    step(gathering, G.NO_QUORUM, by=user)
    announce(events.TOO_FEW, gathering, by=user, to=told(gathering), data=data, **data)
    return gathering


@transaction.atomic
def note_point(user: User, pk: int, *, point: int, outcome: str) -> Gathering:
    """Note what came of a point of the agenda. Raises NotPossible for a point that is none of its agenda."""
    gathering = GATHERINGS.take(user, pk, "note_point")
    item = gathering.agenda_items.filter(pk=point).first()
    if item is None:
        raise NotPossible(_("That point is not on the agenda any more."))
    item.began_at = item.began_at or clock.now()
    item.ended_at, item.outcome = max(clock.now(), item.began_at), outcome
    item.save(update_fields=["began_at", "ended_at", "outcome"])
    return gathering


@transaction.atomic
def publish(user: User, pk: int) -> Gathering:
    """Publish what came of it; those who were told of the meeting are told. The next of its form is owed by rule."""
    gathering = GATHERINGS.take(user, pk, "publish")
    step(gathering, G.PUBLISHED, by=user)
    after_meeting(gathering)
    rhythm.begin(gathering)
    data = {"decided": gathering.decisions.count()}
    announce(events.PUBLISHED, gathering, by=user, to=told(gathering), data=data)
    return gathering


def attended(gathering: Gathering) -> tuple[int, int]:
    """How many came this time, and how many they could have been: counted at the door, or of those invited by name."""
    if not ROWS[Form(gathering.form)].by_name:
        return gathering.came or 0, gathering.body_size or 0
    seats = gathering.participants.all()
    if gathering.quorum:
        # Guests of a delegates' meeting are no part of its quorum.
        seats = seats.filter(part__in=ROWS[Form(gathering.form)].seats)
    rounds = list(seats.values_list("rounds", flat=True))
    return sum(gathering.round in one for one in rounds), gathering.body_size or len(rounds)


def has_quorum(gathering: Gathering) -> bool:
    """Whether enough came; where no quorum is asked, always."""
    if not gathering.quorum:
        return True
    came, body = attended(gathering)
    return enough(came, body, gathering.quorum, more_than=gathering.more_than)


def needed(gathering: Gathering) -> int:
    """How many have to come; 0 where no quorum is asked."""
    if not gathering.quorum:
        return 0
    return least(attended(gathering)[1], gathering.quorum, more_than=gathering.more_than)


def _check_attendance(
    gathering: Gathering, seats: set[int], present: Collection[int], came: int | None
) -> None:
    if not set(present) <= seats:
        raise NotPossible(_("Only those who are invited can be marked as present."))
    require_day(gathering)
    if came is not None and gathering.body_size and came > gathering.body_size:
        raise NotPossible(_("There are only %(n)d of them. Please count again.") % {"n": gathering.body_size})
