"""manage.py restore: what a backup holds into this installation, which is empty or may be overwritten."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.keeping import Refused, counted, manifest, secrets
from portal.keeping.places import this
from portal.keeping.restoring import Restored, restore
from portal.kit import wording


class Command(BaseCommand):
    help = "Bring a backup back into this installation, while the portal is stopped."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", metavar="DIR", type=Path, help="the folder of one backup")
        parser.add_argument("--keys", metavar="FOLDER", type=Path, help="bring the keys back from there, too")
        parser.add_argument(
            "--overwrite", action="store_true", help="what this installation holds may be put aside"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        here, keys = this(), options["keys"]
        try:
            done = restore(options["dir"].absolute(), here, overwrite=options["overwrite"])
            self.say(done)
            if keys:
                self.stdout.write("\n".join(secrets.bring_back(keys, here, keep=bool(done.aside))))
            lacking = secrets.lacking(here)
        except (Refused, OSError, sqlite3.Error) as error:
            raise CommandError(str(error)) from error
        if done.proof.faults:
            raise CommandError(f"It was so when the backup was made: {done.proof.faults[0]}")
        if lacking:
            raise CommandError(f"All but keys was restored. {lacking}")

    def say(self, done: Restored) -> None:
        """What was brought back, what was checked, and what follows."""
        told = done.manifest
        lines = [
            f"Restored what was backed up at {wording.stamped(manifest.made_at(told))} by version {told.version}.",
            f"Database: {counted(sum(told.rows.values()), 'row')} in {counted(len(told.rows), 'table')}, as many as"
            f" then; {counted(len([*told.media()]), 'upload')}. Each file is as its SHA-256 says.",
            *done.proof.said(),
            "Everybody is signed out. What was changed after the backup is as it was before: passwords,"
            " rights, codes that were used. Mail that was sent after it may be sent once more.",
        ]
        if done.aside:
            lines.append(
                f"What was here is kept: {', '.join(map(str, done.aside))}. Delete it when all is well."
            )
        self.stdout.write("\n".join(lines))
