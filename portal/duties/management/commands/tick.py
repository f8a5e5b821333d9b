"""manage.py tick: does all that is due now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.duties import tick


class Command(BaseCommand):
    help = "Do all the periodic work that is due now; exit 1 if a job failed (the log says why)."

    def handle(self, *args: Any, **options: Any) -> None:
        # Without a database each job would wait for it and fail.
        connection.ensure_connection()
        failed = tick.run()
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}")
        if options["verbosity"] > 1:
            self.stdout.write(f"{len(tick.ordered())} jobs done")
