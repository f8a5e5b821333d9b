"""What is done with a cash book. Every amount is in whole fen; the ledger holds what a line may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse as address
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time
from portal.actions.lifecycles import advance
from portal.boards.cashbook import events
from portal.boards.cashbook.models import BigSpending, CashBook, YearCheck
from portal.boards.cashbook.permissions import BOARDS, CASHBOOKS, LINES, SPENDINGS
from portal.boards.cashbook.states import CASH, FORWARD, Earned, SpendingState, Spent
from portal.boards.selectors import head_accounts, heads
from portal.community import uploads
from portal.community.models import Area, Person, Post, Upload, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, post_users, signature
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import AccountKind, Entry, EntryKind, Receipt

FEN = 100  # of a yuan

Files = Iterable[UploadedFile[Any]]
MOST_RECEIPTS = 4


@transaction.atomic
def open_book(user: User, board_pk: int, day: date, amount: int) -> CashBook:
    """Begin the cash book of a building with the money at hand, in fen. Raises NotPossible where there is one."""
    board = BOARDS.take(user, board_pk, "open_book")
    with translation.override(settings.LANGUAGE_CODE):
        title, text = (
            _("%(board)s cash book") % {"board": board.title},
            _("money at hand when the book began"),
        )
        accounts = _accounts()
    book = ledger.open_book(board.record_subject, board.neighbourhood, title[:120], accounts, by=user)
    made = CashBook.objects.create(board=board, book=book)
    if amount:
        amounts = {CASH: amount, FORWARD: -amount}
        ledger.post_entry(book, day, text, amounts, by=user, kind=EntryKind.OPENING)
    return made


@transaction.atomic
def earn(user: User, pk: int, day: date, text: str, amount: int, heading: str, papers: Files = ()) -> Entry:
    """Write income into the book, in fen, under one of `Earned`, with its receipts."""
    book = CASHBOOKS.take(user, pk, "earn")
    amounts = {CASH: amount, Earned(heading).value: -amount}
    return ledger.post_entry(
        book.book, day, text, amounts, by=user, kind=EntryKind.INCOME, receipts=_kept(user, book, papers)
    )


@transaction.atomic
def spend(
    user: User, pk: int, day: date, text: str, amount: int, heading: str, papers: Files = ()
) -> Entry | BigSpending:
    """Write spending into the book; above `cashbook.second_look_yuan` it waits until a second person has looked."""
    book = CASHBOOKS.take(user, pk, "spend")
    receipts = _kept(user, book, papers)
    if amount > FEN * rule("cashbook.second_look_yuan", book.neighbourhood):
        return _ask(user, book, day, text, amount, heading, receipts)
    return _spent(book, user, day, text, amount, heading, receipts)


@transaction.atomic
def agree(user: User, pk: int) -> BigSpending:
    """A second person agrees: the line is written for whoever asked. NotPossible where the money is not there."""
    spending = SPENDINGS.take(user, pk, "agree")
    entry = _spent(
        spending.cashbook,
        spending.asked_by,
        spending.day,
        spending.text,
        spending.amount,
        spending.heading,
        list(spending.receipts.all()),
        once=f"spending:{pk}",
    )
    advance(spending, SpendingState.BOOKED, entry=entry, seen_by=user)
    duties.close("cashbook.look", spending, by=user)
    who = signature(user, spending.neighbourhood).name
    _tell_asker(events.SPENDING_AGREED, spending, url=line_url(entry), who=who, fen=spending.amount)
    return spending


@transaction.atomic
def refuse(user: User, pk: int, reason: str) -> BigSpending:
    """A second person does not agree; whoever asked reads why."""
    spending = SPENDINGS.take(user, pk, "refuse")
    advance(spending, SpendingState.REFUSED, refused_at=clock.now(), seen_by=user, reason=reason)
    duties.close("cashbook.look", spending, by=user)
    _tell_asker(events.SPENDING_REFUSED, spending, reason=reason)
    return spending


@transaction.atomic
def withdraw(user: User, pk: int) -> BigSpending:
    """Whoever asked takes it back before anybody has looked."""
    spending = SPENDINGS.take(user, pk, "withdraw")
    advance(spending, SpendingState.WITHDRAWN, withdrawn_at=clock.now())
    duties.drop(spending, "cashbook.look")
    return spending


@transaction.atomic
def reverse(user: User, pk: int, reason: str) -> Entry:
    """Take a line back by another one; both stay. Whoever wrote it is told where somebody else does it."""
    line = LINES.take(user, pk, "reverse")
    made = ledger.reverse(line, reason, by=user)
    if line.by_id != user.pk:
        here = line.book.cashbook
        params: dict[str, Any] = {
            "text": line.text,
            "who": signature(user, here.neighbourhood).name,
            "reason": reason,
        }
        announce(
            events.LINE_REVERSED, here, to=[line.by], url=line_url(made), once_per=f"line:{pk}", **params
        )
    return made


@transaction.atomic
def replace_receipt(
    user: User, pk: int, reason: str, papers: Files, receipt: Receipt | None = None
) -> Receipt | None:
    """Put a right receipt beside a wrong one, which stays; without `receipt` one is added that was missing."""
    line = LINES.take(user, pk, "replace_receipt")
    kept = _kept(user, line.book.cashbook, papers)
    if receipt is not None:
        return ledger.replace_receipt(receipt, kept[0], reason, by=user)
    ledger.add_receipts(line, kept, by=user)
    return None


@transaction.atomic
def name_keeper(user: User, pk: int, keeper: Person) -> CashBook:
    """Say who of those that look after the building keeps its book. NotPossible: somebody without the post."""
    book = CASHBOOKS.take(user, pk, "name_keeper")
    if not heads(book.board).filter(person=keeper).exists():
        raise NotPossible(_("Only one of those who look after this building keeps its book."))
    book.keeper = keeper
    book.save(update_fields=["keeper"])
    who = signature(user, book.neighbourhood).name
    announce(events.KEEPER_NAMED, book, by=user, to=accounts_of(keeper.pk), once_per=each_time(book), who=who)
    return book


@transaction.atomic
def close_year(user: User, pk: int, year: int) -> CashBook:
    """Say that a year's lines are complete; the committee and the delegates look through it by a day."""
    book = CASHBOOKS.take(user, pk, "close_year")
    closed = ledger.close_year(book.book, year, CASH, by=user)
    duties.close("cashbook.close", book, by=user)
    here = book.neighbourhood
    due = add_working_days(clock.now(), rule("cashbook.check_working_days", here))
    url = year_url(book, year)
    duties.open_duty(
        "cashbook.check", closed, due=due, post=Post.WORKER, neighbourhood=here, title=book.title, url=url
    )
    told = {*post_users(Post.DELEGATE, here), *post_users(Post.WORKER, here)} - {user}
    announce(
        events.YEAR_CLOSED,
        book,
        to=told,
        url=url,
        once_per=f"year:{closed.pk}",
        year=year,
        due_at=due.at.isoformat(),
    )
    return book


@transaction.atomic
def check_year(user: User, pk: int, year: int, sound: bool, note: str = "") -> YearCheck:
    """Say what was found in a closed year. NotPossible: it is not closed, was looked through, or one keeps the book."""
    book = CASHBOOKS.take(user, pk, "check_year")
    closed = book.book.closed_years.filter(year=year).first()
    if closed is None:
        raise NotPossible(_("The year %(year)s is not closed yet.") % {"year": year})
    if YearCheck.objects.filter(closed=closed).exists():
        raise NotPossible(_("The year %(year)s was looked through already.") % {"year": year})
    if book.book.entries.filter(by=user, day__year=year).exists():
        raise NotPossible(
            _("You wrote lines of this year yourself. Please let another person look through it.")
        )
    who = signature(user, book.neighbourhood).name
    made = YearCheck.objects.create(closed=closed, by=user, signed=who[:80], sound=sound, note=note)
    duties.close("cashbook.check", closed, by=user)
    said = _("in order") if sound else _("not in order")
    announce(
        events.YEAR_CHECKED,
        book,
        by=user,
        to=head_accounts(book.board),
        data={"year": year, "result": said},
        url=year_url(book, year),
        year=year,
        who=who,
        note=note or said,
    )
    return made


def line_url(line: Entry) -> str:
    """The page of a line."""
    return address("boards:line", args=[line.pk])


def year_url(book: CashBook, year: int) -> str:
    """The page of a year."""
    return f"{book.get_absolute_url()}?year={year}"


def _accounts() -> list[ledger.Opened]:
    return [
        ledger.Opened(CASH, _("money at hand"), AccountKind.ASSET, floor=True),
        ledger.Opened(FORWARD, _("brought forward"), AccountKind.FUND),
        *(ledger.Opened(value, str(label), AccountKind.INCOME) for value, label in Earned.choices),
        *(ledger.Opened(value, str(label), AccountKind.EXPENSE) for value, label in Spent.choices),
    ]


def _kept(user: User, book: CashBook, papers: Files) -> list[Upload]:
    here: Area = book.neighbourhood
    return [uploads.accept(user, here, file, alt=_("Receipt")) for file in papers]


def _spent(
    book: CashBook,
    user: User,
    day: date,
    text: str,
    amount: int,
    heading: str,
    receipts: Iterable[Upload],
    once: str | None = None,
) -> Entry:
    amounts = {CASH: -amount, Spent(heading).value: amount}
    return ledger.post_entry(
        book.book, day, text, amounts, by=user, kind=EntryKind.SPENDING, receipts=receipts, once=once
    )


def _ask(
    user: User, book: CashBook, day: date, text: str, amount: int, heading: str, receipts: Iterable[Upload]
) -> BigSpending:
    here = book.neighbourhood
    ledger.require_line(book.book, day, {CASH: -amount, Spent(heading).value: amount})
    asked = BigSpending.objects.create(
        cashbook=book, day=day, text=text, amount=amount, heading=heading, asked_by=user
    )
    asked.receipts.set(receipts)
    due = add_working_days(clock.now(), rule("cashbook.look_working_days", here))
    duties.open_duty("cashbook.look", asked, due=due, post=Post.WORKER)
    told = {*head_accounts(book.board), *post_users(Post.WORKER, here)} - {user}
    params: dict[str, Any] = {"who": signature(user, here).name, "fen": amount, "due_at": due.at.isoformat()}
    announce(events.SPENDING_ASKED, asked, to=told, once_per=f"spending:{asked.pk}", **params)
    return asked


def _tell_asker(event: Any, spending: BigSpending, url: str = "", **params: Any) -> None:
    announce(event, spending, to=[spending.asked_by], url=url, once_per=f"spending:{spending.pk}", **params)
