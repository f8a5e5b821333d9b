from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from portal.keeping.places import TIMED
from portal.keeping.thinning import staying, thin
from portal.kit import clock
from tests.keeping.houses import put

NOW = datetime(2026, 11, 26, 3, 15)  # noqa: DTZ001 - a Thursday, in the time of the place


def days(numbers: range) -> list[datetime]:
    return [NOW - timedelta(days=number) for number in numbers]


def test_the_last_of_seven_days_four_weeks_and_six_months_stays() -> None:
    stay = sorted(
        (moment.date().isoformat() for moment in staying(days(range(400)), (7, 4, 6))), reverse=True
    )

    assert stay[:7] == [f"2026-11-{day}" for day in range(26, 19, -1)]
    # Sundays, of the weeks that are over; then the last days of months.
    assert stay[7:] == [
        "2026-11-15",
        "2026-11-08",
        "2026-10-31",
        "2026-09-30",
        "2026-08-31",
        "2026-07-31",
        "2026-06-30",
    ]


def test_days_without_a_backup_do_not_count() -> None:
    assert len(staying(days(range(0, 400, 100)), (3, 0, 0))) == 3


def test_only_whole_backups_of_the_portal_and_what_was_broken_off_are_deleted(tmp_path: Path) -> None:
    for moment in days(range(4)):
        put(tmp_path / moment.strftime(TIMED) / "backup.json", b"{}")
    put(tmp_path / "2020-01-01T000000" / "notes", b"mine")
    put(tmp_path / "letters" / "backup.json", b"mine")
    put(tmp_path / ".2026-11-20T031500.unfinished" / "half", b"")
    put(tmp_path / ".2026-11-26T031000.unfinished" / "running", b"")

    with clock.at(clock.at_time(NOW.date(), 3, 15)):
        gone = thin(tmp_path, (2, 0, 0))

    assert gone == [".2026-11-20T031500.unfinished", "2026-11-23T031500", "2026-11-24T031500"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".2026-11-26T031000.unfinished",
        "2020-01-01T000000",
        "2026-11-25T031500",
        "2026-11-26T031500",
        "letters",
    ]
