"""Questions about coordination meetings: who is told, who could be in charge, what the public reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community.models import Appointment, Area, Person, Post, User
from portal.community.permissions import holders
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination.permissions import OPEN, SIDES
from portal.meetings.models import Coordination, Party
from portal.meetings.states.coordination import CoordinationState as C

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What everybody reads of where a meeting stands: never more than the outcome.
OUTCOMES: dict[C, StrOrPromise] = {
    C.DECLINED: _("not taken up for talks"),
    C.REFUSED: _("ended before the meeting"),
    C.STOPPED: _("ended by a party"),
    C.NOT_AGREED: _("no agreement"),
    C.REFERRED: _("ended; other routes told"),
    C.AGREEMENT_SIGNED: _("agreement reached"),
    C.PERFORMING: _("agreement reached"),
    C.BREACHED: _("agreement not carried out"),
    C.PERFORMED: _("agreement carried out"),
}
CLERKS = (Post.WORKER, Post.DIRECTOR)


@dataclass(frozen=True)
class PublicRow:
    """What everybody may read of a coordination meeting: number, outcome, and the day of the outcome."""

    number: str
    outcome: StrOrPromise
    day: date | None


def public_row(meeting: Coordination) -> PublicRow:
    """The public row of a meeting, whoever reads."""
    outcome = OUTCOMES.get(C(meeting.state), _("under way"))
    return PublicRow(meeting.number, outcome, meeting.outcome_on)


def public_rows(here: Area) -> QuerySet[Coordination]:
    """The meetings of a neighbourhood for its public register, the newest first."""
    return Coordination.objects.filter(neighbourhood=here).order_by("-pk")


def accounts(meeting: Coordination, but: User | None = None) -> QuerySet[User]:
    """The accounts of the parties and their agents; whoever has no phone has none."""
    sides = meeting.participants.sitting().filter(part__in=SIDES)
    told = User.objects.filter(is_active=True, person__in=sides.values("person"))
    return told.exclude(pk=but.pk) if but else told


def clerks(here: Area, but: Collection[int] = ()) -> list[Appointment]:
    """Who can be in charge: the committee's workers, then its director; nobody who is a party."""
    held = {one.person_id: one for post in reversed(CLERKS) for one in holders(post, here)}
    order = sorted(held.values(), key=lambda one: (CLERKS.index(Post(one.post)), one.pk))
    return [one for one in order if one.person_id not in but]


def in_office() -> QuerySet[Appointment]:
    """For each meeting of a query: the post by which its worker carries it out, if it is still held."""
    held = Appointment.objects.on(clock.today()).filter(post__in=CLERKS)
    return held.filter(person=OuterRef("in_charge"), area=OuterRef("neighbourhood"))


def least_busy(here: Area, but: Collection[int]) -> Person:
    """The worker with the fewest open meetings. Raises NotPossible where nobody is left who is no party."""
    found = clerks(here, but)
    workers = [one for one in found if one.post == Post.WORKER] or found
    if not workers:
        raise NotPossible(_("Nobody of the committee could take this up. Please ask at the subdistrict."))
    busy = dict(
        Coordination.objects.filter(neighbourhood=here, state__in=OPEN)
        .values_list("in_charge")
        .annotate(n=Count("pk"))
    )
    return min(workers, key=lambda one: (busy.get(one.person_id, 0), one.pk)).person


def parties(meeting: Coordination) -> list[Party]:
    """The parties with the people behind them, as they were named."""
    return list(meeting.parties.whole())


def chosen_of(meeting: Coordination, who: Collection[int]) -> list[Party]:
    """The parties with these keys. Raises NotPossible for none, and for one that is none of the meeting's."""
    found = [party for party in parties(meeting) if party.pk in set(who)]
    if not found or len(found) != len(set(who)):
        raise NotPossible(_("Please choose among the parties of this meeting."))
    return found


def party_of(meeting: Coordination, person: int | None) -> Party | None:
    """The party somebody is, or acts for."""
    speaks = Q(participant__person=person) | Q(agent__person=person)
    return meeting.parties.whole().filter(speaks).first() if person else None
