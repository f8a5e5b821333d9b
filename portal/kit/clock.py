"""The one clock. Everything that asks for the time asks here, so that a story can be told at another time."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | None] = ContextVar("portal_clock", default=None)
_holds: ContextVar[Held | None] = ContextVar("portal_holds", default=None)


class Held:
    """How long what is being made says the same: at most until the day ends, or a moment that was `passed` comes."""

    def __init__(self) -> None:
        self.until = end_of(today())

    def only_until(self, moment: datetime) -> None:
        """What is made reads differently from a moment on (aware)."""
        self.until = min(self.until, moment)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


def today() -> date:
    """The present calendar day in Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The calendar day in Shanghai on which an aware moment falls."""
    return moment.astimezone(SHANGHAI).date()


def last_day(end: datetime) -> date:
    """The calendar day in Shanghai that is the last one until an aware moment: of 24:00 the day that ends then."""
    return day_of(end - timedelta(microseconds=1))


def end_of(day: date) -> datetime:
    """24:00 of a day in Shanghai, as an aware UTC moment: what "until that day" means."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def at_time(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time in Shanghai as an aware UTC moment."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block the clock stands at `moment` (aware). For the demo, for replays and for tests."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)


def passed(moment: datetime) -> bool:
    """Whether an aware moment has come. What is being made holds only until it does."""
    if now() >= moment:
        return True
    holds_until(moment)
    return False


def holds_until(moment: datetime) -> None:
    """Say that what is being made reads differently from an aware moment on."""
    making = _holds.get()
    if making is not None:
        making.only_until(moment)


@contextmanager
def holding() -> Iterator[Held]:
    """Within the block it is collected how long what is made there says the same."""
    held = Held()
    token = _holds.set(held)
    try:
        yield held
    finally:
        _holds.reset(token)
        # What stands inside something else ends that one too.
        holds_until(held.until)
