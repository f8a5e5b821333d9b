"""manage.py import_roster FILE --neighbourhood SLUG [--as-of DAY] [--skip-bad] [--confirm-line N] [--confirm-by U]"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.community.models import Area, Kind, User
from portal.kit.commands import content_of
from portal.kit.errors import NotPossible
from portal.register.brakes import stops
from portal.register.changes import Change
from portal.register.comparison import compare
from portal.register.differences import Choices, Comparison
from portal.register.roster import Problem
from portal.register.services.imports import hand_in
from portal.register.services.roster import File, problems_of, remarks_of


class Command(BaseCommand):
    help = "Bring a roster of dwellings (CSV or XLSX) into a neighbourhood; the second time nothing changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--neighbourhood", required=True, metavar="SLUG")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DAY", help="whose state the file shows"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="import the good rows although there are bad ones"
        )
        parser.add_argument(
            "--confirm-line",
            type=int,
            action="append",
            default=[],
            metavar="N",
            help="a row counts although the desk has verified something else since; once for each row",
        )
        parser.add_argument(
            "--confirm-by",
            metavar="USER",
            help="who of the committee has looked at it, where much would change",
        )

    def handle(self, *args: Any, file: Path, neighbourhood: str, **options: Any) -> None:
        place = Area.objects.filter(slug=neighbourhood, kind=Kind.NEIGHBOURHOOD, retired_on=None).first()
        if place is None:
            raise CommandError(f"there is no neighbourhood {neighbourhood}")
        second = _account(options["confirm_by"])
        handed = File(file.name, content_of(file), options["as_of"])
        choices = Choices(again=frozenset(options["confirm_line"]))
        try:
            shown = self._show(place, handed, choices, skip_bad=options["skip_bad"])
            _kept, done = hand_in(
                None,
                place,
                handed,
                digest=shown.digest,
                skip_bad=options["skip_bad"],
                choices=choices,
                second=second,
            )
        except NotPossible as refusal:
            self.stdout.write(str(refusal))
            sys.exit(1)
        except PermissionDenied as denied:
            raise CommandError(f"{options['confirm_by']} may not bring rosters in here") from denied
        self.stdout.write(f"added {done.added}, changed {done.changed}, unchanged {done.unchanged}")

    def _show(self, place: Area, file: File, choices: Choices, *, skip_bad: bool) -> Comparison:
        """What would change, before anything does. Ends where there are bad rows."""
        shown = compare(place, file.roster.entries, as_of=file.as_of, refused=file.roster.problems)
        bad = problems_of(file.roster, shown)
        self._list(bad + remarks_of(file.roster, shown))
        if bad and not skip_bad:
            self.stderr.write(f"{len(bad)} bad rows, nothing imported")
            sys.exit(1)
        for one in [*shown.changed, *shown.left]:
            self.stdout.write(f"line {one.entry.line}: {one.where}: {_said([*one.waits, *one.changes])}")
            if one.asked and one.entry.line not in choices.again:
                self.stdout.write(
                    "  left as it is, where the desk has verified or corrected it since (--confirm-line)"
                )
        for stop in stops(place, shown):
            self.stdout.write(
                f"{stop.building}: {stop.changing} of {stop.owners} owners, {stop.missing_number} dwellings missing,"
                f" {stop.more_number} more: needs --confirm-by"
            )
        return shown

    def _list(self, problems: list[Problem]) -> None:
        for problem in sorted(problems, key=lambda one: one.line):
            self.stdout.write(str(problem))


def _said(changes: list[Change]) -> str:
    return "; ".join(f"{change.what} {change.old} → {change.new}" for change in changes)


def _account(name: str | None) -> User | None:
    if name is None:
        return None
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(f"there is no account {name}")
    return found
