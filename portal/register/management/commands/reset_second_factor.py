"""manage.py reset_second_factor NAME: take away a second factor that is lost, where no other member of staff can."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.community.selectors import home_of
from portal.kit.errors import NotPossible
from portal.register.services import accounts, second_factor


class Command(BaseCommand):
    help = (
        "Take away a lost second factor; the person is told, and the record of their neighbourhood says it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="name, phone or e-mail of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses an account that is not there, belongs to no place, or has no second factor."""
        user = accounts.named([options["account"]])
        here = home_of(user) if user is not None else None
        if user is None or here is None:
            raise CommandError("There is no such account in any neighbourhood.")
        try:
            second_factor.reset(None, here, user)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username}: the second factor is taken away.")
