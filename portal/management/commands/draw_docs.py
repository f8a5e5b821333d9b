"""manage.py draw_docs: draw the diagrams in docs/ anew, from the tables and models of the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.diagrams import drawn


class Command(BaseCommand):
    help = "Draw the diagrams in docs/ anew, from the tables and models of the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted((settings.BASE_DIR / "docs").rglob("*.md")):
            text = path.read_text(encoding="utf-8")
            if (new := drawn(text)) != text:
                path.write_text(new, encoding="utf-8")
                self.stdout.write(f"drew {path.name}")
