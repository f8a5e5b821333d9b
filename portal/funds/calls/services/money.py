"""Where the money of a fund comes from, and what comes in: lines of the book, put right by other lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse as address
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.community import uploads
from portal.community.models import Upload, User
from portal.community.selectors import signature
from portal.funds.accounts import AT_HAND, INCOME
from portal.funds.calls import events
from portal.funds.calls.permissions import FUNDS, LINES, SOURCES
from portal.funds.calls.selectors import free_in
from portal.funds.calls.services.opening import COSTS, NOT_YET
from portal.funds.models import Fund, Source
from portal.funds.states import FundState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import AccountKind, Entry, EntryKind

Files = Iterable[UploadedFile[Any]]
MOST_PAPERS = 4


@transaction.atomic
def add_source(user: User, fund_pk: int, name: str, mark: str = "", earmark: str = "") -> Source:
    """Name where money comes from, and keep it apart in the book. NotPossible: the fund has one of this name.

    `mark`: what projects paid from it have to bear; `earmark`: what alone it may be spent on.
    """
    fund = FUNDS.take(user, fund_pk, "add_source")
    made = Source(
        fund=fund, name=name, required_mark=mark, earmark=earmark, at_hand_id=NOT_YET, income_id=NOT_YET
    )
    ledger.locked(fund.book)
    _save(made)
    at_hand = ledger.Opened(f"{AT_HAND}{made.pk}", name, AccountKind.ASSET, floor=True)
    made.at_hand = ledger.open_account(fund.book, at_hand)
    made.income = ledger.open_account(
        fund.book, ledger.Opened(f"{INCOME}{made.pk}", name, AccountKind.INCOME)
    )
    made.save(update_fields=["at_hand", "income"])
    log(events.SOURCE_ADDED, fund, by=user, data={"name": name, "mark": mark})
    return made


@transaction.atomic
def edit_source(user: User, pk: int, name: str, mark: str, earmark: str, reason: str) -> Source:
    """Put right what a source is called, asks to be borne, or is for. Agreements keep the mark they were made with."""
    source = SOURCES.take(user, pk, "edit_source")
    source.name, source.required_mark, source.earmark = name, mark, earmark
    _save(source)
    for account in (source.at_hand, source.income):
        account.name = name
        account.save(update_fields=["name"])
    data = {"name": name, "mark": mark, "reason": reason}
    log(events.SOURCE_EDITED, source.fund, by=user, data=data)
    return source


@transaction.atomic
def end_source(user: User, pk: int, reason: str) -> Source:
    """Let a source give no more; what it still holds is spent as before. NotPossible: it was ended already."""
    source = SOURCES.take(user, pk, "end_source")
    if source.ended_at:
        raise NotPossible(_("This source was ended already."))
    source.ended_at = clock.now()
    source.save(update_fields=["ended_at"])
    log(events.SOURCE_ENDED, source.fund, by=user, data={"name": source.name, "reason": reason})
    return source


@transaction.atomic
def resume_source(user: User, pk: int) -> Source:
    """Take money of an ended source again. NotPossible: it was not ended."""
    source = SOURCES.take(user, pk, "resume_source")
    if source.ended_at is None:
        raise NotPossible(_("This source was not ended."))
    source.ended_at = None
    source.save(update_fields=["ended_at"])
    log(events.SOURCE_RESUMED, source.fund, by=user, data={"name": source.name})
    return source


@transaction.atomic
def receive(user: User, source_pk: int, day: date, text: str, amount: int, papers: Files = ()) -> Entry:
    """Write money that came in from a source, with its papers. NotPossible as of `post_entry`, or it gives no more."""
    source = SOURCES.take(user, source_pk, "receive")
    _require_something(amount)
    _require_giving(source)
    return _post(
        source, user, day, text, _coming(source, amount), EntryKind.INCOME, _kept(user, source.fund, papers)
    )


@transaction.atomic
def spend(user: User, source_pk: int, day: date, text: str, amount: int, papers: Files = ()) -> Entry:
    """Write what the fund itself cost, or gave back to whoever gave. NotPossible for what projects are promised."""
    source = SOURCES.take(user, source_pk, "spend")
    _require_something(amount)
    _require_free(source, amount)
    amounts = {source.at_hand.code: -amount, COSTS: amount}
    return _post(source, user, day, text, amounts, EntryKind.SPENDING, _kept(user, source.fund, papers))


@transaction.atomic
def reverse(user: User, pk: int, reason: str) -> Entry:
    """Take a line back by another one; both stay. NotPossible where its money is promised or spent."""
    line = LINES.take(user, pk, "reverse")
    _require_not_reversed(line)
    for source, amount in _of_line(line):
        _require_free(source, amount)
    return _taken_back(line, reason, user)


@transaction.atomic
def correct(user: User, pk: int, source: Source, day: date, text: str, amount: int, reason: str) -> Entry:
    """Write a line anew as it should have been, and take the wrong one back: returns the right one.

    Another amount, day or source; the papers of the wrong line are put to the right one. What projects are promised has
    to be there afterwards: NotPossible.
    """
    line = LINES.take(user, pk, "correct")
    _require_something(amount)
    _require_not_reversed(line)
    if source.fund.book_id != line.book_id:
        raise NotPossible(_("This source belongs to another fund."))
    papers = [one.upload for one in line.receipts.filter(replaced_by=None).select_related("upload")]
    income = line.kind == EntryKind.INCOME
    right = _coming(source, amount) if income else {source.at_hand.code: -amount, COSTS: amount}
    wrong_first = not income
    if wrong_first:
        _taken_back(line, reason, user)
    made = _post(source, user, day, text, right, EntryKind(line.kind), papers)
    if not wrong_first:
        _taken_back(line, reason, user)
    for one in line.book.fund.sources.select_related("at_hand"):
        _require_free(one, 0)
    return made


def _post(
    source: Source,
    user: User,
    day: date,
    text: str,
    amounts: dict[str, int],
    kind: EntryKind,
    papers: Iterable[Upload],
) -> Entry:
    return ledger.post_entry(source.fund.book, day, text, amounts, by=user, kind=kind, receipts=papers)


def _coming(source: Source, amount: int) -> dict[str, int]:
    return {source.at_hand.code: amount, source.income.code: -amount}


def _taken_back(line: Entry, reason: str, user: User) -> Entry:
    """The reversal; whoever wrote the line is told where somebody else takes it back."""
    made = ledger.reverse(line, reason, by=user)
    if line.by_id != user.pk:
        fund = line.book.fund
        params = {"text": line.text, "reason": reason, "who": signature(user, fund.neighbourhood).name}
        url = address("funds:line", args=[line.pk])
        notify(events.LINE_TAKEN_BACK, fund, [line.by], once_per=f"line:{line.pk}", url=url, **params)
    return made


def _of_line(line: Entry) -> list[tuple[Source, int]]:
    """The sources whose money at hand a reversal of the line takes away, and how much."""
    taken = {one.account_id: one.amount for one in line.postings.all() if one.amount > 0}
    found = Source.objects.filter(at_hand__in=taken).select_related("at_hand")
    return [(source, taken[source.at_hand_id]) for source in found]


def _require_free(source: Source, amount: int) -> None:
    free = free_in(source)
    if amount > free:
        raise NotPossible(
            _("Of %(name)s only %(free)s are free. The rest is promised to projects by their agreements.")
            % {"name": source.name, "free": wording.yuan(max(free, 0))}
        )


def _require_something(amount: int) -> None:
    if amount <= 0:
        raise NotPossible(_("The amount is more than nothing. Please write what was paid."))


def _require_giving(source: Source) -> None:
    if source.fund.state is FundState.CLOSED:
        raise NotPossible(_("This fund is wound up. It has to be opened again first."))
    if source.ended_at:
        raise NotPossible(_("This source was ended. It has to be taken up again first."))


def _require_not_reversed(line: Entry) -> None:
    if Entry.objects.filter(reverses=line).exists():
        raise NotPossible(_("This line was taken back already."))


def _kept(user: User, fund: Fund, papers: Files) -> list[Upload]:
    return [uploads.accept(user, fund.neighbourhood, file, alt=_("Paper")) for file in papers]


def _save(source: Source) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise NotPossible(_("This fund has a source of this name already.")) from error
