"""PostgreSQL: its own programs dump and load, with the password in their environment only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import psycopg
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import IsolationLevel

from portal.keeping import Refused
from portal.keeping.files import create
from portal.keeping.places import alone

REACHED_BY = {
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "service",
}
INSTALLED = "/usr/lib/postgresql"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND coalesce(backend_type, 'client backend') = 'client backend'"
)
LOOK, LOOKS = 0.2, 15
# Its tables go, and with them their sequences, and the functions of its triggers; extensions stay, which the dump
# asks for only where they are missing.
EMPTY = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', found.tablename);
  END LOOP;
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', found.name);
  END LOOP;
END $$;
"""


class Access(NamedTuple):
    """How the programs of PostgreSQL reach a database: arguments that everybody may see, and an environment."""

    database: str
    environment: dict[str, str]


def steady(config: dict[str, Any]) -> dict[str, Any]:
    """How a database is read as it is at one moment, however long that takes."""
    return alone(config, isolation_level=IsolationLevel.REPEATABLE_READ)


@contextmanager
def frozen(alias: str, wrapper: BaseDatabaseWrapper) -> Iterator[str]:
    """One moment of a `steady` connection, until the block ends; its name, under which others see the same."""
    with transaction.atomic(using=alias), wrapper.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def check_alone(wrapper: BaseDatabaseWrapper) -> None:
    """Refused where anybody else is connected to the database.

    The server's side of a connection that was closed just now takes a moment to go; it is not waited for longer.
    """
    others = _others(wrapper)
    for _look in range(LOOKS):
        if not others:
            return
        time.sleep(LOOK)
        others = _others(wrapper)
    if others:
        raise Refused(
            f"{others} others are connected to the database: stop the portal and its periodic work first."
        )


def _others(wrapper: BaseDatabaseWrapper) -> int:
    """How many others are connected now, also inside a transaction that has asked before."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(OTHERS)
        return int(cursor.fetchone()[0])


def dump(wrapper: BaseDatabaseWrapper, moment: str, target: Path) -> None:
    """Write the database as it is at a moment into a new file; Refused with what pg_dump says."""
    access, least = access_of(wrapper), major(wrapper)
    command = [program("pg_dump", least), "--format=custom", "--no-owner", "--no-privileges", "--no-password"]
    with create(target) as file:
        ran = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [*command, f"--snapshot={moment}", f"--dbname={access.database}"],
            env=access.environment,
            stdout=file,
            stderr=subprocess.PIPE,
            check=False,
        )
    if ran.returncode:
        raise Refused(f"pg_dump did not end well: {_last(ran.stderr)}")


def load(wrapper: BaseDatabaseWrapper, source: Path) -> None:
    """Replace what a database holds by a dump, in one transaction; Refused, and nothing changed, if that fails."""
    access, least = access_of(wrapper), major(wrapper)
    reading = [
        program("pg_restore", least),
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--file=-",
        str(source),
    ]
    writing = [program("psql", least), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    wrapper.close()
    with tempfile.TemporaryFile() as said:
        writer = subprocess.Popen(  # noqa: S603
            [*writing, "--output=/dev/null", f"--dbname={access.database}"],
            env=access.environment,
            stdin=subprocess.PIPE,
            stderr=said,
        )
        whole = _fed(writer, reading)
        said.seek(0)
        if not whole or writer.returncode:
            raise Refused(f"The dump could not be loaded; nothing was changed. {_last(said.read())}")


def _fed(writer: subprocess.Popen[bytes], reading: list[str]) -> bool:
    """Pass a dump on as one transaction, which is only ended when all of it was read."""
    with subprocess.Popen(reading, stdout=subprocess.PIPE) as reader:  # noqa: S603
        try:
            with cast(IO[bytes], writer.stdin) as into:
                into.write(f"BEGIN; {EMPTY}".encode())
                shutil.copyfileobj(cast(IO[bytes], reader.stdout), into)
                if reader.wait() == 0:
                    into.write(b"\nCOMMIT;\n")
        except BrokenPipeError:
            reader.kill()
    return (reader.wait(), writer.wait()) == (0, 0)


def empty(wrapper: BaseDatabaseWrapper) -> None:
    """Take all tables out of a database."""
    with wrapper.cursor() as cursor:
        cursor.execute(EMPTY)


def access_of(wrapper: BaseDatabaseWrapper) -> Access:
    """How the programs reach the database of a connection."""
    try:
        wrapper.ensure_connection()
    except OperationalError as error:
        raise Refused(f"The database does not answer: {error}") from error
    info = wrapper.connection.info
    # Of what psycopg's own library knows, the programs may know less.
    given = {name: value for name, value in info.get_parameters().items() if name in REACHED_BY}
    secret = {"PGPASSWORD": info.password} if info.password else {}
    return Access(psycopg.conninfo.make_conninfo(**given), {**os.environ, **secret})


def major(wrapper: BaseDatabaseWrapper) -> int:
    """The version of the server."""
    wrapper.ensure_connection()
    return int(wrapper.connection.info.server_version) // 10_000


def program(name: str, least: int) -> str:
    """A program of PostgreSQL that is no older than the server, the nearest one; Refused in words."""
    folders = [str(Path(found).parent) for found in [shutil.which(name)] if found]
    folders += map(str, Path(INSTALLED).glob("*/bin"))
    found = {path: version(path) for folder in folders if (path := shutil.which(name, path=folder))}
    if not found:
        raise Refused(
            f"{name} is missing: install the programs of PostgreSQL {least} (Debian: postgresql-client)."
        )
    fit = {path: number for path, number in found.items() if number >= least}
    if not fit:
        newest = max(found.values())
        raise Refused(
            f"{name} {newest} is older than the server, PostgreSQL {least}: install postgresql-client-{least}."
        )
    return min(fit, key=fit.__getitem__)


def version(path: str) -> int:
    """The number a program of PostgreSQL gives itself; 0 where it gives none."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\)\s+(\d+)", said)
    return int(found[1]) if found else 0


def _last(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return " ".join(lines[-3:])
