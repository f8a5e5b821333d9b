"""The downloaded record is the same byte for byte, whether its days lie in files or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from portal.duties import jobs
from portal.kit import clock
from portal.kit.limits import AtOnce
from portal.record import days, services, views
from portal.record.hashing import check
from portal.record.models import Chain, Entry
from portal.record.verify import rows
from tests.factories import make_neighbourhood

pytestmark = pytest.mark.django_db

SLUG = "tianxin"
NIGHT = datetime(2026, 11, 20, 23, 59, 50, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    make_neighbourhood(slug=SLUG)
    services.begin(SLUG)


def note(at: datetime, number: int = 1) -> None:
    with clock.at(at), transaction.atomic():
        for _ in range(number):
            services.write(SLUG, "topic.proposed", actor="陈", subject="topic:1", title="给3号楼装扶手")


def fetched(at: datetime, **headers: str) -> bytes:
    with clock.at(at):
        response = Client().get(f"/n/{SLUG}/record.jsonl", headers=headers)
        assert response.status_code == 200
        return b"".join(response.streaming_content)  # type: ignore[arg-type]


def whole() -> bytes:
    """The record as it comes from the database alone."""
    return "".join(services.export(SLUG)).encode()


def files() -> list[Path]:
    return sorted(days.folder(SLUG).glob("*"))


def test_days_that_are_over_lie_in_files_and_today_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    note(NIGHT, 3)
    note(NIGHT + timedelta(days=1), 2)
    note(NIGHT + timedelta(days=2), 4)

    first = fetched(NIGHT + timedelta(days=2))
    asked: list[int] = []
    export = services.export

    def noted(chain: str, after: int = 0, until: int | None = None) -> Iterator[str]:
        asked.append(after)
        return export(chain, after, until)

    monkeypatch.setattr(services, "export", noted)
    again = fetched(NIGHT + timedelta(days=2))
    monkeypatch.undo()

    assert first == again == whole()
    assert [path.name.split("-")[:2] for path in files()] == [["000000001", "000000005"]]
    # The database is asked for today only.
    assert asked == [5]


def test_the_day_ends_at_midnight_in_shanghai() -> None:
    note(NIGHT, 2)

    assert fetched(NIGHT + timedelta(seconds=9)) == whole()
    assert files() == []
    note(NIGHT + timedelta(seconds=10))
    assert fetched(NIGHT + timedelta(seconds=10)) == whole()
    assert [path.name[:19] for path in files()] == ["000000001-000000002"]


def test_each_day_is_written_once_and_follows_the_ones_before() -> None:
    for day in range(4):
        note(NIGHT + timedelta(days=day), 2)
        assert fetched(NIGHT + timedelta(days=day)) == whole()

    assert [path.name[:19] for path in files()] == [
        "000000001-000000002",
        "000000003-000000004",
        "000000005-000000006",
    ]


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_deleted_file_is_missed_by_nobody(gone: int) -> None:
    for day in range(4):
        note(NIGHT + timedelta(days=day), 2)
        fetched(NIGHT + timedelta(days=day))
    before = files()
    before[gone].unlink()

    assert fetched(NIGHT + timedelta(days=3)) == whole()
    assert files() == before


def test_what_a_clock_set_back_puts_into_a_day_already_written_is_not_missed() -> None:
    note(NIGHT)
    note(NIGHT + timedelta(days=1))
    fetched(NIGHT + timedelta(days=1))

    note(NIGHT - timedelta(hours=5))
    note(NIGHT + timedelta(days=1, seconds=1))

    assert fetched(NIGHT + timedelta(days=1, seconds=2)) == whole()
    assert fetched(NIGHT + timedelta(days=2)) == whole()
    assert whole().count(b"\n") == 4


def test_files_of_another_history_are_not_taken() -> None:
    note(NIGHT, 3)
    fetched(NIGHT + timedelta(days=1))
    Entry.objects.all()._raw_delete("default")
    Chain.objects.all().delete()
    services.begin(SLUG)
    note(NIGHT + timedelta(minutes=-1), 3)

    assert fetched(NIGHT + timedelta(days=1)) == whole()
    assert len(files()) == 2


def test_compressed_it_is_one_stream_whose_sum_is_right() -> None:
    for day in range(3):
        note(NIGHT + timedelta(days=day), 50)
        fetched(NIGHT + timedelta(days=day))

    sent = fetched(NIGHT + timedelta(days=2), accept_encoding="gzip")
    unpacker = zlib.decompressobj(31)

    # What browsers do: the first member is all they read.
    assert unpacker.decompress(sent) == whole()
    assert (unpacker.eof, unpacker.unused_data) == (True, b"")
    assert gzip.decompress(sent) == whole()


def test_a_long_record_is_cut_into_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "MOST", 4)
    note(NIGHT, 10)

    assert fetched(NIGHT + timedelta(days=1)) == whole()
    assert [path.name[:19] for path in files()] == [
        "000000001-000000004",
        "000000005-000000008",
        "000000009-000000010",
    ]


def test_where_nothing_can_be_written_the_database_answers(tmp_path: Path) -> None:
    (tmp_path / "record").write_text("in the way")
    note(NIGHT, 3)

    assert fetched(NIGHT + timedelta(days=1)) == whole()


def test_the_files_are_for_the_portal_alone_and_none_is_left_half_written() -> None:
    note(NIGHT, 3)
    fetched(NIGHT + timedelta(days=1))

    assert [path.stat().st_mode & 0o777 for path in files()] == [0o600]
    assert days.folder(SLUG).stat().st_mode & 0o777 == 0o700


def test_a_download_is_checked_as_before() -> None:
    note(NIGHT, 3)
    note(NIGHT + timedelta(days=1), 3)

    checked = check(rows(fetched(NIGHT + timedelta(days=1)).decode().splitlines()))

    assert (checked.fault, checked.sound) == (None, 6)
    assert services.verify(SLUG).hash == checked.hash


def test_the_periodic_work_writes_the_days_once_a_day() -> None:
    note(NIGHT, 2)
    with clock.at(NIGHT + timedelta(days=1)):
        jobs.write_days()
        written = files()
        with CaptureQueriesContext(connection) as queries:
            jobs.write_days()

    assert [path.name[:19] for path in written] == ["000000001-000000002"]
    assert len(queries) == 1


def test_somebody_who_downloads_again_and_again_is_asked_to_wait() -> None:
    note(NIGHT)
    for _ in range(views.DOWNLOADS.amount):
        assert fetched(clock.now()) == whole()
    refused = Client(headers={"Accept-Language": "en"}).get(f"/n/{SLUG}/record.jsonl")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(f"/n/{SLUG}/record.jsonl")

    assert (refused.status_code, elsewhere.status_code) == (429, 200)
    assert "many times in the last hour" in refused.content.decode()
    assert refused["Retry-After"] == "3600"


def test_only_some_download_at_once_and_whoever_ends_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = AtOnce(2)
    monkeypatch.setattr(views, "AT_ONCE", busy)
    note(NIGHT)
    path = f"/n/{SLUG}/record.jsonl"
    others = [busy.during(iter("ab")) for _ in range(2)]
    for other in others:
        next(other)

    refused = Client().get(path)
    # One is given up, one is read to its end.
    others[0].close()  # type: ignore[attr-defined]
    fetched(NIGHT)
    begun_anew = busy.during(iter("ab"))
    next(begun_anew)
    full = Client().get(path)
    list(others[1])
    list(begun_anew)

    assert (refused.status_code, full.status_code, busy.full) == (429, 429, False)
    assert [fetched(NIGHT) for _ in range(5)] == [whole()] * 5


def test_while_somebody_writes_a_long_record_others_are_asked_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note(NIGHT)
    monkeypatch.setattr(views, "WRITING", Lock())
    path = f"/n/{SLUG}/record.jsonl"

    with views.WRITING:
        refused = Client(headers={"Accept-Language": "en"}).get(path)

    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "Others are downloading a record just now." in refused.content.decode()
    assert fetched(NIGHT) == whole()
