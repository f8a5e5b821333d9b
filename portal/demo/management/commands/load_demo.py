"""manage.py load_demo: a neighbourhood to look at, with three years of history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.community.models import User
from portal.demo import pages
from portal.demo.engine import play
from portal.demo.stories import all_stories
from portal.demo.world import FIRST_DAY, found
from portal.kit import clock
from portal.kit.trial import begin_trial, end_trial
from portal.notifications.models import Notice

RECENT = timedelta(days=7)


class Command(BaseCommand):
    """Loads the demo into an empty database, all or nothing."""

    help = "Load the demo neighbourhood into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses where there are accounts already."""
        if User.objects.exists():
            raise CommandError("There are accounts already; the demo is for an empty database.")
        # The staff of the stories act without a second factor, as whoever tries the demo does.
        begin_trial()
        try:
            name, steps = self._tell()
        except BaseException:
            end_trial()
            raise
        self.stdout.write(f"{name}: {steps} steps")

    @transaction.atomic
    def _tell(self) -> tuple[str, int]:
        now = clock.now()
        world = found(now - FIRST_DAY)
        steps = play([pages.story(world, now), *all_stories(world, now)])
        Notice.objects.filter(created_at__lt=now - RECENT).update(read_at=now)
        Notice.objects.update(by_mail=False)
        return world.neighbourhood.name, steps
