"""Installations for tests, each in folders of its own: the tables of the test as they are now, in a file."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.conf import settings
from django.db import connection

from portal.community.models import Upload
from portal.keeping import facts, sqlite
from portal.keeping.places import Installation, alone, this
from portal.keeping.rows import Table
from tests.voting import factories

MADE: list[Path] = []
UPLOADED = "uploads/ab/notice"
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="of SQLite; test_postgres.py has the other"
)


def empty_house(place: Path) -> Installation:
    """An installation in which nothing was ever started."""
    place.mkdir()
    return at(place)


def at(place: Path) -> Installation:
    """The installation in a folder."""
    return replace(
        this(),
        database={**alone(connection.settings_dict), "NAME": str(place / "portal.sqlite3")},
        data=place,
        media=place / "media",
        keys=place / "keys",
        secret=place / "secret-key",
    )


def house(place: Path) -> Installation:
    """An installation with the rows of this test."""
    made = empty_house(place)
    # What the test wrote is not committed yet: only its own connection sees it.
    sqlite.snapshot(Path(connection.settings_dict["NAME"]), made.file)
    with closing(sqlite3.connect(made.file)) as copy, copy, connection.cursor() as cursor:
        for table in map(Table, facts.kept_models()):
            cursor.execute(f'SELECT * FROM "{table.name}"')  # noqa: S608
            copy.execute(f'DELETE FROM "{table.name}"')  # noqa: S608
            marks = ", ".join("?" * len(cursor.description))
            copy.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', cursor.fetchall())  # noqa: S608
    return made


def lived_in(place: Path) -> Installation:
    """The same with a counted vote, a file somebody brought, and a key. Made once, then copied."""
    if not MADE:
        MADE.append(Path(mkdtemp(prefix="house-", dir=settings.DATA_DIR)) / "made")
        _live_in(MADE[0])
    shutil.copytree(MADE[0], place)
    return at(place)


def _live_in(place: Path) -> Installation:
    here = factories.make_place()
    factories.counted(here, "for", "against", "for")
    factories.document(here)
    Upload.objects.update(file=UPLOADED)
    made = house(place)
    put(made.media / UPLOADED, b"%PDF-1.4 as it was brought")
    put(made.media / "imports" / "roster", b"on its way")
    put(made.keys / "0b7a7d2e-0000-4000-8000-000000000001.pem", b"a key")
    return made


def put(path: Path, content: bytes) -> None:
    """Write a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def ask(file: Path, question: str) -> list[tuple[object, ...]]:
    """What a file of SQLite answers; changes are kept."""
    with closing(sqlite3.connect(file, timeout=0.2)) as connection_, connection_:
        return connection_.execute(question).fetchall()
