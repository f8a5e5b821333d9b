"""The register in the form of a roster: brought in again, it changes nothing."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator

from portal.community import places
from portal.community.models import Area, Dwelling, Kind, Ownership, Right, Usage
from portal.kit import clock, phones
from portal.kit.sheets import XLSX, safe_cell
from portal.kit.workbooks import workbook
from portal.register import owners
from portal.register.roster import BETWEEN_RIGHTS, COLUMNS, ESTATE, RIGHTS, USAGES

# The first word of several that mean the same.
USED = {usage: word for word, usage in reversed(USAGES.items())}
HELD = {right: word for word, right in RIGHTS.items()}
NOBODY = "不详"
SHEET = "名册"


def table(neighbourhood: Area) -> Iterator[list[str]]:
    """The heading, then a row for each dwelling in use; four queries, however many there are."""
    estates = {estate.path: estate.name for estate in places.below(neighbourhood, Kind.ESTATE)}
    several = len(estates) > 1
    yield [*COLUMNS.values(), *([ESTATE] if several else [])]
    titles = _titles(neighbourhood)
    inside = Dwelling.objects.in_use().filter(building__path__startswith=neighbourhood.path)
    for home in inside.select_related("building").order_by("building__path", "entrance", "room"):
        cells = _cells(home, titles[home.pk])
        if several:
            cells.append(estates.get(home.building.path[: -Area.steplen], ""))
        yield cells


# What a roster looks like: columns in the order of COLUMNS; nobody is called so.
SAMPLE = (
    ("1号楼", "1", "101", "86.42", "张三样", "13900000000", "自住", "业主"),
    ("1号楼", "1", "102", "78.76", "李四样、王五样", "", "出租", "业主"),
    ("1号楼", "1", "201", "54.30", "赵六样", "", "自住", "公房承租人"),
    ("1号楼", "1", "202", "54.30", NOBODY, "", "空置", "业主"),
)


def sample() -> bytes:
    """A roster to begin with, as XLSX: all columns, an example of each kind of row."""
    return workbook(SHEET, [[*COLUMNS.values()], *SAMPLE])


def as_csv(neighbourhood: Area) -> bytes:
    """UTF-8 with a mark, so that spreadsheet programs read the characters."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(map(safe_cell, row) for row in table(neighbourhood))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(neighbourhood: Area) -> bytes:
    """The register as a spreadsheet."""
    return workbook(SHEET, table(neighbourhood))


FORMATS: dict[str, tuple[Callable[[Area], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, XLSX),
}


def _titles(neighbourhood: Area) -> defaultdict[int, list[Ownership]]:
    """The owners of today, by dwelling; the voter first."""
    found: defaultdict[int, list[Ownership]] = defaultdict(list)
    held = Ownership.objects.on(clock.today()).in_area(neighbourhood).filter(until=None)
    for title in held.select_related("person").order_by("-is_voter", "pk"):
        found[title.dwelling_id].append(title)
    return found


def _cells(home: Dwelling, titles: list[Ownership]) -> list[str]:
    numbers = [phones.reachable(title.person.phone) for title in titles]
    while numbers and not numbers[-1]:
        numbers.pop()
    rights = [HELD[Right(title.right)] for title in titles]
    return [
        home.building.name,
        home.entrance,
        home.room,
        f"{home.exclusive_area // 100}.{home.exclusive_area % 100:02d}",
        "、".join(owners.written(title.person.real_name) for title in titles) or NOBODY,
        "、".join(numbers),
        USED[Usage(home.usage)],
        BETWEEN_RIGHTS.join(rights if len(set(rights)) > 1 else rights[:1]) or HELD[Right.OWNER],
    ]
