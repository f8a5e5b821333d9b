"""A book as Beancount text, so that anybody can check it with other people's programs: facts only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from portal.ledger.models import Account, AccountKind, Book, ClosedYear, Entry
from portal.ledger.selectors import plain_yuan

ROOTS = {
    AccountKind.ASSET: "Assets",
    AccountKind.INCOME: "Income",
    AccountKind.EXPENSE: "Expenses",
    AccountKind.FUND: "Equity",
}
UNFIT = re.compile(r"[^A-Za-z0-9-]")


def export(book: Book) -> Iterator[str]:
    """The whole book, a piece at a time: accounts, each line with number and fingerprint, balances of closed years."""
    accounts = list(book.accounts.all())
    entries = book.entries.prefetch_related("postings__account").order_by("day", "sequence")
    first = entries.first()
    since = first.day if first else book.opened_at.date()
    yield f'option "title" {_quoted(book.title)}\noption "operating_currency" "CNY"\n\n'
    for account in accounts:
        yield f"{since} open {_name(account)} CNY\n  name: {_quoted(account.name)}\n"
    for entry in entries.iterator(chunk_size=1000):
        yield _transaction(entry)
    for closed in book.closed_years.all():
        yield _balance(closed, next(one for one in accounts if one.kind == AccountKind.ASSET))


def _transaction(entry: Entry) -> str:
    head = f"\n{entry.day} * {_quoted(entry.text)}\n  number: {entry.sequence}\n  sha256: {_quoted(entry.hash)}\n"
    postings = (f"  {_name(one.account)}  {plain_yuan(one.amount)} CNY\n" for one in entry.postings.all())
    return head + "".join(postings)


def _balance(closed: ClosedYear, account: Account) -> str:
    return f"\n{date(closed.year + 1, 1, 1)} balance {_name(account)}  {plain_yuan(closed.balance)} CNY\n"


def _name(account: Account) -> str:
    """Beancount's names begin with a capital letter: Assets:Cash."""
    return f"{ROOTS[AccountKind(account.kind)]}:{UNFIT.sub('-', account.code).capitalize()}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
