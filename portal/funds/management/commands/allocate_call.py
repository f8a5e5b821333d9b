"""Compute one allocation that was asked for; the portal calls it (portal.funds.allocating)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.funds.allocating import services


class Command(BaseCommand):
    """In a process of its own, so that the pages are not kept waiting."""

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The key of the run."""
        parser.add_argument("pk", type=int)

    def handle(self, *args: Any, pk: int, **options: Any) -> None:
        """Compute it and write it down."""
        services.compute(pk)
