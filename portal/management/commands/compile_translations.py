"""manage.py compile_translations: .po to .mo where the .mo is missing or older; needs no gettext programs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.reloader import translation_file_changed

from portal.translations import compile_stale, gaps


class Command(BaseCommand):
    help = "Compile the translations that changed; the gettext programs are not needed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 if a text is untranslated or unsure")

    def handle(self, *args: Any, **options: Any) -> None:
        for directory in map(Path, settings.LOCALE_PATHS):
            for source in compile_stale(directory):
                # What this process read before is forgotten.
                translation_file_changed(None, source.with_suffix(".mo"))
                if options["verbosity"] > 0:
                    self.stdout.write(f"compiled {source}")
            if options["check"] and (missing := gaps(directory)):
                raise CommandError("\n".join(["Not translated:", *missing]))
