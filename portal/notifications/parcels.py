"""Carrying news out of the portal by the ways their readers chose: alone at once, or all of a day together.

What was read in the portal meanwhile, or holds no more, does not go out. A carrier is told a key that is the same
where something is handed over once more, so that a way that knows keys shows nothing twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.community.models import User
from portal.kit import clock
from portal.kit.handover import Away, NotTaken, Refused, Unclear
from portal.kit.periodic import in_time
from portal.notifications import handing
from portal.notifications.enclosures import holds
from portal.notifications.models import FORGOTTEN_AFTER, Channel, Notice, Parcel

log = logging.getLogger(__name__)
LONGEST_ROUND = 500


@dataclass(frozen=True)
class Load:
    """What goes to one person at one time, never empty: the notices, the newest first. `daily`: all of a day."""

    user: User
    notices: list[Notice]
    daily: bool
    key: str


# Hands a load over, by one way; raises NotTaken (portal.kit.handover).
Carrier = Callable[[Load], None]
CARRIERS: dict[str, Carrier] = {}


def carrier(channel: Channel) -> Callable[[Carrier], Carrier]:
    """Register who carries by a way."""

    def register(carry: Carrier) -> Carrier:
        CARRIERS[channel] = carry
        return carry

    return register


def send_due() -> int:
    """Carry what is due, by each way until nothing is left, the time is up or it takes nothing. How many went."""
    Parcel.objects.filter(created_at__lte=clock.now() - FORGOTTEN_AFTER).delete()
    return sum(_round(channel, carry) for channel, carry in CARRIERS.items())


def _round(channel: str, carry: Carrier) -> int:
    sent = 0
    try:
        for keys in in_time([*_batches(channel)]):
            sent += _carry(keys, carry)
    except (Away, Unclear) as reason:
        log.warning("the way %s takes nothing (%s); the rest waits", channel, reason)
    return sent


def _batches(channel: str) -> Iterator[list[int]]:
    """The keys of what goes together: of a day all that one person waits for and was tried as often."""
    due = Parcel.objects.to_send().filter(channel=channel).order_by("send_after", "pk")
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for pk, daily, user, tries in due.values_list("pk", "daily", "notice__user", "tries")[:LONGEST_ROUND]:
        if daily:
            days[user, tries].append(pk)
        else:
            yield [pk]
    yield from days.values()


def _carry(keys: list[int], carry: Carrier) -> bool:
    """Whether something was taken; raises Away or Unclear where the rest has to wait."""
    claimed = _claimed(sorted(keys))
    news = [row for row in claimed if row.notice.read_at is None and holds(row.notice)]
    for row in claimed:
        if row not in news:
            handing.settle(row, None)
    if not news:
        return False
    answer = _asked(carry, _load(news, f"parcel-{claimed[0].pk}"))
    for row in news:
        handing.settle(row, answer)
    if isinstance(answer, Away | Unclear):
        raise answer
    return answer is None


def _claimed(keys: list[int]) -> list[Parcel]:
    """All of what goes together, or nothing: whoever has the first of them in hand has the others too."""
    rows = Parcel.objects.to_send().select_related("notice__user", "notice__neighbourhood")
    first = handing.claim(rows, keys[0])
    return [first, *(row for pk in keys[1:] if (row := handing.claim(rows, pk)))] if first else []


def _load(rows: list[Parcel], key: str) -> Load:
    notices = sorted(
        (row.notice for row in rows), key=lambda notice: (notice.created_at, notice.pk), reverse=True
    )
    return Load(notices[0].user, notices, rows[0].daily, key)


def _asked(carry: Carrier, load: Load) -> NotTaken | None:
    try:
        carry(load)
    except NotTaken as answer:
        return answer
    except Exception as error:  # one that cannot be carried holds up no other
        log.exception("%s cannot be carried", load.key)
        return Refused(f"cannot be carried: {type(error).__name__}")
    return None


def matters(notices: list[Notice]) -> list[list[Notice]]:
    """Notices by what they are about: the matter with the newest first, and in each the newest first."""
    found: dict[str, list[Notice]] = {}
    for notice in sorted(notices, key=lambda one: (one.created_at, one.pk), reverse=True):
        found.setdefault(notice.matter or notice.url, []).append(notice)
    return list(found.values())
