"""Adding the books up a second time: from the postings alone, line by line, against what is stored and recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from portal.ledger.hashing import fingerprint
from portal.ledger.models import Account, Book, Entry
from portal.ledger.selectors import balance_at
from portal.record.models import Entry as RecordEntry

Amounts = dict[str, int]


def faults(book: Book) -> Iterator[str]:
    """What is wrong with a book, the first wrong line first, in plain English; nothing where it is sound."""
    book.refresh_from_db()
    accounts = {account.code: account for account in book.accounts.all()}
    held: dict[str, int] = defaultdict(int)
    lines: dict[int, Amounts] = {}
    recorded = _recorded(book)
    previous, number = "", 0
    entries = book.entries.select_related("reverses").prefetch_related("postings__account")
    for number, entry in enumerate(entries.order_by("sequence").iterator(chunk_size=1000), start=1):
        amounts = {one.account.code: one.amount for one in entry.postings.all()}
        lines[entry.sequence] = amounts
        for code, amount in amounts.items():
            held[code] += amount
        wrong = [*_line_faults(book, entry, number, previous, amounts), *_reversal_faults(entry, lines)]
        wrong += _floor_faults(accounts.values(), held)
        if recorded.get(entry.sequence) != entry.hash:
            wrong.append("the public record has another fingerprint")
        yield from (f"line {number}: {fault}" for fault in wrong)
        previous = entry.hash
    yield from _head_faults(book, number, previous, accounts, held)
    for closed in book.closed_years.all():
        if not any(balance_at(account, closed.last_day) == closed.balance for account in accounts.values()):
            yield f"the year {closed.year} was closed with {closed.balance} fen, which no account held then"


def _recorded(book: Book) -> Mapping[int, str]:
    written = RecordEntry.objects.about([book.subject]).acting("ledger").filter(data__has_key="sha256")
    return {data["number"]: data["sha256"] for data in written.values_list("data", flat=True)}


def _line_faults(book: Book, entry: Entry, number: int, previous: str, amounts: Amounts) -> Iterator[str]:
    if entry.sequence != number:
        yield f"its number is {entry.sequence}"
    if sum(amounts.values()) or not amounts:
        yield f"its postings add up to {sum(amounts.values())} fen"
    if any(one.account.book_id != book.pk for one in entry.postings.all()):
        yield "it names an account of another book"
    reverses = entry.reverses.sequence if entry.reverses else None
    if entry.previous != previous or fingerprint(entry, amounts, reverses) != entry.hash:
        yield "its fingerprint does not fit what it says"


def _reversal_faults(entry: Entry, lines: Mapping[int, Amounts]) -> Iterator[str]:
    if entry.reverses is None:
        return
    taken = lines.get(entry.reverses.sequence, {})
    if lines[entry.sequence] != {code: -amount for code, amount in taken.items()}:
        yield f"it takes back something else than line {entry.reverses.sequence}"


def _floor_faults(accounts: Iterable[Account], held: Mapping[str, int]) -> Iterator[str]:
    for account in accounts:
        if account.floor and held.get(account.code, 0) < 0:
            yield f"{account.code} holds {held[account.code]} fen"


def _head_faults(
    book: Book, number: int, newest: str, accounts: Mapping[str, Account], held: Mapping[str, int]
) -> Iterator[str]:
    if (book.sequence, book.hash) != (number, newest):
        yield f"the book says it has {book.sequence} lines, {number} are there"
    for code, account in accounts.items():
        if account.balance != held.get(code, 0):
            yield f"{code} says {account.balance} fen, its postings add up to {held.get(code, 0)}"
