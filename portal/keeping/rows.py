"""Rows from one database to another of either kind, exactly as they are.

Not by way of models: a moment keeps its microseconds, a JSON null stays one, and no `save` has its say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.fields import AutoFieldMixin
from django.utils.duration import duration_microseconds

CHUNK = 2000
Row = Sequence[Any]


class Sum(NamedTuple):
    """How many rows a table has, and a number over what is in them, in whatever order they come."""

    rows: int
    digest: int


class Table:
    """A model's table with its columns."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = model._meta.db_table
        self.fields = [field for field in model._meta.local_fields if field.column]
        self.columns = [str(field.column) for field in self.fields]
        self.json = [at for at, field in enumerate(self.fields) if field.get_internal_type() == "JSONField"]

    @property
    def numbered(self) -> str:
        """The column whose numbers the database gives, or nothing."""
        own = [str(field.column) for field in self.fields if isinstance(field, AutoFieldMixin)]
        return own[0] if own else ""

    def summed(self, rows: Iterable[Row], into: list[Sum]) -> Iterator[Row]:
        """Pass rows on, and add to `into` their sum when all have passed."""
        count, total = 0, 0
        for row in rows:
            count, total = count + 1, (total + self._digest(row)) % 2**128
            yield row
        into.append(Sum(count, total))

    def _digest(self, row: Row) -> int:
        plain = [said(value) if (said := PLAIN.get(type(value))) else value for value in row]
        for at in self.json:
            if plain[at] is not None:
                plain[at] = json.dumps(json.loads(plain[at]), sort_keys=True)
        text = repr(plain).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())


# The same whatever the database made of it.
PLAIN: dict[type, Callable[[Any], Any]] = {
    datetime: lambda moment: moment.astimezone(UTC).isoformat(),
    memoryview: bytes,
    UUID: str,
    Decimal: lambda number: str(number.normalize()),
    IPv4Address: str,
    IPv6Address: str,
}


def read(wrapper: BaseDatabaseWrapper, table: Table) -> Iterator[Row]:
    """All rows of a table, some at a time, as Python's own values; JSON as its text."""
    quote = wrapper.ops.quote_name
    changes = [_change(wrapper, field) for field in table.fields]
    with wrapper.chunked_cursor() as cursor:
        cursor.execute(" ".join(["SELECT", ", ".join(map(quote, table.columns)), "FROM", quote(table.name)]))
        while batch := cursor.fetchmany(CHUNK):
            for row in batch:
                yield [change(value) if change else value for change, value in zip(changes, row, strict=True)]


def _change(wrapper: BaseDatabaseWrapper, field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes Python's value of what the database returns."""
    column = field.cached_col
    steps = wrapper.ops.get_db_converters(column)
    if not steps:
        return None

    def change(value: Any) -> Any:
        for step in steps:
            value = step(value, column, wrapper)
        return value

    return change


def write(wrapper: BaseDatabaseWrapper, table: Table, rows: Iterable[Row]) -> None:
    """Append rows to a table; raises DatabaseError where one does not fit."""
    quote = wrapper.ops.quote_name
    columns = "({})".format(", ".join(map(quote, table.columns)))
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "postgresql":
            with (
                wrapper.wrap_database_errors,
                cursor.copy(" ".join(["COPY", quote(table.name), columns, "FROM STDIN"])) as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        marks = "({})".format(", ".join(["%s"] * len(table.columns)))
        insert = " ".join(["INSERT INTO", quote(table.name), columns, "VALUES", marks])
        ready = ([_for_sqlite(value) for value in row] for row in rows)
        while batch := list(islice(ready, CHUNK)):
            cursor.executemany(insert, batch)


def _for_sqlite(value: Any) -> Any:
    adapt = FOR_SQLITE.get(type(value))
    return adapt(value) if adapt else value


FOR_SQLITE: dict[type, Callable[[Any], Any]] = {
    datetime: lambda moment: str(moment.astimezone(UTC).replace(tzinfo=None)),
    date: str,
    time: str,
    timedelta: duration_microseconds,
    Decimal: str,
    UUID: lambda number: number.hex,
    IPv4Address: str,
    IPv6Address: str,
}


def clear(wrapper: BaseDatabaseWrapper, tables: Iterable[Table]) -> None:
    """Take all rows out of tables."""
    names = [wrapper.ops.quote_name(table.name) for table in tables]
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "postgresql":
            cursor.execute(" ".join(["TRUNCATE", ", ".join(names)]))
            return
        for name in names:
            cursor.execute(" ".join(["DELETE FROM", name]))


def last_number(wrapper: BaseDatabaseWrapper, table: Table) -> int:
    """The last number that was given to a row of a table, also to one that is gone; 0 where none was."""
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.numbered])
            cursor.execute(" ".join(["SELECT last_value, is_called FROM", cursor.fetchone()[0]]))
            last, called = cursor.fetchone()
            return int(last) if called else 0
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        found = cursor.fetchone()
        return int(found[0]) if found else 0


def go_on_after(wrapper: BaseDatabaseWrapper, table: Table, last: int) -> None:
    """Let the next row's number be greater than `last`: what is said of `topic:12` is never said of another."""
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [f'"{table.name}"', table.numbered, max(last, 1), last > 0],
            )
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])


def strangers(wrapper: BaseDatabaseWrapper, tables: Iterable[Table]) -> list[str]:
    """Tables of a database that are none of these."""
    return sorted(set(wrapper.introspection.table_names()) - {table.name for table in tables})
