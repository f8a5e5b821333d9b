"""manage.py outbox: what waits to be mailed or texted, what was given up, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Min, QuerySet

from portal.kit import clock, phones, wording
from portal.kit.handover import masked_address
from portal.notifications import handing
from portal.notifications.models import TRIES, Ceiling, Mail, Notice, Outgoing, Parcel, Text

SHOWN = 20


class Kind(NamedTuple):
    """One kind of row: what it is called, which table, to whom."""

    title: str
    model: type[Outgoing]
    to: Callable[[Any], str]
    related: str | None = None


KINDS = {
    "mail": Kind("Mails about accounts", Mail, lambda row: masked_address(row.to)),
    "notice": Kind("News by mail", Notice, lambda row: masked_address(row.user.email), "user"),
    "parcel": Kind(
        "News by other ways, or of a day", Parcel, lambda row: f"account {row.notice.user_id}", "notice"
    ),
    "text": Kind("News by text message", Text, lambda row: phones.masked(row.number)),
}


class Command(BaseCommand):
    help = "Show what waits to be mailed or texted and what was given up; never what it says. --requeue tries it now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--requeue",
            nargs="*",
            metavar="ID",
            help="make these due now with all their tries, such as mail:7",
        )
        parser.add_argument(
            "--all", action="store_true", help="with --requeue: all that wait or were given up"
        )

    def handle(self, *args: Any, requeue: list[str] | None, all: bool, **options: Any) -> None:
        if requeue is None and not all:
            self.show()
            return
        if requeue is None or bool(requeue) == all:
            raise CommandError("Name what is to be tried (--requeue mail:7 text:3), or say --requeue --all.")
        chosen = {name: None if all else _keys(requeue, name) for name in KINDS}
        _check_there(chosen)
        for name, kind in KINDS.items():
            keys = chosen[name]
            if keys is None or keys:
                self.stdout.write(f"{kind.title}: {handing.requeue(kind.model, keys)} due now")

    def show(self) -> None:
        """All kinds, and whether the day's ceiling was reached."""
        for name, kind in KINDS.items():
            self.show_kind(name, kind)
        reached = Ceiling.objects.filter(day=clock.today()).first()
        if reached:
            self.stdout.write(
                f"Today's ceiling of text messages was reached at {wording.stamped(reached.reached_at)}; "
                f"{reached.held} were held back (PORTAL_SMS_PER_DAY)."
            )

    def show_kind(self, name: str, kind: Kind) -> None:
        """How many, since when, and the oldest of them with what was last said."""
        waiting, given_up = kind.model.objects.waiting(), kind.model.objects.given_up()  # type: ignore[attr-defined]
        self.stdout.write(
            f"{kind.title}: {_summary(waiting, kind.model.WAITS_UNTIL)}, {given_up.count()} given up"
        )
        for state, rows in (("waits", waiting), ("given up", given_up)):
            oldest = rows.select_related(kind.related) if kind.related else rows
            for row in oldest.order_by("created_at", "pk")[:SHOWN]:
                self.stdout.write(f"  {name}:{row.pk}  {kind.to(row)}  {row.kind}  {_standing(row, state)}")


def _summary(waiting: QuerySet[Any], column: str) -> str:
    count = waiting.count()
    if not count:
        return "none wait"
    times = waiting.aggregate(oldest=Min("created_at"), next=Min(column))
    return f"{count} wait (oldest of {wording.stamped(times['oldest'])}, next try {wording.stamped(times['next'])})"


def _standing(row: Outgoing, state: str) -> str:
    """Since when, how often it was tried, and what was said against it."""
    until = getattr(row, row.WAITS_UNTIL)
    if state == "waits":
        state = f"next try {wording.stamped(until)}" if until > clock.now() else "due now"
    elif row.tries < TRIES:
        state = "given up: too old"
    said = f", {row.last_error}" if row.last_error else ""
    return f"of {wording.stamped(row.created_at)}, {row.tries} tries, {state}{said}"


def _keys(named: list[str], name: str) -> list[int]:
    """The keys of one kind among IDs as they are shown; raises CommandError for what is none."""
    for one in named:
        kind, colon, key = one.partition(":")
        if kind not in KINDS or not colon or not key.isdecimal():
            raise CommandError(f"{one} is no ID; they look like mail:7, notice:12 or text:3.")
    return [int(one.partition(":")[2]) for one in named if one.partition(":")[0] == name]


def _check_there(chosen: dict[str, list[int] | None]) -> None:
    """CommandError, before anything is changed, with what is named and not there."""
    absent = [
        f"{name}:{key}"
        for name, keys in chosen.items()
        if keys
        for key in sorted(set(keys) - set(_present(KINDS[name].model, keys)))
    ]
    if absent:
        raise CommandError(
            f"There is no {', '.join(absent)}; nothing was changed. Look with: manage.py outbox"
        )


def _present(model: type[Outgoing], keys: list[int]) -> QuerySet[Any, int]:
    return model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
