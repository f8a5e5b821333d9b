"""Booked hours in the field set of the city's volunteer site, as CSV in pieces. No ID numbers are kept here at all.

Fields: domain 7.1 and 7.3. Elder-care mutual aid is credited elsewhere by the city, so it is never in the same file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from portal.kit.sheets import safe_cell
from portal.volunteers.models import HourQuerySet, HourRecord, Membership, TeamRole, Volunteer

BATCH = 1000
BOM = "\ufeff"
SERVICE, MUTUAL_AID = "志愿服务", "养老互助"
FIELDS = (
    "志愿者姓名",
    "志愿者编号",
    "服务队",
    "活动名称",
    "日期",
    "地点",
    "服务对象",
    "服务内容",
    "服务时长(小时)",
    "负责人",
    "记录人",
    "记录编号",
    "时长类别",
)


def lines(records: HourQuerySet) -> Iterator[str]:
    """The file, a thousand records at a time: a heading and a line a record. Cells are never run as formulas."""
    yield BOM + _csv([FIELDS])
    leaders = _leaders(records)
    last = 0
    while batch := list(_batch(records, last)):
        numbers = _numbers(batch)
        yield _csv([_cells(record, leaders, numbers) for record in batch])
        last = batch[-1].pk


def hours(minutes: int) -> str:
    """Minutes as hours, exact to the hundredth that is full: 90 is 1.5."""
    hundredths = minutes * 100 // 60
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


def _batch(records: HourQuerySet, last: int) -> HourQuerySet:
    """The next records after one, by their number."""
    following = records.filter(pk__gt=last).order_by("pk")
    return following.select_related("person", "team", "activity", "shift__activity", "recorder")[:BATCH]


def _cells(record: HourRecord, leaders: dict[int, str], numbers: dict[int, str]) -> tuple[str, ...]:
    activity = record.activity
    return (
        record.person.real_name,
        numbers.get(record.person_id, ""),
        record.team.name,
        activity.title,
        record.day.isoformat(),
        record.shift.where,
        activity.beneficiary,
        activity.content,
        hours(record.minutes),
        leaders.get(record.team_id, ""),
        record.recorder.real_name if record.recorder else "",
        f"H{record.pk}",
        MUTUAL_AID if record.mutual_aid else SERVICE,
    )


def _leaders(records: HourQuerySet) -> dict[int, str]:
    """Who leads each team today: the person in charge."""
    leading = Membership.objects.active().filter(
        role=TeamRole.LEADER, team__in=records.order_by().values("team")
    )
    return dict(leading.order_by("-pk").values_list("team", "person__real_name"))


def _numbers(batch: list[HourRecord]) -> dict[int, str]:
    people = {record.person_id for record in batch}
    return dict(Volunteer.objects.filter(person__in=people).values_list("person", "site_number"))


def _csv(rows: list[tuple[str, ...]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([safe_cell(cell) for cell in row] for row in rows)
    return written.getvalue()
