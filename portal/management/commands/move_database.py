"""manage.py move_database: everything from the database in use into an empty one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import environment
from portal.keeping import Refused
from portal.keeping.moving import Moved, move
from portal.keeping.places import Installation, this


class Command(BaseCommand):
    help = "Move everything from the database in use into an empty one, while the portal is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "url",
            metavar="URL",
            help="as in PORTAL_DATABASE_URL: postgres://user:password@host/name, or sqlite:////file."
            " “-” reads it from standard input, where no list of processes shows its password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        url = _asked() if options["url"] == "-" else options["url"]
        here = this()
        try:
            moved = move(here, url, environment.database(url, pool=0))
        except (Refused, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.say(moved, here)
        if moved.proof.faults:
            raise CommandError(f"It was so in the old database, too: {moved.proof.faults[0]}")

    def say(self, moved: Moved, here: Installation) -> None:
        """What was moved, what was checked, and what is to be done next."""
        lines = [
            f"Moved {moved.rows:,} rows in {len(moved.sums)} tables; each table has the same sum in both databases.",
            *moved.proof.said(),
        ]
        if moved.left:
            lines.append(f"Left behind, for they are none of the portal's tables: {', '.join(moved.left)}.")
        self.stdout.write("\n".join([*lines, *_next(here)]))


def _asked() -> str:
    """The address of the new database from standard input; CommandError where none came."""
    url = sys.stdin.readline().strip()
    if not url:
        raise CommandError(
            "No address came. Type that of the new database: postgres://user:password@host/name, or"
            " sqlite:////folder/file with four strokes."
        )
    return url


def _next(here: Installation) -> list[str]:
    old = f"The old database ({here.file})" if here.engine == "sqlite" else "The old database"
    return [
        f"Uploads ({here.media}), keys ({here.keys}) and the secret key belong to both and stay where they are.",
        f"{old} was not changed. Keep it until all is well, then delete it: what people do from now on is not in it.",
        "Now set PORTAL_DATABASE_URL to the address you gave here, and start the portal again.",
    ]
