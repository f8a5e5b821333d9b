"""manage.py search_index: brings the index of the search in order, or makes it anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.search import services
from portal.search.kinds import kinds


class Command(BaseCommand):
    help = "Index what is missing or out of date, some rows at a time; --rebuild indexes everything anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="empty the index of each kind first")

    def handle(self, *args: Any, **options: Any) -> None:
        for kind in kinds():
            done = services.rebuild(kind) if options["rebuild"] else services.mend_all(kind)
            if options["verbosity"]:
                self.stdout.write(f"{kind.name}: {done}")
