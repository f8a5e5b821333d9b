"""Worlds that are played once: what a factory made is laid out as rows when it is asked for again.

A factory marked `@kept` plays through the services the first time. What it changed is kept as rows and files, with
what it returned; when another test of this process comes by the same way to the same call, they are written at once.
The way is everything since the empty tables: as soon as a test itself writes, its factories play as they always did.
Only on SQLite: on PostgreSQL, and in tests with `transaction=True`, every world is played.
"""

from __future__ import annotations

import io
import pickle
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.db.models import Model
from django.test import TransactionTestCase
from django.utils import translation

from portal.kit import clock

P = ParamSpec("P")
R = TypeVar("R")
Rows = dict[int, tuple[Any, ...]]
# Where no clock is set, "now" in a kept world is at most this old, and of the same day.
FRESH_SECONDS = 600
WRITE = re.compile(r'(?:INSERT|REPLACE|UPDATE|DELETE)\b(?: OR \w+)?(?: INTO| FROM)?\s+"?(\w+)', re.IGNORECASE)
HARMLESS = ("SELECT", "BEGIN", "PRAGMA", "RELEASE", "EXPLAIN")
# No factory asks who is signed in.
UNSEEN = {"django_session"}


@dataclass(eq=False)
class Point:
    """A state of the tables that factories alone have led to, and how it is reached from the one before."""

    tables: dict[str, Rows]
    statements: list[tuple[str, list[tuple[Any, ...]]]] = field(default_factory=list)
    news: list[tuple[Callable[[], object], bool]] = field(default_factory=list)
    files: dict[Path, tuple[int, bytes]] = field(default_factory=dict)
    told: bytes = b""
    beyond: dict[object, Point | None] = field(default_factory=dict)


class Way:
    """Where the running test stands: at a point, or beside every way (None) once it wrote something itself."""

    def __init__(self) -> None:
        self.patches, self.unpatched = pytest.MonkeyPatch(), 0
        self.start = Point({})
        self.at: Point | None = None
        self.possible = False
        self.depth = 0
        self.written: set[str] = set()
        self.savepoints: dict[str, Point | None] = {}

    def begin(self, patches: pytest.MonkeyPatch, *, possible: bool) -> None:
        """A test begins, with the tables empty; `possible`: in a transaction that is rolled back."""
        self.patches, self.unpatched = patches, _patched(patches)
        self.possible = possible and connection.vendor == "sqlite"
        self.at = self.start
        self.written = set()
        self.savepoints.clear()
        if self.possible and self.watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.watch)

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Note what is written, and follow savepoints back."""
        sql_text = sql.lstrip()
        if not sql_text.startswith(HARMLESS):
            self._note(sql_text)
        return execute(sql, params, many, context)

    def _note(self, sql: str) -> None:
        if sql.startswith("SAVEPOINT"):
            self.savepoints[sql.rpartition(" ")[2]] = self.at
        elif sql.startswith("ROLLBACK TO"):
            self.at = self.savepoints.get(sql.rpartition(" ")[2])
        elif write := WRITE.match(sql):
            if write[1] not in UNSEEN:
                self.written.add(write[1])
                self.at = None
        else:
            self.at, self.possible = None, False


way = Way()


def kept(factory: Callable[P, R]) -> Callable[P, R]:
    """Mark a factory whose world is played once; it takes and returns what can be pickled."""
    return _kept(factory, lambda: way.depth == 0)


def stage(factory: Callable[P, R]) -> Callable[P, R]:
    """The same for a stage through which others lead on: it is kept too where another factory plays it."""
    return _kept(factory, lambda: True)


@contextmanager
def played() -> Iterator[None]:
    """Within the block every factory plays: where its own statements or its own time are what is looked at."""
    possible, way.possible, way.at = way.possible, False, None
    try:
        yield
    finally:
        way.possible = possible


def _kept(factory: Callable[P, R], worth_it: Callable[[], bool]) -> Callable[P, R]:
    @wraps(factory)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if not way.possible or way.at is None or not (worth_it() or way.at.beyond):
            return factory(*args, **kwargs)
        return _come_to(way.at, factory, args, kwargs, worth_it=worth_it())

    return call


def _come_to(
    before: Point,
    factory: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    worth_it: bool,
) -> Any:
    """By the rows kept, else by playing; either way what is returned was unpickled, so that ways stay alike."""
    key = _key(factory, args, kwargs)
    if key is None or (key in before.beyond and before.beyond[key] is None):
        return factory(*args, **kwargs)
    given = [value for value in (*args, *kwargs.values()) if _is_changed(value)]
    point = before.beyond.get(key)
    if point is None and not worth_it:
        return factory(*args, **kwargs)
    if point is None:
        result, point = _play(before, lambda: factory(*args, **kwargs), given)
        before.beyond[key] = point
        if point is None:
            way.at = None
            return result
    else:
        _lay(point)
    way.at = point
    result, states = _Given(point.told, given).load()
    for value, state in zip(given, states, strict=True):
        vars(value).clear()
        vars(value).update(state)
    return result


def _play(before: Point, factory: Callable[[], Any], given: list[Any]) -> tuple[Any, Point | None]:
    """What the factory returns, and the point it leads to, if that can be kept."""
    written_before, way.written = way.written, set()
    files_before = _files()
    news_before = len(connection.run_on_commit)
    way.depth += 1
    try:
        result = factory()
    finally:
        way.depth -= 1
        written, way.written = way.written, way.written | written_before
    files = _files()
    if not way.possible or files_before - files:
        return result, None
    try:
        told = _told((result, [vars(value) for value in given]), given)
    except (pickle.PicklingError, AttributeError, TypeError):
        return result, None
    brought = {file: (file.stat().st_mode, file.read_bytes()) for file in files - files_before}
    point = Point(dict(before.tables), told=told, files=brought)
    for table in sorted(written):
        point.tables[table] = _contents(table)
        point.statements += _changes(table, before.tables.get(table, {}), point.tables[table])
    written_on_commit: list[Any] = connection.run_on_commit[news_before:]
    point.news = [(func, robust) for _sids, func, robust in written_on_commit]
    return result, point


def _files() -> set[Path]:
    """What lies beside the tables: keys of ballot boxes and uploads, which another test may take away."""
    places = (settings.KEYS_DIR, settings.MEDIA_ROOT)
    return {path for place in places for path in Path(place).rglob("*") if path.is_file()}


def _lay(point: Point) -> None:
    with connection.cursor() as cursor:
        for statement, rows in point.statements:
            cursor.executemany(statement, rows)
    for file, (mode, content) in point.files.items():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(mode)
    for func, robust in point.news:
        transaction.on_commit(func, robust=robust)


# --- what leads somewhere else ---


def _key(factory: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    """All that a factory's work may depend on besides the tables; None where that cannot be said."""
    wrapped: Any = vars(settings)["_wrapped"]
    if isinstance(getattr(wrapped, "default_settings", None), UserSettingsHolder):
        return None  # settings other than the uploads' directory are changed
    if _patched(way.patches) != way.unpatched:
        return None
    now = clock._set.get() or int(time.time() / FRESH_SECONDS)
    try:
        given = pickle.dumps((args, kwargs), pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return (factory.__module__, factory.__qualname__, given, now, translation.get_language())


def _patched(patches: pytest.MonkeyPatch) -> int:
    return len(patches._setattr) + len(patches._setitem)


def _is_changed(value: object) -> bool:
    """What a factory may change of what it is given: rows and the tests' own scenes."""
    ours = type(value).__module__.startswith("tests.") and not isinstance(value, type | Enum)
    return isinstance(value, Model) or (ours and hasattr(value, "__dict__"))


class _Giving(pickle.Pickler):
    """The things given to a factory are left out: what it returns speaks of the caller's own."""

    def __init__(self, file: io.BytesIO, given: list[Any]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.places = {id(value): place for place, value in enumerate(given)}

    def persistent_id(self, value: object) -> int | None:
        return self.places.get(id(value))


class _Given(pickle.Unpickler):
    def __init__(self, told: bytes, given: list[Any]) -> None:
        super().__init__(io.BytesIO(told))
        self.given = given

    def persistent_load(self, place: int) -> Any:
        return self.given[place]


def _told(value: object, given: list[Any]) -> bytes:
    file = io.BytesIO()
    _Giving(file, given).dump(value)
    return file.getvalue()


# --- rows ---


def tables() -> list[str]:
    """The tables with rows of their own: the words of an index follow theirs by triggers."""
    follow = ("search_words", "visit_note_words")
    return [name for name in connection.introspection.table_names() if not name.startswith(follow)]


def begin_here() -> None:
    """Every way begins with what is in the tables now; a test that commits leaves them so."""
    if connection.vendor == "sqlite":
        way.start = Point({table: _contents(table) for table in tables()})
        TransactionTestCase._fixture_teardown = put_back  # type: ignore[attr-defined]
    elif _may_pass_by_triggers():
        _begun.update({table: _copied(table) for table in _filled()})
        TransactionTestCase._fixture_teardown = put_back_on_postgresql  # type: ignore[attr-defined]


# What stands in the tables of PostgreSQL when a test begins, as it copies it itself.
_begun: dict[str, bytes] = {}


def put_back_on_postgresql(self: TransactionTestCase) -> None:
    """The same there, where a flush makes hundreds of tables anew: only what holds rows is emptied."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _filled():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own tables
        for table, rows in _begun.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows)


def _copied(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy)


def _filled() -> list[str]:
    """The tables that hold rows."""
    asked = (
        f"""SELECT '{name}' WHERE EXISTS (SELECT FROM "{name}")"""  # noqa: S608 - names of our own tables
        for name in connection.introspection.table_names()
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


def _may_pass_by_triggers() -> bool:
    """Only PostgreSQL's superuser may, as on the servers that tests/services.sh starts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def put_back(self: TransactionTestCase) -> None:
    """Take out what a test has committed: as a flush, but what every way begins with is there again with its keys."""
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for table in way.start.tables:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own tables
        cursor.execute("DELETE FROM sqlite_sequence")
        for table, rows in way.start.tables.items():
            for statement, values in _changes(table, {}, rows):
                cursor.executemany(statement, values)


@cache
def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA table_info("{table}")')
        return [f'"{row[1]}"' for row in cursor.fetchall()]


def _contents(table: str) -> Rows:
    """Rows by rowid; the plus keeps SQLite's driver from converting what it reads."""
    columns = ", ".join(f"+{column}" for column in _columns(table))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT rowid, {columns} FROM "{table}"')  # noqa: S608 - names of our own tables
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _changes(table: str, old: Rows, new: Rows) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The statements that make the new rows of a table from the old ones."""
    columns = _columns(table)
    names, marks = ", ".join(columns), ", ".join("%s" for _column in columns)
    values = ", ".join(f"{column} = %s" for column in columns)
    gone = [(rowid,) for rowid in old.keys() - new.keys()]
    changed = [(*row, rowid) for rowid, row in new.items() if rowid in old and old[rowid] != row]
    added = [(rowid, *row) for rowid, row in new.items() if rowid not in old]
    statements = [
        (f'DELETE FROM "{table}" WHERE rowid = %s', gone),  # noqa: S608 - names of our own tables
        (f'UPDATE "{table}" SET {values} WHERE rowid = %s', changed),  # noqa: S608
        (f'INSERT INTO "{table}" (rowid, {names}) VALUES (%s, {marks})', added),  # noqa: S608
    ]
    return [(statement, rows) for statement, rows in statements if rows]
