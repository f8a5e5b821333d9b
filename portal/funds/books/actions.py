"""What can be done about the books of a fund and of a project: buttons, pages, forms, and what is said afterwards."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import User
from portal.funds.books import forms, services
from portal.funds.books.services.accounts import require_over, require_settled
from portal.funds.books.services.judging import require_on_notice
from portal.funds.models import BookCheck, Fund, ProgressNote


def _stands(note: ProgressNote, user: User) -> bool:
    return not note.taken_down


def _is_down(note: ProgressNote, user: User) -> bool:
    return bool(note.taken_down)


def _project_of(note: ProgressNote, user: User) -> Home:
    return Home(note.grant.title, note.get_absolute_url())


def _books_of(fund: Fund, user: User) -> Home:
    return Home(_("Books"), reverse("funds:books", args=[fund.pk]))


def _found(made: BookCheck) -> Any:
    return (
        _("Something does not hold. The director is told.")
        if made.fault
        else _("Added up anew: everything holds.")
    )


GRANT_ACTIONS: dict[str, Action] = {
    "write_progress": Action(
        _("Tell how far it is"),
        services.write_progress,
        forms.ProgressForm,
        text=_("At least every three months, for everybody to read. Photos say more than words."),
        submit=_("Show it to everybody"),
        done=_("Everybody can read it now."),
        effect=Effect.PUBLISHES,
        way_back=_(
            "The office can take a note down; that there was one stays to be read. You can write another one."
        ),
    ),
    "post_accounts": Action(
        _("Post the final accounts"),
        services.post_accounts,
        forms.PostForm,
        text=_(
            "Approved, paid, spent line by line, given back: as it stands on the page of the project now. "
            "It is on notice for the days of the round, and residents rate the project."
        ),
        submit=_("Post them"),
        done=_("The accounts are posted."),
        main=True,
        waits=until(require_settled),
        effect=Effect.PUBLISHES,
        way_back=WayBack("take_accounts_back"),
    ),
    "close": Action(
        _("Close the project"),
        services.close_grant,
        text=_("Its accounts were on notice for the whole time. Everything stays to be read."),
        done=_("The project is closed."),
        main=True,
        waits=until(require_over, require_settled),
        effect=Effect.ENDS,
        way_back=_(
            "A closed project stays closed. What comes to light later is a new line in the book of the fund."
        ),
    ),
    "evaluate": Action(
        _("Say how well it was done"),
        services.evaluate,
        forms.EvaluateForm,
        text=_("One answer a person; neighbours see only how many chose which."),
        submit=_("Send"),
        done=_("Thank you. It counts."),
        waits=until(require_on_notice),
        effect=Effect.COUNTS,
        way_back=_("You can change it as long as the accounts are on notice."),
    ),
    "take_accounts_back": Action(
        _("Take the accounts back"),
        services.take_accounts_back,
        forms.ReasonForm,
        text=_(
            "Where something in them is wrong. They are put right, and are on notice for the whole time anew."
        ),
        done=_("The accounts are taken back."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("post_accounts"),
    ),
}
NOTE_ACTIONS: dict[str, Action] = {
    "take_down": Action(
        _("Take the note down"),
        services.take_down,
        forms.ReasonForm,
        text=_(
            "As where it shows or names somebody who did not agree. Everybody reads that there was a note, and why it "
            "was taken down."
        ),
        done=_("It is not shown any more."),
        home=_project_of,
        tone="danger",
        ready=_stands,
        not_ready=_("This note was taken down already."),
        effect=Effect.ENDS,
        way_back=WayBack("put_back"),
    ),
    "put_back": Action(
        _("Put the note back"),
        services.put_back,
        text=_("Everybody can read it and see its photos again."),
        done=_("Everybody can read it again."),
        home=_project_of,
        tone="quiet",
        ready=_is_down,
        not_ready=_("This note was not taken down."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("take_down"),
    ),
}
BOOK_ACTIONS: dict[str, Action] = {
    "verify": Action(
        _("Add the book up anew"),
        services.verify,
        text=_("Every line from the first on, its fingerprint, and what the public record says of it."),
        submit=_("Add it up"),
        done=_found,
        home=_books_of,
        then=lambda fund, made: reverse("funds:books", args=[fund.pk]),
        tone="quiet",
        effect=None,
    ),
}
