"""Filling a throw-away database: rows first, indexes and what they hold together afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet


def lay_tables() -> None:
    """The tables as the models say: seconds, where replaying all migrations takes more than a minute."""
    settings.MIGRATION_MODULES = dict.fromkeys((app.label for app in apps.get_app_configs()), None)
    call_command("migrate", verbosity=0, run_syncdb=True)


@contextmanager
def bulk(table: str) -> Iterator[None]:
    """One transaction for the rows of a table, with its indexes made anew once they are all there."""
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for line in LITE if lite else POSTGRESQL:
            cursor.execute(line)
        made = _taken_away(table)
        with transaction.atomic():
            yield
        for line in made:
            cursor.execute(line)
        cursor.execute("ANALYZE" if lite else f"VACUUM ANALYZE {table}")
        if lite:
            cursor.execute("PRAGMA foreign_keys = ON")


def multiply(rows: QuerySet[Any], times: int) -> None:
    """So many copies of each row beside it, under random keys: what is its own of a row has to be its UUID alone."""
    names = [f'"{field.column}"' for field in rows.model._meta.concrete_fields if not field.primary_key]
    key = rows.model._meta.pk.column
    drawn = "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"
    prepared = rows.model._meta.pk.get_db_prep_value
    keys = [prepared(pk, connection) for pk in rows.values_list("pk", flat=True)]
    table = rows.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < %s) "
            f"INSERT INTO {table} ({key}, {', '.join(names)}) SELECT {drawn}, {', '.join(names)} "
            f"FROM {table} CROSS JOIN copy WHERE {key} IN ({', '.join(['%s'] * len(keys))})",
            [times, *keys],
        )


# Nothing of it has to outlive a power cut.
LITE = ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -400000")
POSTGRESQL = ("SET synchronous_commit = off", "SET maintenance_work_mem = '256MB'")


def _taken_away(table: str) -> list[str]:
    """Drop the indexes and foreign keys of a table; the lines that make them again."""
    found = []
    with connection.cursor() as cursor:
        for sql in (INDEXES_LITE,) if connection.vendor == "sqlite" else (KEYS, INDEXES):
            cursor.execute(sql, [table])
            for drop, make in cursor.fetchall():
                cursor.execute(drop)
                found.append(make)
    return found


INDEXES_LITE = """SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master
WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL"""
INDEXES = """SELECT 'DROP INDEX ' || quote_ident(indexname), indexdef FROM pg_indexes WHERE tablename = %s
AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
KEYS = """SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', conrelid::regclass, conname),
format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"""
