"""What can be done to a cash book, a line and a spending that waits, as their pages offer it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home
from portal.boards.cashbook import forms, services
from portal.boards.cashbook.models import BigSpending, CashBook, YearCheck
from portal.boards.models import BuildingBoardPage
from portal.community.models import User
from portal.kit import clock
from portal.ledger.models import Entry
from portal.ledger.selectors import years

_WRONG_LINE = _(
    "A line is not changed or taken out. A wrong one is reversed on its page, and both stay to be read."
)


def _without_book(board: BuildingBoardPage, user: User) -> bool:
    return not CashBook.objects.filter(board=board).exists()


def _open_years(book: CashBook, user: User) -> bool:
    """A year that is over has lines and is not closed."""
    closed = book.book.closed_years.order_by("-year").values_list("year", flat=True).first() or 0
    return any(closed < year < clock.today().year for year in years(book.book))


def _unchecked(book: CashBook, user: User) -> bool:
    return book.book.closed_years.exclude(pk__in=YearCheck.objects.values("closed")).exists()


def _line_home(line: Entry, user: User) -> Home:
    return Home(line.text, services.line_url(line))


def _to_line(_thing: Any, line: Entry) -> str:
    return services.line_url(line)


def _to_what_was_made(_book: CashBook, made: Entry | BigSpending) -> str:
    return made.get_absolute_url() if isinstance(made, BigSpending) else services.line_url(made)


def _said(made: Entry | BigSpending) -> Any:
    if isinstance(made, BigSpending):
        return _("A second person was asked to look at it. It is in the book once they agree.")
    return _("It is in the book.")


def _can_be_reversed(line: Entry, user: User) -> bool:
    return line.reverses_id is None and not Entry.objects.filter(reverses=line).exists()


OPENING: dict[str, Action] = {
    "open_book": Action(
        _("Begin the cash book"),
        services.open_book,
        forms.OpenForm,
        text=_("Everybody can read the book from now on. What is at hand today is its first line."),
        done=_("The book is open."),
        ready=_without_book,
        not_ready=_("This building has a cash book."),
        then=lambda board, made: made.get_absolute_url(),
        home=lambda board, user: Home(board.title, board.get_absolute_url()),
        effect=Effect.PUBLISHES,
        way_back=_("A book that was opened stays open. A wrong first line is reversed."),
    ),
}
BOOK_ACTIONS: dict[str, Action] = {
    "spend": Action(
        _("Write a spending"),
        services.spend,
        forms.SpendForm,
        text=_("Everybody can read the line; its receipts are shown to neighbours who are signed in."),
        submit=_("Write it into the book"),
        done=_said,
        main=True,
        then=_to_what_was_made,
        effect=Effect.PUBLISHES,
        way_back=_WRONG_LINE,
    ),
    "earn": Action(
        _("Write an income"),
        services.earn,
        forms.EarnForm,
        text=_("Everybody can read the line; its receipts are shown to neighbours who are signed in."),
        submit=_("Write it into the book"),
        done=_("It is in the book."),
        then=_to_line,
        effect=Effect.PUBLISHES,
        way_back=_WRONG_LINE,
    ),
    "close_year": Action(
        _("Close a year"),
        services.close_year,
        forms.YearForm,
        text=_(
            "No line of this year, or of one before, can be written after. The committee and the delegates look "
            "through it."
        ),
        done=_("The year is closed. Its page can be printed for the gathering of the building."),
        ready=_open_years,
        not_ready=_("No year that is over is open."),
        then=lambda book, made: book.get_absolute_url(),
        effect=Effect.ENDS,
        way_back=_("A closed year stays closed. What was wrong in it is reversed in the new year."),
    ),
    "check_year": Action(
        _("Look through a closed year"),
        services.check_year,
        forms.CheckForm,
        text=_("What you found stands on the page of the year, for everybody to read, with your name."),
        done=_("It stands on the page of the year now."),
        ready=_unchecked,
        not_ready=_("No closed year waits to be looked through."),
        from_address=("year",),
        effect=Effect.PUBLISHES,
        way_back=_("It cannot be taken back: a year is looked through once."),
    ),
    "name_keeper": Action(
        _("Say who keeps the book"),
        services.name_keeper,
        forms.KeeperForm,
        text=_(
            "From now on only this person writes lines. The others who look after the building look at large ones."
        ),
        done=_("They are named."),
        tells=True,
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("Name somebody else at any time."),
    ),
}
LINE_ACTIONS: dict[str, Action] = {
    "replace_receipt": Action(
        _("Put a receipt"),
        services.replace_receipt,
        forms.ReceiptForm,
        text=_(
            "A receipt is never taken out: a wrong one stays, with your reason and the right one beside it."
        ),
        done=_("The receipt is there."),
        home=_line_home,
        effect=Effect.REPLACES,
        way_back=_("It stays. Put the right one instead of it, if it is wrong."),
    ),
    "reverse": Action(
        _("Reverse this line"),
        services.reverse,
        forms.ReasonForm,
        text=_("A second line takes it back, dated today. Both stay, and everybody can read why."),
        done=_("Reversed. Both lines stay to be read."),
        tone="danger",
        ready=_can_be_reversed,
        not_ready=_("This line was reversed already, or is a reversal itself."),
        then=_to_line,
        home=_line_home,
        effect=Effect.ENDS,
        way_back=_("A reversal is not reversed. Write the line anew, if it was right."),
    ),
}
SPENDING_ACTIONS: dict[str, Action] = {
    "agree": Action(
        _("Agree"),
        services.agree,
        text=_(
            "It becomes a line of the book. You were the second person to look at it, and the book says so."
        ),
        submit=_("I have looked: write it into the book"),
        done=_("It is in the book now."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_WRONG_LINE,
    ),
    "refuse": Action(
        _("Do not agree"),
        services.refuse,
        forms.ReasonForm,
        text=_("It does not come into the book. Whoever asked reads your reason, and can ask anew."),
        done=_("Declined."),
        tells=True,
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. The spending can be entered anew."),
    ),
    "withdraw": Action(
        _("Take it back"),
        services.withdraw,
        text=_("Nobody looks at it any more, and it does not come into the book."),
        done=_("Taken back."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. The spending can be entered anew."),
    ),
}
