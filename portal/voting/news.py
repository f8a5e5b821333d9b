"""What voters are told about a vote. Never what anybody chose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.wording import moment
from portal.notifications.services import Kind
from portal.voting.models import Outcome


def _opening(params: dict[str, Any]) -> dict[str, Any]:
    return {"opening": moment(datetime.fromisoformat(params["opens"]))}


def _outcome(params: dict[str, Any]) -> dict[str, Any]:
    known = params.get("outcome") in Outcome.values
    return {"result": str(Outcome(params["outcome"]).label) if known else ""}


CALLED = Kind(
    "vote.called",
    title=_("You are asked to vote: %(title)s"),
    body=_("Voting opens %(opening)s and ends %(closes_at)s. Your place on the roll is on the vote's page."),
    words=_opening,
)
ENDING = Kind(
    "vote.ending",
    title=_("You have not voted yet: %(title)s"),
    body=_("Voting ends %(closes_at)s. The residents' committee helps you if you cannot sign in."),
)
COUNTED = Kind(
    "vote.counted",
    title=_("Result of the vote “%(title)s”: %(result)s"),
    body=_("Every ballot is published under its code. Anyone can count again."),
    words=_outcome,
)
EXTENDED = Kind(
    "vote.extended",
    title=_("More time to vote: %(title)s"),
    body=_("Voting now ends %(closes_at)s, as the notice allowed. It will not be moved again."),
)
ABORTED = Kind(
    "vote.aborted",
    title=_("Called off: the vote “%(title)s”"),
    body=_("The reason stands on the vote's page. If it is called again you will be told."),
)
ANNULLED = Kind(
    "vote.annulled",
    title=_("Annulled: the vote “%(title)s”"),
    body=_(
        "Its result has no effect any more. The reason stands on the vote's page; the count stays published."
    ),
)
ROLL_CHANGED = Kind(
    "vote.roll_changed",
    title=_("The roll was corrected: %(title)s"),
    body=_("How many are asked has changed; the new numbers stand on the vote's page."),
)
ROLL_ANSWERED = Kind(
    "vote.roll_answered",
    title=_("Your objection to the roll was answered: %(title)s"),
    body=_("The answer stands on the page of the roll; only you and the staff who keep the roll read it."),
)
