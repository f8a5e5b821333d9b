"""Which of many backups stay: the last of each of the latest days, weeks and months."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from portal.keeping import manifest
from portal.keeping.making import UNFINISHED
from portal.keeping.places import TIMED
from portal.kit import clock

PERIODS: tuple[Callable[[datetime], object], ...] = (
    lambda at: at.date(),
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
)
# A backup that did not end within so long was broken off.
BROKEN_OFF = timedelta(days=1)


def staying(moments: Sequence[datetime], counts: Sequence[int]) -> set[datetime]:
    """The moments that stay: the last of each of the latest so many days, weeks and months that have one."""
    stay: set[datetime] = set()
    for period, count in zip(PERIODS, counts, strict=True):
        last: dict[object, datetime] = {}
        for moment in sorted(moments, reverse=True):
            last.setdefault(period(moment), moment)
        stay.update(list(last.values())[:count])
    return stay


def thin(folder: Path, counts: Sequence[int]) -> list[str]:
    """Delete the backups in a folder that need not stay; returns their names. Whatever is not ours is left."""
    there = {moment: path for path in folder.iterdir() if (moment := _moment(path.name)) and _is_ours(path)}
    gone = [path for moment, path in there.items() if moment not in staying(list(there), counts)]
    gone += [path for path in folder.glob(f".*{UNFINISHED}") if _was_broken_off(path)]
    for path in gone:
        shutil.rmtree(path)
    return sorted(path.name for path in gone)


def _is_ours(path: Path) -> bool:
    return (path / manifest.NAME).is_file()


def _was_broken_off(path: Path) -> bool:
    moment = _moment(path.name.removeprefix(".").removesuffix(UNFINISHED))
    return moment is not None and moment < timezone.make_naive(clock.now() - BROKEN_OFF)


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, TIMED)  # noqa: DTZ007 - local time, as in the name
    except ValueError:
        return None
