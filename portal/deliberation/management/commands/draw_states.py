from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.deliberation.diagram import drawn


class Command(BaseCommand):
    help = "Draw the life cycles of topics and hearings into docs/architecture.md, between their marks."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "architecture.md"
        page.write_text(drawn(page.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"Drawn: {page}")
