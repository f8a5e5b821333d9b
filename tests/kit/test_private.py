from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from portal.kit.private import close_directory, whole
from portal.sqlite3.base import DatabaseWrapper

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def careless() -> Iterator[None]:
    """A umask that leaves everything open."""
    before = os.umask(0)
    yield
    os.umask(before)


def write(path: Path) -> None:
    """A row in a database of its own, with what SQLite lays beside it."""
    told = {**django_settings.DATABASES["default"], "ENGINE": "portal.sqlite3", "NAME": str(path)}
    told |= {"TIME_ZONE": None, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False}
    told["OPTIONS"] = {"init_command": "PRAGMA journal_mode = WAL;"}
    own = DatabaseWrapper(told, alias="own")
    with own.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS t (x)")
        cursor.execute("INSERT INTO t VALUES (1)")
        assert {mode(path.with_name(path.name + ending)) for ending in ("", "-wal", "-shm")} == {0o600}
    own.close()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own files")
@pytest.mark.django_db
@pytest.mark.usefixtures("careless")
def test_a_database_is_the_portals_alone_whether_new_or_found_open(tmp_path: Path) -> None:
    write(tmp_path / "portal.sqlite3")
    (tmp_path / "portal.sqlite3").chmod(0o644)

    write(tmp_path / "portal.sqlite3")


@pytest.mark.usefixtures("careless")
def test_media_that_stood_open_are_closed_at_the_start(tmp_path: Path, settings: Settings) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch()
    photo = tmp_path / "data/media/2026/photo.jpg"
    photo.parent.mkdir(parents=True)
    photo.touch()
    (photo.parent / "link").symlink_to(elsewhere)
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data/media"
    settings.KEYS_DIR = tmp_path / "data/keys"

    apps.get_app_config("portal").ready()

    assert mode(photo) == 0o600
    assert {mode(photo.parent), mode(settings.MEDIA_ROOT), mode(settings.DATA_DIR)} == {0o700}
    assert mode(elsewhere) == 0o666


def test_what_was_closed_is_not_walked_again(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "inside").touch()
    (tmp_path / "inside").chmod(0o644)

    close_directory(tmp_path)
    close_directory(tmp_path / "nowhere")

    assert mode(tmp_path / "inside") == 0o644


@pytest.mark.usefixtures("careless")
def test_a_file_takes_its_place_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "made/file.pdf"

    with whole(path) as file:
        file.write(b"first, ")
        file.flush()
        assert not path.exists()
        file.write(b"last")

    assert path.read_bytes() == b"first, last"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


def test_of_a_file_that_broke_off_nothing_is_left_and_the_one_before_stays(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(b"before")

    with suppress(EOFError), whole(path) as file:
        file.write(b"after")
        raise EOFError

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
