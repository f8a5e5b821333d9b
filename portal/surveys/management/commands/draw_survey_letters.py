"""Draw letters that come as JSON on standard input into a PDF on standard output; the portal calls it."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.surveys.paper.press import drawn


class Command(BaseCommand):
    """Nothing of the database is read: what is drawn comes along, and nothing of it lies in a file."""

    help = __doc__ or ""
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, draw, write."""
        sys.stdout.buffer.write(drawn(json.load(sys.stdin)))
