"""manage.py add_area KIND NAME [--slug SLUG] [--parent SLUG]"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.community import places
from portal.community.models import Area, Kind


class Command(BaseCommand):
    help = "Add a district, subdistrict, neighbourhood, estate or building; the slug stands in its address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=Kind.values)
        parser.add_argument("name")
        parser.add_argument("--slug", default="")
        parser.add_argument("--parent", default="", metavar="SLUG")

    def handle(self, *args: Any, kind: str, name: str, slug: str, parent: str, **options: Any) -> None:
        above = Area.objects.filter(slug=parent).first() if parent else None
        if parent and above is None:
            raise CommandError(f"there is no area {parent}")
        if slug and Area.objects.filter(slug=slug).exists():
            raise CommandError(f"the slug {slug} is taken")
        try:
            with transaction.atomic():
                made = places.plant(Kind(kind), name, slug, parent=above)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(made.slug)
