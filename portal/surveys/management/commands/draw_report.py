"""Draw a report that comes as HTML on standard input into a PDF file; the portal calls it (portal.surveys.showing)."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.kit import printing
from portal.surveys.showing.press import STYLES


class Command(BaseCommand):
    """Nothing of the database is read: what is drawn comes along."""

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        """Read, draw, write."""
        path.write_bytes(printing.pdf(sys.stdin.buffer.read().decode(), STYLES))
