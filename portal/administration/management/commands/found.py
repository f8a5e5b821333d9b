"""manage.py found [FILE] [--check] [--links FILE] [--template]"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, OperationalError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.administration import founding
from portal.administration.founding import Plan
from portal.administration.founding.guide import Guide, Stopped
from portal.administration.founding.services import Waiting
from portal.community.models import Kind
from portal.kit.commands import content_of
from portal.kit.errors import NotPossible
from portal.kit.sheets import safe_cell

# More sign-in links than this go into a file, or are not shown at all: nobody hands out what scrolled by.
MOST_LINKS = 10
PRIVATE = 0o600


class Command(BaseCommand):
    help = (
        "Found neighbourhoods with their pages, contacts and first accounts: one by questions, or many from a file. "
        "The second time nothing changes but what the file corrects."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="CSV or XLSX, one row a neighbourhood")
        parser.add_argument("--template", action="store_true", help="print a file to fill in")
        parser.add_argument("--check", action="store_true", help="say what would be made, and make nothing")
        parser.add_argument(
            "--links", type=Path, metavar="FILE", help="where to write the links for first sign-ins, as CSV"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
        )

    def handle(self, *args: Any, file: Path | None, language: str, **options: Any) -> None:
        """Ends with status 1 where a row is wrong or the questions were not answered to the end."""
        if options["template"]:
            self.stdout.write(founding.template(), ending="")
            return
        with translation.override(language):
            plan = self._from_file(file, **options) if file else self._asked(**options)
            if not options["check"]:
                self._hand_over(founding.waiting_accounts(plan), options["links"])
                self._go_on(plan)

    def _from_file(self, file: Path, *, check: bool, **options: Any) -> Plan:
        try:
            rows, problems = founding.parse(content_of(file))
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        plan = founding.plan(rows)
        problems = sorted([*problems, *plan.problems], key=lambda problem: problem.line)
        for one in [*problems, *plan.remarks]:
            self.stdout.write(str(one))
        if problems:
            self.stderr.write(_("%(count)d wrong rows, nothing made") % {"count": len(problems)})
            sys.exit(1)
        self._show(plan)
        if not check:
            self._carry_out(plan)
        return plan

    def _asked(self, *, check: bool, **options: Any) -> Plan:
        guide = Guide(ask=input, say=self.stdout.write)
        try:
            guide.ask()
            while not self._made(plan := guide.plan(), guide, check=check):
                pass
        except Stopped:
            self.stdout.write("\n" + _("Stopped. Nothing was made."))
            sys.exit(1)
        return plan

    def _made(self, plan: Plan, guide: Guide, *, check: bool) -> bool:
        """Show and make it; False where the database was busy: all the answers are still there for another try."""
        self._show(plan)
        if check:
            return True
        guide.confirm()
        try:
            self._carry_out(plan)
        except CommandError as why:
            self.stdout.write(f"  ! {why}")
            return False
        return True

    def _show(self, plan: Plan) -> None:
        for place in plan.places:
            if place.kind == Kind.NEIGHBOURHOOD:
                page = _address("pages:neighbourhood", place.slug)
                self.stdout.write(f"+ {place.where}  {page}")
        for seat in plan.seats:
            if not seat.held:
                self.stdout.write(f"+ {seat.title} {seat.name}  {seat.place.where}")
        for change in plan.changes:
            self.stdout.write(f"~ {change}")
        self.stdout.write(_summary(plan))

    def _carry_out(self, plan: Plan) -> None:
        try:
            founding.carry_out(plan)
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        except (IntegrityError, OperationalError) as error:
            raise CommandError(
                _("The database was busy with somebody else's change. Nothing was made; please try again.")
            ) from error

    def _hand_over(self, waiting: list[Waiting], links: Path | None) -> None:
        if not waiting:
            return
        if links is not None:
            _write(links, waiting)
            said = _("%(count)d links for first sign-ins are in %(file)s; only you can read it.")
            self.stdout.write(said % {"count": len(waiting), "file": links})
        elif len(waiting) > MOST_LINKS:
            said = _("%(count)d accounts wait for their first sign-in: run it again with --links FILE.")
            self.stdout.write(said % {"count": len(waiting)})
        else:
            for one in waiting:
                self.stdout.write(_letter(one))
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(
            _(
                "Each link opens once, within %(days)d days; running this again gives new ones. Hand it over in "
                "person. It asks for a password. The first sign-in, by user name, asks for a code sent to the "
                "number, and then for a second step (a code app or a passkey)."
            )
            % {"days": days}
        )

    def _go_on(self, plan: Plan) -> None:
        """What comes next, where one neighbourhood was made: a person stands at the end of each address."""
        new = [place.slug for place in plan.places if place.kind == Kind.NEIGHBOURHOOD]
        if len(new) != 1:
            return
        said = _(
            "Next, the director signs in at %(login)s, says at %(contact)s how the committee is reached, brings in "
            "the roster at %(roster)s, prints letters at %(letters)s and gives the other posts at %(posts)s. Whoever "
            "runs the portal goes on at %(areas)s."
        )
        self.stdout.write(
            said
            % {
                "login": _address("account_login"),
                "contact": _address("register:contact", new[0]),
                "roster": _address("register:roster", new[0]),
                "letters": _address("register:letters", new[0]),
                "posts": _address("register:posts", new[0]),
                "areas": _address("administration:areas"),
            }
        )


def _summary(plan: Plan) -> str:
    if plan.is_empty:
        return _("Nothing to make or change.")
    made = _(", ").join(f"{plan.count(kind)} {kind.label}" for kind in Kind if plan.count(kind))
    return _("New: %(made)s; posts %(posts)d; contacts %(contacts)d; corrected %(changes)d") % {
        "made": made or "–",
        "posts": sum(not seat.held for seat in plan.seats),
        "contacts": len(plan.contacts),
        "changes": len(plan.changes),
    }


def _letter(one: Waiting) -> str:
    """What somebody needs who signs in for the first time."""
    said = _("%(title)s %(name)s, user name %(login)s")
    who = said % {"title": one.seat.title, "name": one.seat.name, "login": one.user.username}
    return f"\n{who}\n  {one.link}"


def _write(links: Path, waiting: list[Waiting]) -> None:
    try:
        # Made with these rights, so that nobody reads it in between.
        opened = os.open(links, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    except OSError as error:
        raise CommandError(f"{links}: {error.strerror}") from error
    os.fchmod(opened, PRIVATE)
    with os.fdopen(opened, "w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["place", "title", "name", "phone", "login", "link"])
        for one in waiting:
            seat = one.seat
            cells = [seat.place.where, seat.title, seat.name, seat.phone, one.user.username, one.link]
            lines.writerow([safe_cell(cell) for cell in cells])


def _address(name: str, *args: str) -> str:
    return f"{settings.ORIGINS[0]}{reverse(name, args=args)}"
