"""What time does: a year that is over and has lines is closed by a day."""

from __future__ import annotations

from datetime import date, timedelta

from portal.boards.cashbook.models import CashBook
from portal.boards.cashbook.services import year_url
from portal.community.models import Post
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.kit.periodic import in_time, job


@job
def ask_to_close() -> None:
    """In the new year whoever looks after a building is asked to close the old one. Asked again it stays one duty."""
    last = clock.today().year - 1
    open_books = CashBook.objects.filter(book__entries__day__year=last).exclude(
        book__closed_years__year__gte=last
    )
    for book in in_time(open_books.select_related("book", "board__building").distinct()):
        days = timedelta(days=rule("cashbook.close_days", book.neighbourhood))
        due = Deadline(clock.end_of(date(last, 12, 31) + days), provisional=False)
        duties.open_duty(
            "cashbook.close",
            book,
            due=due,
            post=Post.BUILDING_HEAD,
            area=book.board.building,
            url=year_url(book, last),
        )
