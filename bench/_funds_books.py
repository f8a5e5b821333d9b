"""The books of a fund with 10,000 postings: its page and the page of all lines, beside the bare SQL sums.

`python -m bench._funds_books measure` fills the database it is pointed at and prints the times as JSON. On SQLite, and
on PostgreSQL where PORTAL_DATABASE_URL names a server on which databases can be made. The bare SQL is what any such
page has to ask: what each account holds, and what went from which source to which use.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.pages import on_each_database, surroundings
from bench.report import progress, report

LINES, PROJECTS, ROUNDS = 5_000, 24, 9
ACCOUNTS = """SELECT posting.account_id, SUM(posting.amount) FROM ledger_posting posting
JOIN ledger_account account ON account.id = posting.account_id WHERE account.book_id = %s GROUP BY 1"""
CELLS = """SELECT taken.account_id, spent.account_id, SUM(taken.amount) FROM ledger_posting spent
JOIN ledger_account used ON used.id = spent.account_id
JOIN ledger_posting taken ON taken.entry_id = spent.entry_id AND taken.id <> spent.id
WHERE used.book_id = %s AND used.kind = 'expense' GROUP BY 1, 2"""


def told() -> None:
    """Print all figures."""
    on_each_database("bench-funds-books-", _on)


def _on(name: str, place: Path, database: str) -> None:
    progress(f"books of 10,000 postings on {name}")
    ran = subprocess.run(
        [sys.executable, "-m", "bench._funds_books", "measure"],
        env=surroundings(place, database, 0),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    report("funds", f"{name}: page of the books, 10,000 postings, beside the bare sums", found["page"], "ms",
           limit=found["bare"], goal="<= 2")  # fmt: skip
    report("funds", f"{name}: the sums of the page alone", found["flows"], "ms",
           limit=found["bare"], goal="<= 2")  # fmt: skip
    report("funds", f"{name}: page 1 of 5,000 lines", found["lines"], "ms", goal="<= 100")
    report("funds", f"{name}: all 10,000 postings added up anew, fingerprints and all", found["verify"], "ms")


def measure() -> None:
    """Fill a book and time what reads it."""
    import django  # noqa: PLC0415 - after the surroundings are set

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from bench._bulk import lay_tables  # noqa: PLC0415
    from portal.community.rules import load  # noqa: PLC0415
    from portal.funds.books.flows import flows  # noqa: PLC0415
    from portal.ledger.verify import faults  # noqa: PLC0415
    from portal.management.commands.serve import collect_changed_static_files  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    lay_tables()
    collect_changed_static_files()
    load()
    fund = filled()
    client = Client()

    def bare() -> None:
        with connection.cursor() as cursor:
            for query in (ACCOUNTS, CELLS):
                cursor.execute(query, [fund.book_id])
                cursor.fetchall()

    def page(name: str) -> Callable[[], object]:
        return lambda: client.get(reverse(f"funds:{name}", args=[fund.pk])).content

    times = {
        "bare": _timed(bare),
        "flows": _timed(lambda: flows(fund)),
        "page": _timed(page("books")),
        "lines": _timed(page("book_lines")),
        "verify": _once(lambda: list(faults(fund.book))),
    }
    print(json.dumps({name: 1000 * seconds for name, seconds in times.items()}))


def filled() -> Any:
    """A fund with four sources, 24 projects and 5,000 lines."""
    from portal.kit import clock  # noqa: PLC0415
    from portal.ledger import services as ledger  # noqa: PLC0415
    from portal.ledger.models import EntryKind  # noqa: PLC0415
    from tests.funds.factories import make_application, make_call, make_fund, make_source  # noqa: PLC0415
    from tests.funds.factories_books import open_grant  # noqa: PLC0415

    funding = make_fund()
    sources = [make_source(funding, 2_000_000_00, name=f"来源{n}") for n in range(4)]
    call = make_call(funding)
    grants = [open_grant(make_application(call, title=f"项目{n:02d}")) for n in range(PROJECTS)]
    for n in range(LINES - len(sources)):
        source, grant = sources[n % 4], grants[n % PROJECTS]
        fen = 1 + n * 48_271 % 2_147_483_647 % 9_000
        parts = {source.at_hand.code: -fen, f"to-{grant.pk}": fen}
        ledger.post_entry(
            funding.fund.book, clock.today(), f"拨付 {n}", parts, by=funding.worker, kind=EntryKind.SPENDING
        )
    return funding.fund


def _timed(work: Callable[[], object]) -> float:
    work()
    return median(_once(work) for _ in range(ROUNDS))


def _once(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__" and sys.argv[1:] == ["measure"]:
    measure()
