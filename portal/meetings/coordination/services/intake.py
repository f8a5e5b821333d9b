"""How a coordination meeting begins: a party applies, staff take it down or offer it; it is taken up or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Area, Person, User
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS, PLACE
from portal.meetings.coordination.selectors import accounts, least_busy, parties
from portal.meetings.coordination.services.endings import end
from portal.meetings.models import Coordination, Origin, Part, Participant, Party
from portal.meetings.services.transitions import in_working_days, iso, open_next_duty, step
from portal.meetings.states.coordination import CoordinationState as C

LEAST = 2
CONSENT = "coordination.consent"


@dataclass(frozen=True)
class Side:
    """One party as it is named: a person of the portal, or the name of a body or of somebody who is none."""

    person: Person | None = None
    name: str = ""


@transaction.atomic
def apply(user: User, slug: str, *, matter: str, facts: str, others: str) -> Coordination:
    """Ask for a coordination meeting, as the first party. The worker with the fewest has it in charge, and is told.

    `others`: who else is concerned, in words: nobody looks neighbours up in the register but staff, who name the other
    parties before it is taken up. Raises NotPossible where nobody could take it up.
    """
    here = PLACE.take(user, slug, "apply")
    own = Side(person_of(user))
    meeting = _create(
        here, [own], user, Origin.APPLIED, matter, facts, least_busy(here, [user.person_id or 0])
    )
    meeting.others = others
    meeting.save(update_fields=["others"])
    announce(events.APPLIED, meeting, to=accounts_of(meeting.in_charge_id))
    return meeting


@transaction.atomic
def take_down(
    user: User, slug: str, *, matter: str, facts: str, sides: Sequence[Side], offered: bool = False
) -> Coordination:
    """Take an application down at the counter, or offer a meeting (《人民调解法》第17条); its writer has it in charge.

    The first of `sides` applies. Raises NotPossible as `apply` does, and for a writer who is a party.
    """
    here = PLACE.take(user, slug, "take_down")
    clerk = person_of(user)
    _check_sides(sides)
    if clerk in [side.person for side in sides]:
        raise NotPossible(_("You are a party yourself: please let a colleague take it down."))
    origin = Origin.OFFERED if offered else Origin.COUNTER
    return _create(here, sides, user, origin, matter, facts, clerk)


@transaction.atomic
def accept(user: User, pk: int) -> Coordination:
    """Take it up: every party is asked whether it agrees, with a day. Raises NotPossible for less than two parties."""
    meeting = COORDINATIONS.take(user, pk, "accept")
    if meeting.parties.count() < LEAST:
        raise NotPossible(_("Please name the other party first: talks need two."))
    step(meeting, C.ACCEPTED, by=user)
    due = in_working_days(meeting, "coordination.consent_working_days")
    for party in parties(meeting):
        _ask(meeting, party)
    announce(events.ACCEPTED, meeting, to=accounts(meeting), due_at=iso(due.at))
    return meeting


@transaction.atomic
def decline(user: User, pk: int, *, reason: str) -> Coordination:
    """Do not take it up; who applied reads the reason and the other routes, the others never hear of it."""
    meeting = COORDINATIONS.take(user, pk, "decline")
    end(meeting, C.DECLINED, by=user, reason=reason)
    applicant = meeting.parties.whole().filter(applies=True).first()
    announce(events.DECLINED, meeting, to=accounts_of(applicant.participant.person_id if applicant else None))
    return meeting


@transaction.atomic
def add_party(user: User, pk: int, *, side: Side) -> Coordination:
    """Name a further party; it is asked to agree as the others were. Raises NotPossible for one named already."""
    meeting = COORDINATIONS.take(user, pk, "add_party")
    check_new(meeting, side)
    party = _party(meeting, side, applies=False)
    if meeting.state == C.ACCEPTED:
        _ask(meeting, party)
        due = in_working_days(meeting, "coordination.consent_working_days")
        announce(events.ACCEPTED, meeting, to=accounts_of(party.participant.person_id), due_at=iso(due.at))
    return meeting


def check_new(meeting: Coordination, side: Side) -> None:
    """Refuse somebody who has a part in the meeting already, whichever: nobody stands on both sides."""
    if side.person is None:
        if meeting.participants.sitting().filter(name=side.name).exists():
            raise NotPossible(_("This name stands in the meeting already."))
        return
    if side.person.pk in (meeting.in_charge_id, meeting.chair_id):
        raise NotPossible(_("Who mediates, or carries the meeting out, cannot be on a side."))
    if meeting.participants.filter(person=side.person).exists():
        raise NotPossible(_("This person takes part already; nobody can be on both sides."))


def _create(
    here: Area, sides: Sequence[Side], user: User, origin: Origin, matter: str, facts: str, charge: Person
) -> Coordination:
    number = _next_number(here)
    meeting = Coordination.objects.create(
        neighbourhood=here,
        area=here,
        number=number,
        title=number,
        origin=origin,
        matter=matter,
        facts=facts,
        called_by=person_of(user),
        in_charge=charge,
        chair=charge,
    )
    for place, side in enumerate(sides):
        _party(meeting, side, applies=place == 0 and origin != Origin.OFFERED)
    open_next_duty(meeting)
    return meeting


def _check_sides(sides: Sequence[Side]) -> None:
    if len(sides) < LEAST:
        raise NotPossible(_("Please name who else is concerned: talks need two parties."))
    if len({side.person.pk if side.person else side.name for side in sides}) < len(sides):
        raise NotPossible(_("Somebody is named twice; nobody can be on both sides."))


def _next_number(here: Area) -> str:
    """The next number of the year in the register, such as 协调〔2026〕3号; under the neighbourhood's lock."""
    Area.objects.select_for_update(no_key=True).get(pk=here.pk)
    year = clock.today().year
    known = Coordination.objects.filter(neighbourhood=here, number__startswith=f"协调〔{year}〕")
    return f"协调〔{year}〕{known.count() + 1}号"


def _party(meeting: Coordination, side: Side, *, applies: bool) -> Party:
    seat = Participant.objects.create(meeting=meeting, person=side.person, name=side.name, part=Part.PARTY)
    return Party.objects.create(meeting=meeting, participant=seat, applies=applies)


def _ask(meeting: Coordination, party: Party) -> None:
    if party.participant.person:
        due = in_working_days(meeting, "coordination.consent_working_days")
        duties.open_duty(CONSENT, meeting, due=due, person=party.participant.person)
