"""manage.py backup: database and uploads into a new folder, while the portal runs; keys apart."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.keeping import Refused, counted, secrets
from portal.keeping.making import Made, make
from portal.keeping.places import apart, fit_for_copies, stamp, this
from portal.keeping.thinning import thin
from portal.kit import clock


class Command(BaseCommand):
    help = (
        "Back up database and uploads into DIR while the portal runs; the keys only to a place of their own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", metavar="DIR", type=Path, help="a new folder, outside the data directory")
        parser.add_argument(
            "--keys",
            metavar="FOLDER",
            type=Path,
            help="copy the keys of sealed votes and the secret key there, never beside the backups",
        )
        parser.add_argument(
            "--keep",
            nargs=3,
            type=int,
            metavar=("DAYS", "WEEKS", "MONTHS"),
            help="DIR holds many backups, each in a folder named by its time; delete all"
            " but the last of each of so many days, weeks and months",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        here, keep, keys = this(), options["keep"], options["keys"]
        folder = options["dir"].absolute()
        try:
            if keys:
                fit_for_copies(keys, here)
                apart(keys, folder, "the backup")
            made = make(folder / stamp(clock.now()) if keep else folder, here)
            self.say(made)
            said = secrets.copy_out(keys, here) if keys else secrets.not_copied(here)
            self.stdout.write("\n".join(said))
            if keep and (gone := thin(folder, keep)):
                self.stdout.write(f"Deleted: {', '.join(gone)}.")
        except (Refused, OSError, sqlite3.Error) as error:
            raise CommandError(str(error)) from error
        if made.proof.faults:
            raise CommandError(f"The backup is whole, but what it holds is not. {made.proof.faults[0]}")

    def say(self, made: Made) -> None:
        """What was made and what was checked."""
        told = made.manifest
        rows = counted(sum(told.rows.values()), "row")
        lines = [
            f"{made.place}: version {told.version}, {told.engine} {told.engine_version}, {told.size() / 1e6:.1f} MB.",
            f"Database: {rows} in {counted(len(told.rows), 'table')}; {counted(len([*told.media()]), 'upload')}.",
        ]
        if told.missing:
            lines.append(
                f"Files that rows name and that were lost before: {len(told.missing)}, such as {told.missing[0]}."
            )
        self.stdout.write("\n".join([*lines, *made.proof.said()]))
