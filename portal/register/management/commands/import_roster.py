"""manage.py import_roster FILE --neighbourhood SLUG [--skip-bad]"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.community.models import Area, Kind
from portal.kit.errors import NotPossible
from portal.kit.sheets import MAX_BYTES
from portal.register import roster
from portal.register.comparison import compare
from portal.register.roster import Problem
from portal.register.services.roster import import_roster


class Command(BaseCommand):
    help = "Bring a roster of dwellings (CSV or XLSX) into a neighbourhood; the second time nothing changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--neighbourhood", required=True, metavar="SLUG")
        parser.add_argument(
            "--skip-bad", action="store_true", help="import the good rows although there are bad ones"
        )

    def handle(self, *args: Any, file: Path, neighbourhood: str, skip_bad: bool, **options: Any) -> None:
        place = Area.objects.filter(slug=neighbourhood, kind=Kind.NEIGHBOURHOOD).first()
        if place is None:
            raise CommandError(f"there is no neighbourhood {neighbourhood}")
        try:
            read = roster.parse(_content(file))
            bad = [*read.problems, *compare(place, read.entries).problems]
            self._list(bad)
            if bad and not skip_bad:
                self.stderr.write(f"{len(bad)} bad rows, nothing imported")
                sys.exit(1)
            summary = import_roster(None, place, read, skip_bad=skip_bad)
        except NotPossible as refusal:
            self.stdout.write(str(refusal))
            sys.exit(1)
        self.stdout.write(f"added {summary.added}, changed {summary.changed}, unchanged {summary.unchanged}")

    def _list(self, problems: list[Problem]) -> None:
        for problem in sorted(problems, key=lambda one: one.line):
            self.stdout.write(str(problem))


def _content(file: Path) -> bytes:
    """One byte more than may be read is enough to refuse the file."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
