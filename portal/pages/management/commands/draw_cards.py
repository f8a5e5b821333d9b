"""Draw contact cards that come as JSON on standard input into a PDF file; the portal calls it (portal.pages.cards)."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.pages.cards.lines import from_plain
from portal.pages.cards.models import CardsFile
from portal.pages.cards.press import joined


class Command(BaseCommand):
    """Nothing of the database is read: what is drawn comes along."""

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Size and file."""
        parser.add_argument("size", choices=CardsFile.Size.values)
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, size: str, path: Path, **options: Any) -> None:
        """Read, draw, write."""
        cards = [from_plain(values) for values in json.load(sys.stdin)]
        path.write_bytes(joined(cards, size, settings.PORTAL_BASE_URL))
