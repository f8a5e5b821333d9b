"""manage.py verify_record: whether the hash chain of the public record holds."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.record.hashing import Checked
from portal.record.services import all_chains, verify
from portal.record.verify import WORDS


class Command(BaseCommand):
    help = "Check the public record; exit 1 and the first broken sequence number if it was tampered with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--neighbourhood", metavar="SLUG", help="only this neighbourhood's record")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, chains = options["neighbourhood"], all_chains()
        if slug and slug not in chains:
            raise CommandError(f"There is no record of a neighbourhood {slug}.", returncode=2)
        wanted = [slug] if slug else sorted(chains)
        broken = [said for chain in wanted if (said := self.say(chain, verify(chain)))]
        if broken:
            raise CommandError("\n".join(broken))

    def say(self, chain: str, checked: Checked) -> str:
        """Print a sound chain; return the words for a broken one."""
        if checked.fault is None:
            self.stdout.write(
                f"{chain}: {checked.sound} entries, the chain holds, newest hash {checked.hash}"
            )
            return ""
        return f"{chain}: broken at {checked.broken_at}: {WORDS[checked.fault][0]}"
