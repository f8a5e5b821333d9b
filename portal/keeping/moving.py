"""Everything from the database in use into an empty one, of either kind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from wagtail.search.models import IndexEntry

from portal.keeping import Refused, facts, postgres, rows, sqlite
from portal.keeping.places import Installation, alone, connected, engine_of
from portal.keeping.rows import Sum, Table
from portal.search.models import WORDS
from portal.surveys.models.desk import NOTE_WORDS

SOURCE = "source"
# By `migrate`, by `update_index`, and by the database itself with each row that arrives.
MADE_ANEW = ("django_migrations", facts.SEARCH, WORDS, NOTE_WORDS)


@dataclass(frozen=True)
class Moved:
    """The sum of each table, the same in both databases; what was proved; tables that are none of the portal's."""

    sums: dict[str, Sum]
    proof: facts.Proof
    left: list[str]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(found.rows for found in self.sums.values())


def move(here: Installation, url: str, target: dict[str, Any]) -> Moved:
    """Copy all rows into the database at `url` (`target`: how it is reached), in one transaction.

    Refused, and the new database as empty as before, where it is not empty, where somebody else is connected to
    either, where the tables of the old one are not those of this version, and where a row does not fit. Nobody can
    write to the old one meanwhile. What Wagtail searches by is made anew.
    """
    _check_target(target)
    with ExitStack() as stack:
        source = stack.enter_context(_held(here.database))
        _check_tables()
        made = _prepare(url, target)
        try:
            moved = _copied(source, target)
        except BaseException:
            _clear_away(target, made)
            raise
    _manage(url, "update_index", "--verbosity=0")
    return moved


def _check_target(target: dict[str, Any]) -> None:
    if engine_of(target) == "sqlite":
        with sqlite.lone(Path(target["NAME"])):
            pass
    try:
        with connected(alone(target)) as wrapper:
            if wrapper.vendor == "postgresql":
                postgres.check_alone(wrapper)
            if facts.holds_anything():
                raise Refused(
                    "The new database holds something already: everything is moved into an empty one."
                )
    except DatabaseError as error:
        raise Refused(f"The new database cannot be used: {error}") from error


@contextmanager
def _held(config: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """The old database, read as it is at one moment and written by nobody until the block ends."""
    if engine_of(config) == "sqlite":
        with sqlite.lone(Path(config["NAME"])):
            pass
        with connected(sqlite.locked(config), SOURCE) as wrapper, transaction.atomic(using=SOURCE):
            yield wrapper
        return
    with connected(postgres.steady(config), SOURCE) as wrapper:
        postgres.check_alone(wrapper)
        with postgres.frozen(SOURCE, wrapper):
            yield wrapper


def _check_tables() -> None:
    """Refused where the tables of the old database are not those of this version."""
    executor = MigrationExecutor(connections[SOURCE])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("The database in use has to be brought up to date first: manage.py migrate.")


def _prepare(url: str, target: dict[str, Any]) -> bool:
    """The tables of this version, empty but for what migrations bring; whether they were made just now."""
    with connected(alone(target)) as wrapper:
        empty = not wrapper.introspection.table_names()
        same = _applied(DEFAULT_DB_ALIAS) == _applied(SOURCE)
    if empty or not same:
        _manage(url, "migrate", "--no-input", "--verbosity=0")
    return empty


def _applied(alias: str) -> set[tuple[str, str]]:
    return set(MigrationRecorder(connections[alias]).applied_migrations())


def _copied(source: BaseDatabaseWrapper, target: dict[str, Any]) -> Moved:
    """All rows, in one transaction that ends only when both databases hold the same."""
    tables = [Table(model) for model in facts.kept_models()]
    with connected(alone(target)) as wrapper, transaction.atomic():
        rows.clear(wrapper, [*tables, Table(IndexEntry)])
        sums = {table.name: _table(source, wrapper, table) for table in tables}
        _check_constraints(wrapper)
        for table in tables:
            found: list[Sum] = []
            deque(table.summed(rows.read(wrapper, table), found), maxlen=0)
            if found != [sums[table.name]]:
                raise Refused(f"{table.name} did not arrive as it was: {found[0].rows} rows.")
        left = [name for name in rows.strangers(source, tables) if not name.startswith(MADE_ANEW)]
        return Moved(sums, facts.prove(), left)


def _table(source: BaseDatabaseWrapper, target: BaseDatabaseWrapper, table: Table) -> Sum:
    found: list[Sum] = []
    try:
        rows.write(target, table, table.summed(rows.read(source, table), found))
    except (DatabaseError, ValueError) as error:
        raise Refused(f"A row of {table.name} does not fit into the new database: {error}") from error
    if table.numbered:
        rows.go_on_after(target, table, rows.last_number(source, table))
    return found[0]


def _check_constraints(wrapper: BaseDatabaseWrapper) -> None:
    """What a row points to has to be there, now and not only when the transaction ends."""
    try:
        wrapper.check_constraints()
    except DatabaseError as error:
        raise Refused(f"A row points to one that is missing: {error}") from error


def _clear_away(target: dict[str, Any], made: bool) -> None:
    """After a failure: the tables that were made for the move go again."""
    if not made:
        return
    if engine_of(target) == "sqlite":
        file = Path(target["NAME"])
        for path in [file, *sqlite.left_beside(file)]:
            path.unlink(missing_ok=True)
        return
    with connected(alone(target)) as wrapper:
        postgres.empty(wrapper)


def _manage(url: str, *arguments: str) -> None:
    """Run a command of the portal on the new database, in a process that knows no other: Wagtail asks at its start."""
    ran = subprocess.run(  # noqa: S603 - our own program and arguments
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env={**os.environ, "PORTAL_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ran.returncode:
        said = ran.stderr.strip().splitlines()[-1:]
        raise Refused(f"manage.py {arguments[0]} failed on the new database. {' '.join(said)}")
