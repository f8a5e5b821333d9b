"""What somebody who leaves still owed: it goes to the successor or back to a post, or its reason is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.community.leaving import Item, Leaving
from portal.community.models import Post
from portal.duties.kinds import FALLS_TO, OFFICIAL
from portal.duties.models import Duty, DutyQuerySet
from portal.kit import clock


def owed_by(leaving: Leaving) -> QuerySet[Duty]:
    """What a person owes by the post that ends, or as somebody who lives there, or at all where the account closes."""
    mine = Duty.objects.active().filter(person=leaving.person).select_related("neighbourhood")
    if leaving.post is not None:
        official = Q(kind__in=OFFICIAL, neighbourhood__path__startswith=leaving.post.area.path)
        return mine.filter(official | _of_place(leaving)).order_by("due_at")
    return mine.filter(_of_place(leaving)).order_by("due_at")


def shown(leaving: Leaving | None, duty: Duty) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(f"{duty.title}: {duty.what}", _becomes(duty), duty.url)


def hand_on(leaving: Leaving, owed: list[Duty]) -> None:
    """What was owed by a post goes to the successor, or to the post that answers for it; the rest is dropped.

    Where that post, or the successor, owes the same already, one promise is enough.
    """
    for duty in _locked(owed):
        if duty.kind in OFFICIAL and leaving.successor is not None:
            _give(duty, person=leaving.successor)
        else:
            _fall(duty)


def fall_back(owed: Iterable[Duty]) -> None:
    """Promises of people that they keep no more go to the posts they fall to; others are dropped."""
    for duty in _locked(owed):
        _fall(duty)


def _locked(owed: Iterable[Duty]) -> DutyQuerySet:
    return Duty.objects.select_for_update(of=("self",)).filter(pk__in=[duty.pk for duty in owed])


def _fall(duty: Duty) -> None:
    if duty.kind in FALLS_TO:
        _give(duty, post=FALLS_TO[duty.kind], area=duty.neighbourhood)
    else:
        duty.dropped_at = clock.now()
        duty.save(update_fields=["dropped_at"])


def _of_place(leaving: Leaving) -> Q:
    return leaving.within("neighbourhood", leaving.left)


def _becomes(duty: Duty) -> str:
    if duty.kind in FALLS_TO:
        return _("goes to: %(post)s") % {"post": Post(FALLS_TO[duty.kind]).label}
    return _("is owed by nobody any more")


def _give(duty: Duty, **to: Any) -> None:
    ower: dict[str, Any] = {"person": None, "post": "", "area": None} | to
    same = Duty.objects.active().filter(kind=duty.kind, subject=duty.subject, person=ower["person"])
    if same.exclude(pk=duty.pk).exists():
        ower = {"dropped_at": clock.now()}
    for name, value in ower.items():
        setattr(duty, name, value)
    duty.save(update_fields=list(ower))
