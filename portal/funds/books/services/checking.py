"""Adding the book of a fund up anew, line by line: each night, and when somebody of the office asks for it."""

from __future__ import annotations

from itertools import islice

from django.db import transaction

from portal.actions.events import SYSTEM, announce, log
from portal.community.models import Post, User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.books import events
from portal.funds.books.permissions import BOOKS
from portal.funds.books.wording import MEND
from portal.funds.models import BookCheck, Fund
from portal.kit import clock
from portal.ledger import services as ledger
from portal.ledger.verify import faults

SOON = 1  # working days


@transaction.atomic
def verify(user: User, pk: int) -> BookCheck:
    """Add the book up anew now."""
    return add_up(BOOKS.take(user, pk, "verify"), by=user)


@transaction.atomic
def add_up(fund: Fund, *, by: User | str = SYSTEM) -> BookCheck:
    """Add the book up from its first line on, behind its lock, and keep what was found: it stands on the books' page.

    Where something does not hold the director and the subdistrict are told, and the director owes why.
    """
    book = ledger.locked(fund.book)
    fault = next(islice(faults(book), 1), "")[:300]
    was = BookCheck.objects.filter(fund=fund).values_list("fault", flat=True).first() or ""
    values = {"at": clock.now(), "lines": book.sequence, "fault": fault}
    check, _new = BookCheck.objects.update_or_create(fund=fund, defaults=values)
    if fault and fault != was:
        _alarm(fund, fault, by)
    elif not fault and (was or isinstance(by, User)):
        duties.drop(fund, MEND)
        log(events.READDED, fund, by=by, data={"lines": book.sequence})
    return check


def _alarm(fund: Fund, fault: str, by: User | str) -> None:
    told = {*post_users(Post.DIRECTOR, fund.neighbourhood), *post_users(Post.OFFICER, fund.neighbourhood)}
    to = sorted(told, key=lambda one: one.pk)
    announce(events.FAULTY, fund, by=by, to=to, fault=fault)
    duties.open_duty(MEND, fund, due=add_working_days(clock.now(), SOON), post=Post.DIRECTOR)
