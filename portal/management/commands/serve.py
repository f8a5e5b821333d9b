"""manage.py serve: the whole portal in one process, ready to be looked at."""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from daphne.server import Server
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from portal.kit.trial import end_trial, second_factor_asked

log = logging.getLogger(__name__)
TICK_SECONDS = 60
HIGHEST_PORT = 65_535
LARGEST_SOCKET_MESSAGE = 64 * 1024
DEMO_PASSWORD = "gongzhi-demo-2026"  # noqa: S105 - published: it opens demo accounts only
DEMO_ACCOUNTS = {
    "chen": "resident and owner",
    "zhou": "resident",
    "tenant": "tenant",
    "shen": "committee worker",
    "wang": "committee director",
    "li": "property manager",
    "zhu": "building head",
    "volunteer": "volunteer",
    "officer": "subdistrict",
    "auditor": "auditor",
    "wei": "oversight committee",
    "operator": "operator of the portal",
}


class Command(BaseCommand):
    help = "Prepare what is missing and serve pages, sockets and the periodic work in one process."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        require_port()
        self.prepare(demo=not options["no_demo"])
        stop = threading.Event()
        worker = threading.Thread(target=keep_ticking, args=(stop,), name="tick")
        try:
            self.serve(worker)
        finally:
            stop.set()
            if worker.is_alive():
                worker.join(timeout=10)
        self.stdout.write("Stopped.")

    def prepare(self, *, demo: bool) -> None:
        """Translations, tables, static files and, into an empty database, the demo neighbourhood."""
        call_command("compile_translations", verbosity=0)
        if has_pending_migrations():
            self.say("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            collect_changed_static_files()
        if not get_user_model().objects.exists():
            end_trial()
            if demo:
                self.say("Loading the demo neighbourhood …")
                call_command("load_demo", verbosity=0)
        connections.close_all()

    def serve(self, worker: threading.Thread) -> None:
        """Serve until SIGTERM or SIGINT; raises SystemExit where the port is taken."""
        server = Server(
            application=import_string(settings.ASGI_APPLICATION),
            endpoints=[f"tcp:port={settings.PORT}:interface=127.0.0.1"],
            websocket_max_message_size=LARGEST_SOCKET_MESSAGE,
            websocket_max_frame_size=LARGEST_SOCKET_MESSAGE,
            server_name="portal",
            ready_callable=partial(self.ready, worker),
        )
        server.run()
        if not server.listening_addresses:
            raise SystemExit(in_use())

    def ready(self, worker: threading.Thread) -> None:
        """The port is open: begin the periodic work, and say where to look."""
        worker.start()
        self.welcome()

    def welcome(self) -> None:
        """Say where the portal is and, where the demo was loaded, who may try it."""
        self.say(f"\nThe portal is at http://127.0.0.1:{settings.PORT}  (Ctrl+C stops it)")
        chen = get_user_model().objects.filter(username="chen").first()
        if chen is not None and chen.check_password(DEMO_PASSWORD):
            self.say(f"Demo accounts, all with the password {DEMO_PASSWORD}:")
            self.say("\n".join(f"  {name:<10} {who}" for name, who in DEMO_ACCOUNTS.items()))
            if not second_factor_asked():
                self.say("Staff of the demo are not asked for a second factor, as they are in use.")
        connections.close_all()

    def say(self, text: str) -> None:
        """Print at once, also into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()


def require_port() -> None:
    """Ask for the port before anything is prepared, as the server does it later; SystemExit where it is taken."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", settings.PORT))
            asked.listen()
        except OSError as error:
            raise SystemExit(in_use()) from error


def in_use() -> str:
    """What is to be done about a port that is taken."""
    another = settings.PORT + 1 if settings.PORT < HIGHEST_PORT else settings.PORT - 1
    return f"Port {settings.PORT} is in use. Choose another with the variable PORT, such as PORT={another}."


def has_pending_migrations() -> bool:
    """Whether `migrate` has anything to do; asking is quicker than letting it look."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_changed_static_files() -> None:
    """Collect the static files under names with their hash, if any of them changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    wanted = static_files_stamp()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=stamp.exists(), verbosity=0)
    stamp.write_text(wanted)


def static_files_stamp() -> str:
    """A digest of every static file's name, size and time, and of what gives them their names."""
    files = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list(["*.map"]):
            status = Path(storage.path(name)).stat()
            files.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()


def keep_ticking(stop: threading.Event) -> None:
    """Do what is due, now and every minute, until told to stop; a round that fails is tried again."""
    while True:
        try:
            call_command("tick", verbosity=0)
        except Exception:  # the periodic work survives any one round
            log.exception("tick failed")
        finally:
            connections.close_all()
        if stop.wait(TICK_SECONDS):
            return
