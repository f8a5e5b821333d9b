"""What happens to the books of projects: in the public record, and to those concerned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.kit import wording


def _yuan(params: dict[str, Any]) -> dict[str, Any]:
    names = ("approved", "paid", "returned")
    return {name: wording.yuan(params[name]) for name in names if name in params}


TOLD = Event("funds.progress_told", record=_("told how far a project is"))
TAKEN_DOWN = Event(
    "funds.progress_taken_down",
    record=_("took a progress note of a project down: “%(reason)s”"),
    title=_("A progress note was taken down: %(title)s"),
    body=_("The reason: “%(reason)s”. Please write another one without it."),
)
PUT_BACK = Event(
    "funds.progress_put_back",
    record=_("put a progress note of a project back"),
    title=_("Your progress note is there again: %(title)s"),
    body=_("Everybody can read it."),
)
ACCOUNTS_POSTED = Event(
    "funds.accounts_posted",
    record=_("posted the final accounts of a project: %(paid)s yuan were paid, %(returned)s yuan came back"),
    title=_("The accounts of a project are posted: %(title)s"),
    body=_(
        "%(paid)s were paid and %(returned)s came back. They are on notice until %(until)s. "
        "Please look, and say how well it was done."
    ),
    words=_yuan,
)
ACCOUNTS_BACK = Event(
    "funds.accounts_back",
    record=_("took the final accounts of a project back: “%(reason)s”"),
    title=_("The accounts are taken back: %(title)s"),
    body=_("The reason: “%(reason)s”. They are put right and posted anew."),
)
CLOSED = Event(
    "funds.project_closed",
    record=_("closed a project of the fund"),
    title=_("The project is closed: %(title)s"),
    body=_("Its accounts were on notice, and its books are closed. Thank you for what you did."),
)
READDED = Event(
    "fund.book_readded", record=_("added the book of a fund up anew, %(lines)s lines: everything holds")
)
FAULTY = Event(
    "fund.book_faulty",
    record=_("added the book of a fund up anew, and something does not hold"),
    title=_("The book does not add up: %(title)s"),
    body=_("What was found: %(fault)s. Please have it looked at before anything more is paid."),
    urgent=True,
)
