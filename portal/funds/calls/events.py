"""What happens to a fund and its calls: in the public record, and to those concerned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.kit import wording


def _yuan(params: dict[str, Any]) -> dict[str, Any]:
    return {"amount": wording.yuan(params["fen"])} if "fen" in params else {}


FUND_OPENED = Event("fund.opened", record=_("opened a fund"))
FUND_EDITED = Event("fund.edited", record=_("changed what a fund says of itself: “%(reason)s”"))
SOURCE_ADDED = Event("fund.source_added", record=_("added a source of money to a fund: %(name)s"))
SOURCE_EDITED = Event("fund.source_edited", record=_("put a source of a fund right, %(name)s: “%(reason)s”"))
SOURCE_ENDED = Event("fund.source_ended", record=_("ended a source of a fund, %(name)s: “%(reason)s”"))
SOURCE_RESUMED = Event("fund.source_resumed", record=_("takes money of a source again: %(name)s"))
WOUND_UP = Event("fund.wound_up", record=_("wound a fund up with %(left)s yuan at hand: “%(reason)s”"))
REOPENED = Event("fund.reopened", record=_("opened a fund again: “%(reason)s”"))
LINE_TAKEN_BACK = Event(
    "fund.line_taken_back",
    title=_("A line of yours was taken back: %(title)s"),
    body=_("%(who)s took back “%(text)s”. The reason: “%(reason)s”."),
)
CALL_OPENED = Event(
    "call.opened",
    record=_("opened a round of the fund with %(pot)s yuan"),
    title=_("Projects can ask for money: %(title)s"),
    body=_(
        "There are %(amount)s for projects of neighbours. Applications can be handed in until %(closes_at)s."
    ),
    words=_yuan,
)
CALL_CORRECTED = Event(
    "call.corrected",
    record=_("changed the rules of a round of the fund before anybody handed in: “%(reason)s”"),
    title=_("The rules of a round have changed: %(title)s"),
    body=_(
        "%(who)s changed them before anybody handed in. The reason: “%(reason)s”. Please look at your draft."
    ),
)
CALL_FROZEN = Event(
    "call.frozen",
    record=_("The rules of a round of the fund stand from now on, by their fingerprint %(short)s"),
)
CALL_CLOSED = Event("call.closed", record=_("closed the books of a round of the fund"))
CALL_CANCELLED = Event(
    "call.cancelled",
    record=_("called a round of the fund off: “%(reason)s”"),
    title=_("The round was called off: %(title)s"),
    body=_("The reason: “%(reason)s”. Your application is withdrawn with it, and stays for you to read."),
)
