"""A summons until it is sent: written for one department or several, changed, sent to all of them at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Person, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Summons
from portal.meetings.services.transitions import open_next_duty
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import events, links, mailing
from portal.meetings.summons.clocks import go
from portal.meetings.summons.permissions import PLACE, SUMMONS
from portal.meetings.summons.services.calling import check_wanted, on
from portal.search import services as search

# What several departments are told alike; department, e-mail and phone are each one's own.
SHARED = ("title", "matter", "tried", "wanted_at", "place", "attendees")


@dataclass(frozen=True)
class Letter:
    """What a summons says. `wanted_at`: when the department is to come."""

    title: str
    matter: str
    tried: str
    department: str
    wanted_at: datetime
    place: str
    email: str = ""
    phone: str = ""
    attendees: str = ""


@transaction.atomic
def write(
    user: User, slug: str, letter: Letter, chair: Person | None = None, others: Iterable[str] = ()
) -> Summons:
    """Write a summons; nobody but the committee sees it until it is sent. Who writes it receives the department.

    `others`: further departments summoned about the same, each with a summons of its own. Raises NotPossible where one
    is named twice.
    """
    here, by = PLACE.take(user, slug, "summon"), person_of(user)
    summons = _kept(Summons(neighbourhood=here, area=here, called_by=by, chair=chair or by, **asdict(letter)))
    for department in others:
        _beside(summons, department, by)
    return summons


@transaction.atomic
def add_department(user: User, pk: int, *, department: str, email: str = "", phone: str = "") -> Summons:
    """Summon a further department about the same; returns its summons, which is still to be sent.

    Raises NotPossible for one that is summoned about it already.
    """
    summons = SUMMONS.take(user, pk, "add_department")
    return _beside(summons, department, person_of(user), email=email, phone=phone)


@transaction.atomic
def rewrite(user: User, pk: int, letter: Letter) -> Summons:
    """Change what it says while nobody has read it; what all are told is changed for those summoned with it as well.

    Raises NotPossible for a department that is summoned about it already.
    """
    summons = SUMMONS.take(user, pk, "rewrite")
    if letter.department != summons.department:
        _check_once(summons, letter.department)
    _say(summons, asdict(letter))
    for other in together(summons).filter(state=S.DRAFTED):
        _say(other, {name: getattr(letter, name) for name in SHARED})
    return summons


@transaction.atomic
def send(user: User, pk: int) -> Summons:
    """Send it to all departments written to: from now on it can be read, each has its link, and their days run.

    Raises NotPossible for a day that is past, or later than a department has to come.
    """
    summons = SUMMONS.take(user, pk, "send")
    check_wanted(summons, summons.wanted_at)
    _send(summons, user)
    for other in together(summons).filter(state=S.DRAFTED):
        _send(other, user)
    return summons


def together(summons: Summons) -> QuerySet[Summons]:
    """The others summoned about the same, in the order they were named."""
    others = Summons.objects.exclude(together=None).filter(together=summons.together)
    return others.exclude(pk=summons.pk).select_related("neighbourhood", "area", "chair").order_by("pk")


def _kept(summons: Summons) -> Summons:
    summons.save()
    search.index(summons)
    open_next_duty(summons)
    return summons


def _beside(summons: Summons, department: str, by: Person, **own: str) -> Summons:
    """One more department of a locked summons."""
    _check_once(summons, department)
    if summons.together is None:
        summons.together = uuid.uuid4()
        summons.save(update_fields=["together"])
    told = {name: getattr(summons, name) for name in (*SHARED, "neighbourhood", "area", "chair", "together")}
    return _kept(Summons(department=department, called_by=by, **told, **own))


def _check_once(summons: Summons, department: str) -> None:
    if department in (summons.department, *together(summons).values_list("department", flat=True)):
        raise NotPossible(_("%(name)s is summoned about this already.") % {"name": department})


def _say(summons: Summons, said: dict[str, object]) -> None:
    for name, value in said.items():
        setattr(summons, name, value)
    summons.save(update_fields=list(said))
    search.index(summons)


def _send(summons: Summons, user: User) -> None:
    go(summons, S.SENT, by=user, sent_at=clock.now())
    mailing.mail(links.give(summons, person_of(user)), mailing.ASKED)
    data = {"department": summons.department, "on": on(summons.wanted_at)}
    announce(events.SENT, summons, by=user, data=data)
