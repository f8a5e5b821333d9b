"""What time does to promises: a reminder before they are due, levels after (五级督办). A transaction each."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.urls import reverse

from portal.actions.events import Event, notify
from portal.community import rules
from portal.community.models import Appointment, Post, User
from portal.community.selectors import accounts_of, post_users
from portal.duties.events import LATE, SOON, SUPERVISED
from portal.duties.kinds import OFFICIAL
from portal.duties.levels import LEVELS, level_at
from portal.duties.models import Duty, DutyQuerySet
from portal.duties.services.promises import owers_of
from portal.kit import clock
from portal.kit.periodic import in_time

# Who hears of it beside the ower, from which level on: +5 working days the committee, +10 the subdistrict.
WATCHERS = {3: Post.DIRECTOR, 5: Post.OFFICER}


def remind() -> int:
    """Remind each ower once before the time runs out, the most urgent first. Returns how many duties.

    Where an import made thousands due at once, the rest is reminded in the next rounds.
    """
    soon = Duty.objects.to_remind().order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_remind(pk) for pk in in_time(list(soon)))


def raise_levels() -> int:
    """Raise every overdue duty to the level it has reached, in as many rounds as it takes. Returns how many rose."""
    steps = cache(lambda area: rules.rule(LEVELS, area))
    now = clock.now()
    late = Duty.objects.to_raise().select_related("neighbourhood")
    rising = [
        (duty.pk, level)
        for duty in late
        if (level := level_at(duty.late_from, steps(duty.neighbourhood), now)) > duty.level
    ]
    return sum(_raise(pk, level) for pk, level in in_time(rising))


@transaction.atomic
def _remind(pk: int) -> bool:
    duty = _locked(Duty.objects.to_remind(), pk)
    if duty is None:
        return False
    duty.reminded_at = clock.now()
    duty.save(update_fields=["reminded_at"])
    # Where its date went by while the portal stood still, the day from which it is late.
    # Anew where it was handed on and came back: whoever had been reminded before is reminded again.
    occasion = f"duty:{duty.pk}:{duty.reminded_at.isoformat()}"
    _notify(SOON, duty, occasion, _promised(duty), listeners(duty))
    return True


@transaction.atomic
def _raise(pk: int, level: int) -> bool:
    """Whoever owes it is asked to answer; whoever watches over it reads who owes it since when, and at which level."""
    duty = _locked(Duty.objects.to_raise().filter(level__lt=level), pk)
    if duty is None:
        return False
    duty.level = level
    duty.save(update_fields=["level"])
    owing = owers(duty)
    _notify(LATE, duty, f"duty:{duty.pk}:{level}", duty.late_from, owing)
    _supervise(duty, [one for one in _watchers(duty, bool(owing)) if one not in owing])
    return True


def _supervise(duty: Duty, watchers: list[User]) -> None:
    if not watchers:
        return
    ower = owers_of([duty])[duty.pk]
    said: dict[str, Any] = {"duty": duty.kind, "due_at": duty.late_from.isoformat(), "level": duty.level}
    said |= {"who": ower.name if ower.person else "", "post": duty.post}
    # Those who watch may not be able to open what it is about; the workbench names it as far as they may.
    url = reverse("duties:workbench", args=[duty.neighbourhood.slug]) + "?whose=all&when=overdue"
    notify(SUPERVISED, duty, watchers, once_per=f"duty:{duty.pk}:{duty.level}", url=url, **said)


def _locked(duties: DutyQuerySet, pk: int) -> Duty | None:
    """The duty, unless it was done meanwhile or another run has it in hand."""
    waiting = duties.select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
    return waiting.select_related("neighbourhood", "area", "person").first()


def _notify(event: Event, duty: Duty, occasion: str, by: datetime, to: list[User]) -> None:
    params: dict[str, Any] = {"duty": duty.kind, "due_at": by.isoformat(), "level": duty.level}
    notify(event, duty, to, once_per=occasion, url=duty.step_url, **params)


def listeners(duty: Duty) -> list[User]:
    """Who hears of a duty: those who owe it, by level those who watch over them. A vacant post's director."""
    owing = owers(duty)
    return owing + _watchers(duty, bool(owing))


def _watchers(duty: Duty, owed: bool) -> list[User]:
    posts = {post for level, post in WATCHERS.items() if duty.level >= level}
    if not owed:
        posts.add(Post.DIRECTOR)
    return [user for post in posts for user in post_users(post, duty.neighbourhood)]


def _promised(duty: Duty) -> datetime:
    return duty.due_at if duty.due_at > clock.now() else duty.late_from


def owers(duty: Duty) -> list[User]:
    """The accounts of those who owe a duty: of who has it in hand alone, while it is in time."""
    if duty.taken_by_id and not duty.level:
        return list(accounts_of(duty.taken_by_id))
    if duty.area is not None:
        return post_users(duty.post, duty.area)
    return list(accounts_of(duty.person_id, *_standing_in(duty)))


def _standing_in(duty: Duty) -> list[int]:
    """Who stands in today for the person who owes something by a post."""
    if duty.kind not in OFFICIAL:
        return []
    deputies = Appointment.objects.on(clock.today()).filter(deputy_for__person=duty.person_id)
    return list(deputies.values_list("person_id", flat=True))
