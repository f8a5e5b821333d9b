"""manage.py opinion_map VOTES.csv: the groups of a table of votes, what is typical of each, and what all agree with."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.meetings.opinions import votes
from portal.meetings.opinions.mapping import Group, Map, mapped
from portal.meetings.opinions.votes import Votes

DIGITS = 4


class Command(BaseCommand):
    help = (
        "Reckon the opinion map of a table with the columns participant, statement, vote (-1 disagree, 0 pass, "
        "1 agree), plain or .gz; the last row of a pair counts. Prints JSON. A broken file exits 1 and says which line."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        table = _read(file)
        self.stdout.write(json.dumps(said(table, mapped(table)), ensure_ascii=False))


def said(table: Votes, found: Map) -> dict[str, Any]:
    """The map as the command tells it. `disagrees`: which of a group's typical statements it disagrees with."""
    return {
        "participants": found.participants,
        "included": len(found.included),
        "statements": len(table.statements),
        "silhouette": None if found.silhouette is None else round(found.silhouette, DIGITS),
        "groups": [_group(table, group) for group in found.groups],
        "consensus": [table.statements[place] for place in found.consensus],
    }


def _group(table: Votes, group: Group) -> dict[str, Any]:
    named = [(table.statements[stand.statement], stand.agrees) for stand in group.typical]
    return {
        "size": group.size,
        "typical": [name for name, _agrees in named],
        "disagrees": [name for name, agrees in named if not agrees],
    }


def _read(file: Path) -> Votes:
    try:
        return votes.read(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except votes.Broken as broken:
        raise CommandError(f"{file}: {broken}") from broken
