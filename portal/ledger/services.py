"""Writing books: `post_entry` is the only writer of lines. Every amount is in whole fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.events import log
from portal.community.models import Area, Upload, User
from portal.community.selectors import signature
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger import events
from portal.ledger.hashing import fingerprint
from portal.ledger.models import Account, AccountKind, Book, ClosedYear, Entry, EntryKind, Posting, Receipt
from portal.ledger.selectors import balance_at, first_shortage, plain_yuan

# Nobody types ten million yuan into a neighbourhood's book but by mistake: fen.
LARGEST = 10**9
TO_COME = gettext_lazy("This day is still to come. A line is written when the money has moved.")


@dataclass(frozen=True)
class Opened:
    """An account a book begins with. `floor`: it can never hold less than nothing."""

    code: str
    name: str
    kind: AccountKind
    floor: bool = False


@transaction.atomic
def open_book(
    subject: str, neighbourhood: Area, title: str, accounts: Iterable[Opened], *, by: User | str
) -> Book:
    """Begin the books of something, by its key. Raises NotPossible where they were begun already."""
    try:
        with transaction.atomic():
            book = Book.objects.create(subject=subject, neighbourhood=neighbourhood, title=title)
    except IntegrityError as error:
        raise NotPossible(_("This book was opened already.")) from error
    Account.objects.bulk_create(
        [Account(book=book, code=one.code, name=one.name, kind=one.kind, floor=one.floor) for one in accounts]
    )
    log(events.OPENED, book, by=by)
    return book


@transaction.atomic
def open_account(book: Book, one: Opened) -> Account:
    """Put another account into a book that stands. Raises NotPossible where it has one of this code."""
    book = locked(book)
    if book.accounts.filter(code=one.code).exists():
        raise NotPossible(_("This book has the account %(code)s already.") % {"code": one.code})
    return Account.objects.create(book=book, code=one.code, name=one.name, kind=one.kind, floor=one.floor)


@transaction.atomic
def post_entry(  # noqa: PLR0913 - what a line is made of
    book: Book,
    day: date,
    text: str,
    amounts: Mapping[str, int],
    *,
    by: User,
    kind: EntryKind,
    once: str | None = None,
    receipts: Iterable[Upload] = (),
    reverses: Entry | None = None,
) -> Entry:
    """Write one line under the book's lock. `amounts`: signed fen by the code of the account, adding up to nothing.

    `once`: what it is written for; a second time the same line is returned, and another one refused. Raises
    NotPossible with the reason: an amount nobody means, a day to come or of a closed year, an account that would fall
    below nothing.
    ValueError where the amounts do not add up, or name an account twice or none of the book's.
    """
    book = locked(book)
    if once and (there := book.entries.filter(once=once).first()):
        return _the_same(there, day, text, amounts)
    accounts = require_line(book, day, amounts)
    entry = _written(book, day, text, amounts, by, kind, once, reverses)
    Posting.objects.bulk_create(
        [Posting(entry=entry, account=accounts[code], amount=amount) for code, amount in amounts.items()]
    )
    for code, account in accounts.items():
        account.balance += amounts[code]
        account.save(update_fields=["balance"])
    Receipt.objects.bulk_create([Receipt(entry=entry, upload=upload, by=by) for upload in receipts])
    book.sequence, book.hash = entry.sequence, entry.hash
    book.save(update_fields=["sequence", "hash"])
    _record(book, entry, accounts, amounts, by)
    return entry


def require_line(book: Book, day: date, amounts: Mapping[str, int]) -> dict[str, Account]:
    """The accounts of a line that could be written now, by code; raises as `post_entry` does."""
    accounts = {account.code: account for account in book.accounts.filter(code__in=amounts)}
    _require_balanced(amounts, accounts)
    _require_amounts(amounts)
    _require_day(book, day)
    _require_cover(accounts, amounts, day)
    return accounts


@transaction.atomic
def reverse(entry: Entry, reason: str, *, by: User) -> Entry:
    """Take a line back by another one with every sign turned, dated today; both stay.

    Raises NotPossible where it was taken back already, is itself a reversal, or its money was spent since.
    """
    book = locked(entry.book)
    if Entry.objects.filter(reverses=entry).exists():
        raise NotPossible(_("This line was reversed already."))
    if entry.reverses_id is not None:
        raise NotPossible(_("A reversal is not reversed. Please write the line anew."))
    amounts = {posting.account.code: -posting.amount for posting in entry.postings.select_related("account")}
    return post_entry(book, clock.today(), reason, amounts, by=by, kind=EntryKind.REVERSAL, reverses=entry)


@transaction.atomic
def add_receipts(entry: Entry, receipts: Iterable[Upload], *, by: User) -> None:
    """Put receipts to a line that were missing when it was written."""
    Receipt.objects.bulk_create([Receipt(entry=entry, upload=upload, by=by) for upload in receipts])
    log(events.RECEIPT_ADDED, entry.book, by=by, data={"number": entry.sequence})


@transaction.atomic
def replace_receipt(receipt: Receipt, upload: Upload, reason: str, *, by: User) -> Receipt:
    """Put the right receipt beside a wrong one, which stays to be seen. Raises NotPossible where it was replaced."""
    book = locked(receipt.entry.book)
    if Receipt.objects.filter(replaces=receipt).exists():
        raise NotPossible(_("This receipt was replaced already."))
    new = Receipt.objects.create(entry=receipt.entry, upload=upload, by=by, replaces=receipt, reason=reason)
    log(events.RECEIPT_REPLACED, book, by=by, data={"number": receipt.entry.sequence})
    return new


@transaction.atomic
def close_year(book: Book, year: int, code: str, *, by: User) -> ClosedYear:
    """Say that the lines of a year are complete. `code`: the account whose balance at the year's end is stated.

    Raises NotPossible: the year is not over, or was closed, it or a later one.
    """
    book = locked(book)
    if year >= clock.today().year:
        raise NotPossible(_("The year %(year)s is not over yet.") % {"year": year})
    if book.closed_years.filter(year__gte=year).exists():
        raise NotPossible(_("The year %(year)s was closed already.") % {"year": year})
    balance = balance_at(book.accounts.get(code=code), date(year, 12, 31))
    closed = ClosedYear.objects.create(book=book, year=year, balance=balance, by=by)
    log(events.CLOSED, book, by=by, data={"year": year, "balance": plain_yuan(balance)})
    return closed


def locked(book: Book) -> Book:
    """The book's own row, locked until commit: lines take their number, and money is spent, one after another."""
    return Book.objects.select_for_update(of=("self",)).select_related("neighbourhood").get(pk=book.pk)


def _the_same(there: Entry, day: date, text: str, amounts: Mapping[str, int]) -> Entry:
    written = {posting.account.code: posting.amount for posting in there.postings.select_related("account")}
    if (there.day, there.text, written) != (day, text, dict(amounts)):
        raise NotPossible(_("This was booked already, as line %(number)s.") % {"number": there.sequence})
    return there


def _require_balanced(amounts: Mapping[str, int], accounts: Mapping[str, Account]) -> None:
    if set(accounts) != set(amounts) or len(amounts) < 2 or sum(amounts.values()) != 0:
        raise ValueError(f"a line adds up to nothing over accounts of its book: {dict(amounts)}")


def _require_amounts(amounts: Mapping[str, int]) -> None:
    if not all(amounts.values()):
        raise NotPossible(_("The amount is more than nothing. Please write what was paid."))
    if any(abs(amount) > LARGEST for amount in amounts.values()):
        raise NotPossible(
            _("This is more than %(most)s. Please check the amount.") % {"most": wording.yuan(LARGEST)}
        )


def _require_day(book: Book, day: date) -> None:
    if day > clock.today():
        raise NotPossible(str(TO_COME))
    closed = book.closed_years.order_by("-year").first()
    if closed and day <= closed.last_day:
        raise NotPossible(
            _(
                "The year %(year)s is closed. Please write the line in the new year, and say in it what it is about."
            )
            % {"year": closed.year}
        )


def _require_cover(accounts: Mapping[str, Account], amounts: Mapping[str, int], day: date) -> None:
    """On no day since may an account with a floor have held less than nothing: today's balance is not enough."""
    for code, account in accounts.items():
        if account.floor and amounts[code] < 0 and (short := first_shortage(account, day, amounts[code])):
            raise NotPossible(
                _("There were only %(left)s at hand on %(day)s. This line would take more than there is.")
                % {"left": wording.yuan(short.left), "day": wording.day(short.day)}
            )


def _written(
    book: Book,
    day: date,
    text: str,
    amounts: Mapping[str, int],
    by: User,
    kind: EntryKind,
    once: str | None,
    reverses: Entry | None,
) -> Entry:
    entry = Entry(
        book=book,
        sequence=book.sequence + 1,
        day=day,
        text=text,
        kind=kind,
        by=by,
        signed=signature(by, book.neighbourhood).name[:80],
        at=clock.now(),
        reverses=reverses,
        once=once,
        previous=book.hash,
    )
    entry.hash = fingerprint(entry, amounts, reverses.sequence if reverses else None)
    entry.save()
    return entry


def _record(
    book: Book, entry: Entry, accounts: Mapping[str, Account], amounts: Mapping[str, int], by: User
) -> None:
    moved = sum(amounts[code] for code, one in accounts.items() if one.kind == AccountKind.ASSET)
    data = {"number": entry.sequence, "amount": plain_yuan(moved), "sha256": entry.hash}
    if entry.reverses is None:
        log(events.BOOKED, book, by=by, data=data)
    else:
        log(events.REVERSED, book, by=by, data=data | {"reverses": entry.reverses.sequence})
