"""manage.py draw_panel POOL.csv QUOTAS.csv --size N --seed TEXT [--tickets FILE]"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError

from portal.meetings.lots import pools
from portal.meetings.lots.drawing import drawn
from portal.meetings.lots.space import Impossible
from portal.meetings.lots.tickets import Tickets, content_of, sha256_of, tickets_of

T = TypeVar("T")


class Command(BaseCommand):
    help = (
        "Draw a panel by lot: equal chances as far as the quotas let them, never two of one flat. "
        "Impossible quotas exit 1 and say which and what would do; a broken file exits 1 and says which line."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pool", type=Path, help="columns id, flat, and one for each feature")
        parser.add_argument("quotas", type=Path, help="columns feature, value, min, max")
        parser.add_argument("--size", type=int, required=True, help="seats of the panel")
        parser.add_argument("--seed", required=True, help="the text of the event announced beforehand")
        parser.add_argument(
            "--tickets",
            type=Path,
            metavar="FILE",
            help="write the tickets there, for portal/meetings/lots/redraw.py",
        )

    def handle(self, *args: Any, size: int, seed: str, **options: Any) -> None:
        if size < 1:
            raise CommandError("a panel has at least one seat")
        pool = self._read(options["pool"], pools.read_pool)
        quotas = self._read(options["quotas"], lambda content: pools.read_quotas(content, pool.features))
        try:
            tickets = tickets_of(pool, quotas, size)
        except Impossible as impossible:
            self.stderr.write(str(impossible))
            sys.exit(1)
        if options["tickets"]:
            options["tickets"].write_bytes(content_of(tickets))
        self.stdout.write(json.dumps(_said(tickets, seed), ensure_ascii=False))

    def _read(self, file: Path, read: Callable[[bytes], T]) -> T:
        try:
            return read(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except pools.Broken as broken:
            self.stderr.write(f"{file.name}: {broken}")
            sys.exit(1)


def _said(tickets: Tickets, seed: str) -> dict[str, Any]:
    result = drawn(tickets, seed)
    return {
        "panel": list(result.panel),
        "reserves": [code for code in result.next if code],
        "method": tickets["method"],
        "seed": seed,
        "ticket": result.ticket,
        "pool_sha256": tickets["pool_sha256"],
        "tickets_sha256": sha256_of(tickets),
    }
