"""What somebody who leaves still owed: it goes to the successor or back to a post, or its reason is gone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import each_time, notify
from portal.community.leaving import Item, Leaving
from portal.community.models import Person, Post, stands_for
from portal.community.places import touching
from portal.duties.events import HANDED_ON
from portal.duties.kinds import FALLS_TO, LASTING, OFFICIAL
from portal.duties.models import Duty, DutyQuerySet
from portal.duties.services.supervision import listeners
from portal.kit import clock
from portal.kit.wording import told


def owed_by(leaving: Leaving) -> QuerySet[Duty]:
    """What a person owes by the post that ends, or as somebody who lives there, or at all where the account closes."""
    mine = Duty.objects.active().filter(person=leaving.person).select_related("neighbourhood")
    if leaving.post is not None:
        official = Q(kind__in=OFFICIAL, neighbourhood__path__startswith=leaving.post.area.path)
        return mine.filter(official | _of_place(leaving) & ~Q(kind__in=LASTING)).order_by("due_at")
    lasts = () if leaving.closes_account else LASTING
    return mine.filter(_of_place(leaving)).exclude(kind__in=lasts).order_by("due_at")


def shown(leaving: Leaving | None, duty: Duty) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(told(duty.title, duty.what), _becomes(leaving, duty), duty.url)


def owed_by_post(leaving: Leaving) -> QuerySet[Duty]:
    """What whoever holds the post that ends owes by it; it stays with the post."""
    held = leaving.post
    if held is None:
        return Duty.objects.none()
    return Duty.objects.active().filter(touching(held.area.path), post=held.post).order_by("due_at", "pk")


def post_shown(leaving: Leaving, duty: Duty) -> Item:
    """One of them, as the page that ends the post lists it."""
    return Item(told(duty.title, duty.what), _stays(leaving), duty.url)


def stay(leaving: Leaving, owed: list[Duty]) -> None:
    """They are the post's, whoever holds it: nothing changes."""


def taken_by(leaving: Leaving) -> QuerySet[Duty]:
    """What the person has in hand of what the post that ends owes, or of all where the account closes."""
    taken = Duty.objects.active().filter(taken_by=leaving.person)
    held = leaving.post
    if held is not None:
        owed = taken.filter(touching(held.area.path), post__in=stands_for(held.post))
        return owed.order_by("due_at", "pk")
    return taken.order_by("due_at", "pk") if leaving.closes_account else Duty.objects.none()


def taken_shown(leaving: Leaving, duty: Duty) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(told(duty.title, duty.what), _("goes back to those who hold the post"), duty.url)


def let_go(leaving: Leaving, taken: list[Duty]) -> None:
    """What somebody had in hand who leaves is owed by the post as before, and in nobody's hand."""
    Duty.objects.filter(pk__in=[duty.pk for duty in taken]).update(taken_by=None, taken_at=None)


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
    locked = Duty.objects.select_for_update(of=("self",)).select_related("neighbourhood").order_by("pk")
    return locked.filter(pk__in=[duty.pk for duty in owed])


def _fall(duty: Duty) -> None:
    if duty.kind in FALLS_TO:
        _give(duty, post=FALLS_TO[duty.kind])
    else:
        _drop(duty)


def _of_place(leaving: Leaving) -> Q:
    return leaving.within("neighbourhood", leaving.left)


def _becomes(leaving: Leaving | None, duty: Duty) -> str:
    post = Post(FALLS_TO[duty.kind]).label if duty.kind in FALLS_TO else ""
    if leaving is None or leaving.post is None or duty.kind not in OFFICIAL:
        return _("goes to: %(post)s") % {"post": post} if post else _("is owed by nobody any more")
    if leaving.successor is not None:
        return _("goes to: %(post)s") % {"post": leaving.successor.public_name}
    if post:
        return _("goes to whoever takes over; without anybody to: %(post)s") % {"post": post}
    return _("goes to whoever takes over; without anybody it is owed by nobody any more")


def _stays(leaving: Leaving) -> str:
    if not leaving.others:
        return _("stays open: nobody holds the post then")
    if len(leaving.others) == 1:
        return _("stays with: %(who)s") % {"who": leaving.others[0].record_title}
    return _("stays with the others who hold the post")


def _drop(duty: Duty) -> None:
    duty.dropped_at = clock.now()
    duty.save(update_fields=["dropped_at"])


def _give(duty: Duty, person: Person | None = None, post: str = "") -> None:
    """Whoever owes it now is told at once, and reminded anew."""
    same = Duty.objects.active().filter(kind=duty.kind, subject=duty.subject, person=person)
    if same.exclude(pk=duty.pk).exists():
        _drop(duty)
        return
    duty.person, duty.post, duty.area = person, post, duty.neighbourhood if post else None
    duty.reminded_at = duty.taken_by = duty.taken_at = None
    duty.save(update_fields=["person", "post", "area", "reminded_at", "taken_by", "taken_at"])
    said = {"duty": duty.kind, "due_at": duty.due_at.isoformat()}
    notify(HANDED_ON, duty, listeners(duty), once_per=each_time(duty), url=duty.step_url, **said)
