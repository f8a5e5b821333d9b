"""Make one file of answers that was asked for; the portal calls it (portal.surveys.exchange)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.surveys.exchange import exports
from portal.surveys.models import ExportFile


class Command(BaseCommand):
    """In a process of its own, so that the memory it took ends with it."""

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The key of the file."""
        parser.add_argument("pk", type=int)

    def handle(self, *args: Any, pk: int, **options: Any) -> None:
        """Write it."""
        exports.make(ExportFile.objects.select_related("survey__neighbourhood").get(pk=pk))
