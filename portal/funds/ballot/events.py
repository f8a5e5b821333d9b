"""What happens to the ballot of a round, in the record and to those concerned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.events import Event


def _paid(params: dict[str, Any]) -> dict[str, Any]:
    number = int(params.get("winners", 0))
    if not number:
        return {"paid": _("No project was chosen; the money stays in the fund.")}
    said = ngettext("%(number)d project is paid.", "%(number)d projects are paid.", number)
    return {"paid": said % {"number": number}}


VOTE_CALLED = Event("fundcall.vote_called", record=_("put the projects of a round to the residents"))
VOTE_CALLED_OFF = Event(
    "fundcall.vote_called_off",
    record=_("noted that a round's vote was called off; its projects are back on public notice"),
)
VOTE_ANNULLED = Event(
    "fundcall.vote_annulled",
    record=_("noted that a round's vote was annulled; its projects are back on public notice"),
    title=_("The residents are asked again: %(title)s"),
    body=_(
        "The vote was annulled before anything was decided. You will be told when the next one is called."
    ),
)
ANNULLED_LATE = Event(
    "fundcall.annulled_late",
    record=_("noted that a round's vote was annulled after the round was decided"),
    title=_("The vote of a decided round was annulled: %(title)s"),
    body=_(
        "The reason: “%(reason)s”. What was approved stands for now. By %(due_at)s the residents' committee says "
        "for everybody to read what follows."
    ),
)
ANNULMENT_ANSWERED = Event(
    "fundcall.annulment_answered",
    record=_("said what follows from the annulled vote of a round: “%(reason)s”"),
    title=_("What follows from the annulled vote: %(title)s"),
    body="%(reason)s",
)
VOTE_BACK = Event("fundcall.vote_back", record=_("noted that a round's vote takes place after all"))
EXCLUSIVE = Event("fundapplication.exclusive", record=_("noted which projects exclude each other"))
STRUCK = Event(
    "fundapplication.struck",
    record=_("struck a project from the ballot"),
    title=_("Struck from the ballot: %(title)s"),
    body=_("Ticks for it do not count any more, online and on paper. The reason: “%(reason)s”."),
)
DECIDED = Event(
    "fundcall.decided",
    record=_("the residents have decided which projects of a round are paid"),
    title=_("Decided: %(title)s"),
    body=_("%(paid)s Why each project was chosen or not stands on the page of the result."),
    words=_paid,
)
CHOSEN = Event(
    "fundapplication.chosen",
    title=_("Chosen by the residents: %(title)s"),
    body=_("Your project is paid. Next, the residents' committee makes the agreement with you."),
)
NOT_CHOSEN = Event(
    "fundapplication.not_chosen",
    title=_("Not chosen this time: %(title)s"),
    body=_("What would have been enough stands on the page of the result. Thank you for asking."),
)
