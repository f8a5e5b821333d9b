"""A million hour records of a district of 266 neighbourhoods: what its page computes, beside the bare SQL.

On SQLite, and on PostgreSQL where PORTAL_DATABASE_URL names a server on which databases can be made. `python -m
bench._volunteers_sums measure` fills the database it is pointed at and prints the times as JSON. The bare SQL gives
the same figures: minutes and people of the year, by month and by subdistrict.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import progress, report

RECORDS, PEOPLE, NEIGHBOURHOODS, SUBDISTRICTS = 1_000_000, 40_000, 266, 14
YEAR, ROUNDS = 2025, 5
# One statement: every figure of the page needs people counted once, by two ways of grouping and in all.
BARE = """
SELECT 1, CAST(h.month AS varchar), SUM(h.minutes), COUNT(DISTINCT h.person_id) FROM volunteers_hourrecord h
 WHERE h.state = 'booked' AND NOT h.mutual_aid AND h.month BETWEEN {first} AND {last} GROUP BY h.month
UNION ALL
SELECT 2, substr(a.path, 1, 8), SUM(h.minutes), COUNT(DISTINCT h.person_id)
  FROM volunteers_hourrecord h JOIN community_area a ON a.id = h.neighbourhood_id
 WHERE h.state = 'booked' AND NOT h.mutual_aid AND h.month BETWEEN {first} AND {last} GROUP BY substr(a.path, 1, 8)
UNION ALL
SELECT 3, '', SUM(h.minutes), COUNT(DISTINCT h.person_id) FROM volunteers_hourrecord h
 WHERE h.state = 'booked' AND NOT h.mutual_aid AND h.month BETWEEN {first} AND {last}
"""
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s",
    "postgresql": "SELECT n FROM generate_series(0, {last}) AS g(n)",
}
# Record n is of person n % people, on a day and an hour that no other record of that person has.
MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', '2025-01-01 01:00:00', "
    "'+' || ((n / {people}) * 14 + n % 13) || ' days', '+{hours} hours')",
    "postgresql": "timestamptz '2025-01-01 01:00:00+00' + ((n / {people}) * 14 + n % 13) * interval '1 day' "
    "+ interval '{hours} hours'",
}
MONTH = {
    "sqlite": "CAST(strftime('%Y%m', {moment}) AS INTEGER)",
    "postgresql": "CAST(to_char({moment}, 'YYYYMM') AS integer)",
}

SETTLE = {"sqlite": ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"), "postgresql": ("VACUUM ANALYZE",)}
ASIDE = {
    "sqlite": (
        "DROP INDEX hours_once",
        "DROP TRIGGER hours_never_overlap_insert",
        "DROP TRIGGER hours_never_overlap_update",
    ),
    "postgresql": (
        "DROP INDEX hours_once",
        "ALTER TABLE volunteers_hourrecord DROP CONSTRAINT hours_never_overlap",
    ),
}


def main() -> None:
    """Measure on the databases that are at hand."""
    from bench.pages import on_each_database  # noqa: PLC0415 - the step below runs without its needs

    on_each_database("bench-volunteers-", told)


def told(name: str, place: Path, database: str) -> None:
    """The figures of one database."""
    from bench.pages import surroundings  # noqa: PLC0415 - as above

    progress(f"making {RECORDS:,} hour records on {name}")
    environment = surroundings(place, database, 0) | {"PORTAL_DATABASE_POOL": "0"}
    command = [sys.executable, "-m", "bench._volunteers_sums", "measure"]
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    said = json.loads(made.stdout)
    figure = f"{name}: sums of a district over {said['records']:,} hour records, beside the bare SQL"
    report("volunteers", figure, said["ours"], "s", limit=said["bare"], goal="<= 2")
    figure = f"{name}: sums of one neighbourhood of it"
    report("volunteers", figure, said["neighbourhood"] * 1000, "ms")


# --- in a process of its own ---


def measure() -> dict[str, Any]:
    """Fill the database; then our sums and the bare ones, in turns."""
    import django  # noqa: PLC0415 - only this step needs a portal

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415

    from portal.volunteers import sums  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    district, one = fill(connection)
    sql = BARE.format(first=YEAR * 100 + 1, last=YEAR * 100 + 12)

    def bare() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    pairs = [(timed(lambda: sums.of_place(district, YEAR)), timed(bare)) for _round in range(ROUNDS + 1)][1:]
    (_time, ours), (_bare_time, rows) = pairs[-1]
    whole = next(row for row in rows if row[0] == 3)
    if (ours.minutes, ours.people) != whole[2:] or len(ours.parts) != SUBDISTRICTS:
        raise RuntimeError(f"not the same sums: {ours.minutes}, {ours.people}, {whole}")
    return {
        "records": RECORDS,
        "ours": median(mine[0] for mine, _other in pairs),
        "bare": median(other[0] for _mine, other in pairs),
        "neighbourhood": median(
            timed(lambda: sums.of_neighbourhood(one, YEAR))[0] for _round in range(ROUNDS)
        ),
    }


def fill(connection: Any) -> tuple[Any, Any]:
    """A district with its hours: rows are made in the database itself."""
    from portal.community.models import Area, Kind  # noqa: PLC0415 - after setup
    from portal.community.rules import load  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415
    from tests.volunteers.factories import make_activity, make_crew, make_shift  # noqa: PLC0415

    load()
    streets = [factories.make_subdistrict()]
    district = streets[0].get_parent()
    streets += [factories.make_area(Kind.SUBDISTRICT, parent=district) for _n in range(SUBDISTRICTS - 1)]
    places = [factories.make_neighbourhood(parent=streets[at % SUBDISTRICTS]) for at in range(NEIGHBOURHOODS)]
    crew = make_crew(places[0])
    shift = make_shift(make_activity(crew))
    rows(connection, shift, crew, [place.pk for place in places])
    return Area.objects.get(pk=district.pk), places[1]


def rows(connection: Any, shift: Any, crew: Any, places: list[int]) -> None:
    """People and records. All are of one shift: what is measured asks for place, month, person and minutes."""
    from tests.volunteers.factories import _notice  # noqa: PLC0415 - after setup

    vendor = connection.vendor
    starts, ends = (MOMENT[vendor].format(people=PEOPLE, hours=hours) for hours in (0, 2))
    month = MONTH[vendor].format(moment=starts)
    day = f"date({starts})" if vendor == "sqlite" else f"CAST({starts} AS date)"
    recorder, notice = crew.recorder.person_id, _notice(crew, shift).pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_person (kind, real_name, display_name, phone, created_at) "
            f"SELECT 'natural', '陈', '', '', CURRENT_TIMESTAMP FROM ({series(vendor, PEOPLE - 1)}) AS made"
        )
        cursor.execute("SELECT MAX(id) FROM community_person")
        first = cursor.fetchone()[0] - PEOPLE + 1
        at = " ".join(f"WHEN {n} THEN {pk}" for n, pk in enumerate(places))
        # All are of one shift, and made at once: what holds the rules for each row is set aside.
        for statement in ASIDE[vendor]:
            cursor.execute(statement)
        cursor.execute(
            "INSERT INTO volunteers_hourrecord (person_id, team_id, neighbourhood_id, activity_id, shift_id, day, "
            "month, starts_at, ends_at, minutes, mutual_aid, source, state, version, remark, entered_at, "
            "entered_by_id, recorder_id, verified_at, notice_id, booked_at, ended_why) "
            f"SELECT {first} + n % {PEOPLE}, {crew.team.pk}, CASE (n % {PEOPLE} + (n / 7) % 3) % {NEIGHBOURHOODS} "
            f"{at} END, {shift.activity_id}, {shift.pk}, {day}, {month}, {starts}, {ends}, 30 * (1 + n % 4), "
            f"{'n % 50 = 0'}, 'attendance', 'booked', 1, '', CURRENT_TIMESTAMP, {recorder}, {recorder}, "
            f"CURRENT_TIMESTAMP, {notice}, CURRENT_TIMESTAMP, '' "
            f"FROM ({series(vendor, RECORDS - 1)}) AS made"
        )
    with connection.cursor() as cursor:
        for statement in SETTLE[vendor]:
            cursor.execute(statement)


def series(vendor: str, last: int) -> str:
    """The whole numbers from 0 to `last` as rows n."""
    return SERIES[vendor].format(last=last)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long something takes (s), and what it gives."""
    start = time.perf_counter()
    given = work()
    return time.perf_counter() - start, given


if __name__ == "__main__":
    print(json.dumps(measure())) if sys.argv[1:] == ["measure"] else main()
