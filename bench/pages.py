"""The topic list and the page of a topic: queries, time, rate beside a bare Django view, weight, foreign hosts.

Served by Daphne as the embedded portal is, and by gunicorn as a larger one is; on SQLite, or on PostgreSQL where
PORTAL_DATABASE_URL names a server on which databases can be made. The bare counterpart is served by the same
program, loaded by the same client, in turns of a second: a view of another Django that renders a template of the
same bytes. Nothing is compressed. Residents take turns, so that nothing counts that was kept for one reader alone.
"Drawn anew": all the while something changes in the neighbourhood every few milliseconds, so that nothing is kept
but the posts, which did not change.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench._http import Target, durations, fetch, rate
from bench._pages_weight import foreign, weights
from bench.report import progress, report

CONNECTIONS, SECONDS, ROUNDS = 4, 1.0, 5
LATENCY_ROUNDS = 60
MAKE = "import django; django.setup(); from bench import _pages_data; _pages_data.main()"
CHANGE = "from bench import _pages_changes; _pages_changes.main()"
PATIENCE = 60
SERVERS = ("daphne", "gunicorn")
PORTALS = {
    "daphne": "portal.asgi:application",
    "gunicorn": "portal.wsgi:application",
    "plain": "bench._plain:application",
    "engine": "portal.asgi:application",
}
GOALS, ANEW = {"anybody": ">= 0.6", "resident": ">= 0.45"}, ">= 0.12"


def main() -> None:
    """Measure on the database that is at hand."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-pages-")))
        server = os.environ.get("PORTAL_DATABASE_URL", "")
        if server:
            name, (many, few) = "PostgreSQL", stack.enter_context(postgresql(server))
        else:
            name, (many, few) = "SQLite", (f"sqlite:///{place / 'many.sqlite3'}", str(place / "few.sqlite3"))
        said = prepare(place, many, few)
        told_queries(name, said["queries"])
        few_url = other(many, few) if server else f"sqlite:///{few}"
        crowded = stack.enter_context(portal(place, many))
        quiet = stack.enter_context(portal(place, few_url))
        told_times(name, said, crowded, quiet)
        for server in SERVERS:
            with portal(place, many, server) as port:
                told_rates(f"{name}, {server}", said, port, place / f"templates-{server}", server, many)
        told_handler(name, said, place, many)
        told_weights(name, said, crowded)
    if not server:
        progress("PostgreSQL: skipped. Name a server in PORTAL_DATABASE_URL to measure on it instead.")


# --- figures ---


def told_queries(name: str, counted: list[tuple[str, str, int, int]]) -> None:
    """Queries at the largest size, and that they are the same at the smallest."""
    for what in ("topic list", "topic page"):
        for who in ("anybody", "resident"):
            sizes = {
                much: queries for page, reader, much, queries in counted if (page, reader) == (what, who)
            }
            much, least = max(sizes), min(sizes)
            figure = f"queries on {name}: {what}, {who}, {much:,} there"
            report("pages", figure, sizes[much], "queries", goal="<= 15")
            report(
                "pages", f"{figure}, beside {least}", sizes[much], "queries", limit=sizes[least], goal="<= 1"
            )


def told_times(name: str, said: dict[str, Any], crowded: int, quiet: int) -> None:
    """How long the list takes at 10,000 topics and at 100, in turns."""
    for kind, path in (("", said["list"]), (", drawn anew", said["list"] + "?n={}")):
        for who, cookies in readers(said):
            pair = [Target(port, path, cookies) for port in (crowded, quiet)]
            durations(pair, 5)
            many, few = (median(taken) * 1000 for taken in durations(pair, LATENCY_ROUNDS))
            figure = f"time on {name}: topic list of 10,000{kind}, {who}, beside 100"
            report("pages", figure, many, "ms", limit=few, goal="<= 1.3")


def told_rates(
    name: str, said: dict[str, Any], port: int, templates: Path, server: str, database: str
) -> None:
    """Pages a second beside a bare view of the same bytes, the median of rounds in turns."""
    pages = {
        f"{what}, {who}": Target(port, path, cookies)
        for what, path in (("topic list", said["list"]), ("topic page of 500 posts", said["topic"]))
        for who, cookies in readers(said)
    }
    with bare(templates, pages, server) as counterpart:
        bares = {what: Target(counterpart, f"/{file_of(what)}") for what in pages}
        for target in [*pages.values(), *bares.values()]:
            rate(target, CONNECTIONS, 0.2)
        for what, target in pages.items():
            told_rate(f"rate on {name}: {what}", target, bares[what], GOALS[what.rpartition(" ")[2]])
        with changes(database):
            for what, target in pages.items():
                told_rate(f"rate on {name}: {what}, drawn anew", target, bares[what], ANEW)


def told_rate(figure: str, ours: Target, theirs: Target, goal: str, *, bench: str = "pages") -> None:
    """One rate beside its counterpart's."""
    pairs = [
        (rate(ours, CONNECTIONS, SECONDS), rate(theirs, CONNECTIONS, SECONDS)) for _round in range(ROUNDS)
    ]
    share = median(mine / other for mine, other in pairs)
    bare_rate = median(other for _mine, other in pairs)
    report(bench, figure, share * bare_rate, "pages/s", limit=bare_rate, goal=goal)


def told_handler(name: str, said: dict[str, Any], place: Path, database: str) -> None:
    """What portal.handler is worth: the same pages as Django's own ASGI handler serves them, on the same server."""
    with portal(place, database) as ours, portal(place, database, "plain") as theirs:
        for who, cookies in readers(said):
            mine, other = (Target(port, said["topic"], cookies) for port in (ours, theirs))
            for target in (mine, other):
                rate(target, CONNECTIONS, 0.2)
            told_rate(
                f"rate on {name}: topic page, {who}, beside Django's own handler", mine, other, ">= 1.2"
            )


@contextmanager
def changes(database: str) -> Iterator[None]:
    """Until the block ends something changes in the neighbourhood, 200 times a second."""
    command = [sys.executable, "-c", CHANGE, database]
    changing = subprocess.Popen(command)
    try:
        yield
    finally:
        changing.terminate()
        changing.wait()


def told_weights(name: str, said: dict[str, Any], port: int) -> None:
    """The heaviest of all pages that links lead to, compressed, with its styles and scripts; foreign hosts."""
    found = weights(port, ["", said["cookies"][0], said["staff"]])
    path, heaviest = max(found.items(), key=lambda page: page[1].bytes)
    figure = f"weight on {name}: heaviest of {len(found)} kinds of pages ({path}), compressed, without photos"
    report("pages", figure, heaviest.bytes / 1000, "KB", goal="<= 60")
    for what, path in (("topic list", said["list"]), ("topic page of 500 posts", said["topic"])):
        own = weights(port, [said["cookies"][0]], only=path)[path]
        report("pages", f"weight on {name}: {what}", own.bytes / 1000, "KB", goal="<= 60")
    abroad = sorted({address for page in found.values() for address in foreign(page)})
    for address in abroad:
        progress(f"another host: {address}")
    report("pages", f"requests to other hosts on {name}, all pages", len(abroad), "requests", goal="<= 0")


def readers(said: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Who reads: anybody, and residents in turns."""
    return [("anybody", ("",)), ("resident", tuple(said["cookies"]))]


# --- databases ---


def prepare(place: Path, many: str, few: str) -> dict[str, Any]:
    """Make the data in a process of its own."""
    progress("making 10,000 topics")
    command = [sys.executable, "-c", MAKE]
    environment = surroundings(place, many, 0) | {"BENCH_COPY": few, "PORTAL_DATABASE_POOL": "0"}
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


@contextmanager
def postgresql(server: str) -> Iterator[tuple[str, str]]:
    """The address of a new database on a server, and a name for another; both are gone afterwards."""
    names = [f"bench_pages_{secrets.token_hex(4)}{end}" for end in ("", "_few")]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(names[0])))
        try:
            yield other(server, names[0]), names[1]
        finally:
            for name in names:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                admin.execute(drop.format(sql.Identifier(name)))


def on_each_database(prefix: str, told: Callable[[str, Path, str], None]) -> None:
    """Call `told(name, place, database)` for SQLite, and for PostgreSQL where PORTAL_DATABASE_URL names a server."""
    with tempfile.TemporaryDirectory(prefix=prefix) as place:
        told("SQLite", Path(place), f"sqlite:///{Path(place) / 'portal.sqlite3'}")
    server = os.environ.get("PORTAL_DATABASE_URL", "")
    if not server:
        progress("PostgreSQL: skipped. Name a server in PORTAL_DATABASE_URL to measure on it too.")
        return
    with tempfile.TemporaryDirectory(prefix=prefix) as place, postgresql(server) as (database, _other):
        told("PostgreSQL", Path(place), database)


def other(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


# --- servers ---


def surroundings(place: Path, database: str, port: int) -> dict[str, str]:
    """The environment of an embedded portal."""
    apart = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return (
        {"DJANGO_SETTINGS_MODULE": "portal.settings"}
        | apart
        | {
            "PORTAL_DATA_DIR": str(place),
            "PORTAL_STAFF_SECOND_FACTOR": "no",
            "PORTAL_DATABASE_URL": database,
            "PORTAL_LOG_LEVEL": "ERROR",
            "PORT": str(port),
        }
    )


@contextmanager
def portal(place: Path, database: str, server: str = "daphne") -> Iterator[int]:
    """The portal on a free port, as `manage.py serve` or a page worker serves it, without the periodic work."""
    port = free_port()
    other = {"DJANGO_SETTINGS_MODULE": "bench._plain_settings"} if server == "engine" else {}
    with serving(server, PORTALS[server], port, surroundings(place, database, port) | other):
        yield port


@contextmanager
def bare(directory: Path, pages: dict[str, Target], server: str) -> Iterator[int]:
    """The counterpart on a free port, with a template of the bytes of each page."""
    directory.mkdir()
    for what, target in pages.items():
        text = fetch(target.path.replace("{}", "0"), target.port, target.cookies[0]).text
        whole = f"{{% verbatim %}}{text}{{% endverbatim %}}"
        (directory / file_of(what)).write_text(whole, encoding="utf-8", newline="")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    application = f"bench._pages_bare:{'application' if server == 'daphne' else 'workers'}"
    with serving(server, application, port, environment | {"BENCH_TEMPLATES": str(directory)}):
        yield port


def daphne(application: str, port: int, environment: dict[str, str]) -> AbstractContextManager[int]:
    """Daphne with an application, until the block ends; the key of its process."""
    return serving("daphne", application, port, environment)


@contextmanager
def serving(program: str, application: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    """Daphne, or gunicorn with one process, with an application, until the block ends; the key of its process."""
    program = "gunicorn" if program == "gunicorn" else "daphne"
    own = {
        "daphne": ["-v", "0", "-b", "127.0.0.1", "-p", str(port)],
        "gunicorn": [
            "-b",
            f"127.0.0.1:{port}",
            "--threads",
            "2",
            "--keep-alive",
            "75",
            "--log-level",
            "error",
        ],
    }
    command = [sys.executable, "-m", program, *own[program], application]
    server = subprocess.Popen(command, env=environment | {"PORTAL_PROCESSES": "1"})
    try:
        until_open(server, port)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def until_open(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server takes connections. Raises RuntimeError where it ends or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("a server of the benchmark did not start")


def file_of(what: str) -> str:
    """A file name for a page."""
    return "".join(letter if letter.isalnum() else "-" for letter in what) + ".html"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
