"""A post that nobody holds: whoever gives it owes naming somebody, by a date."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.leaving import Item, Leaving
from portal.community.models import Appointment, Area, Post, User
from portal.community.permissions import Role
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.duties.services.leaving import owed_by_post
from portal.kit import clock
from portal.kit.wording import deadline
from portal.record.services import key
from portal.register.permissions import APPOINTS, PLACES
from portal.register.states import PostState

DUTY = "post.vacant"


def giver(post: Post | str) -> Post | None:
    """Whose post at a desk it is to give and end another; None where only whoever runs the portal does."""
    desks = ((role, given) for role, given in APPOINTS.items() if role is not Role.OPERATOR)
    return next((Post(role.value) for role, given in desks if post in given), None)


def left_vacant(leaving: Leaving) -> QuerySet[Appointment]:
    """The post that ends, where nobody else holds or will hold it and somebody here gives it; else none."""
    held = leaving.post
    if held is None or held.deputy_for_id is not None or giver(held.post) is None or leaving.others:
        return Appointment.objects.none()
    return Appointment.objects.filter(pk=held.pk, area__kind__in=PLACES).select_related("area", "person")


def shown(leaving: Leaving, held: Appointment) -> Item:
    """It, as the page that ends the post says it."""
    by, day = giver(held.post), deadline(_due(held).at)
    owes = _("Naming somebody is owed by %(day)s, by: %(giver)s") % {"day": day, "giver": by and by.label}
    return Item(held.title, f"{_stay_open(owed_by_post(leaving).count())} {owes}".strip())


def call_for(leaving: Leaving, vacant: list[Appointment]) -> None:
    """Whoever gives the post owes naming somebody."""
    for held in vacant:
        duties.open_duty(DUTY, held, due=_due(held), post=giver(held.post) or "", area=held.neighbourhood)


def close_filled(here: Area | None = None, by: User | None = None) -> int:
    """Close the promises to fill a post that is held again, everywhere or in a neighbourhood. Returns how many."""
    owed = Duty.objects.active().filter(kind=DUTY)
    owed = owed.filter(neighbourhood=here) if here is not None else owed
    subjects = list(owed.values_list("subject", flat=True))
    keys = [int(subject.partition(":")[2]) for subject in subjects]
    vacated = Appointment.objects.filter(pk__in=keys).select_related("area", "person")
    filled = [held for held in vacated if held.state == PostState.HELD or Leaving(held.person, held).others]
    return sum(duties.close(DUTY, key(held), by=by) for held in filled)


def _stay_open(count: int) -> str:
    said = ngettext("%(n)s promise of this post stays open.", "%(n)s promises of this post stay open.", count)
    return said % {"n": count} if count else ""


def _due(held: Appointment) -> Deadline:
    return add_working_days(clock.now(), rule("post.fill_working_days", held.area))
