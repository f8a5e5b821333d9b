"""manage.py tick: does all that is due now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.duties import tick
from portal.kit import wording


class Command(BaseCommand):
    help = "Do all the periodic work that is due now; exit 1 if a job failed (the log says why)."

    def handle(self, *args: Any, **options: Any) -> None:
        # Without a database each job would wait for it and fail.
        connection.ensure_connection()
        failed = tick.run()
        if failed:
            self.stderr.write("\n".join(lines(failed)))
            raise CommandError(f"Failed: {', '.join(failed)}")
        if options["verbosity"] > 1:
            self.stdout.write(f"{len(tick.ordered())} jobs done")


def lines(failed: list[str]) -> list[str]:
    """A line for each failed job: why, since when, and when it last went well."""
    return [
        f"{name}: {row.reason}; failing since {_at(row.failing_since)}; last went well {_at(row.good_at)}"
        for name, row in tick.results().items()
        if row is not None and name in failed
    ]


def _at(moment: datetime | None) -> str:
    return wording.stamped(moment) if moment else "never"
