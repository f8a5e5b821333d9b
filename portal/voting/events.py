"""What happens to a vote, in the record and to its voters. Never what anybody chose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from portal.actions.events import Event
from portal.kit.wording import deadline, moment
from portal.voting.models import Outcome


def _opening(params: dict[str, Any]) -> dict[str, Any]:
    return {"opening": moment(datetime.fromisoformat(params["opens"]))}


def _opening_again(params: dict[str, Any]) -> dict[str, Any]:
    return {"opening": moment(datetime.fromisoformat(params["opens_at"]))}


def _outcome(params: dict[str, Any]) -> dict[str, Any]:
    if params.get("outcome") == "counted":
        return {"result": pgettext("a vote", "counted")}
    known = params.get("outcome") in Outcome.values
    return {"result": str(Outcome(params["outcome"]).label) if known else ""}


_LOOK = _("What stands for you is on the vote's page.")
_OBJECT = _("What stands for you is on the vote's page; you can object there before the count.")


def _paper(params: dict[str, Any]) -> dict[str, Any]:
    """What became of a paper, in one sentence; `what` as services.telling says it."""
    due, answer, ruled = params.get("due_at"), params.get("answer", ""), params.get("ruled", False)
    said = {
        "taken": _("Two people entered it alike: it was taken, and it stands for you."),
        "struck": _("Your line was taken off the roll; the paper is kept apart."),
        "stands": _("The paper stands by the rule of this vote; the ballot before it is kept apart."),
        "set_aside": _("Your other ballot stands by the rule of this vote; the paper is kept apart."),
        "both_kept": _(
            "It is said to have come before your ballot online. Both are kept until a third person has "
            "decided which stands, by %(due)s."
        ),
        "restored": _("The paper was withdrawn by two people. The ballot before it stands again."),
        "withdrawn": _("The paper was withdrawn by two people. Nothing of it stands for you."),
        "kept": _("It was looked into: the paper stays. The reason: “%(answer)s”."),
    }
    judged = {
        "taken": _("A third person ruled what it says: it was taken, and it stands for you."),
        "stands": _("A third person ruled: the paper stands; the ballot before it is kept apart."),
        "set_aside": _("A third person ruled: your other ballot stands; the paper is kept apart."),
    }
    what = params["what"]
    # Of what is decided or gone already there is nothing left to object to.
    then = _LOOK if what in {"kept", "withdrawn", "restored"} else _OBJECT
    words = {"due": deadline(datetime.fromisoformat(due)) if due else "", "answer": answer}
    return {"said": str((said | judged if ruled else said)[what]) % words, "then": str(then)}


CALLED = Event(
    "vote.called",
    record=_("called a vote"),
    title=_("You are asked to vote: %(title)s"),
    body=_("Voting opens %(opening)s and ends %(closes_at)s. Your place on the roll is on the vote's page."),
    words=_opening,
)
ENDING = Event(
    "vote.ending",
    title=_("You have not voted yet: %(title)s"),
    body=_("Voting ends %(closes_at)s. The residents' committee helps you if you cannot sign in."),
)
COUNTED = Event(
    "vote.counted",
    record=_("published the result of a vote"),
    title=_("Result of the vote “%(title)s”: %(result)s"),
    body=_("Every ballot is published under its code. Anyone can count again."),
    words=_outcome,
)
EXTENDED = Event(
    "vote.extended",
    record=_("extended a vote"),
    title=_("More time to vote: %(title)s"),
    body=_("Voting now ends %(closes_at)s, as the notice allowed. It will not be moved again."),
)
ABORTED = Event(
    "vote.aborted",
    record=_("called a vote off"),
    title=_("Called off: the vote “%(title)s”"),
    body=_("The reason stands on the vote's page. If it is called again you will be told."),
)
REINSTATED = Event(
    "vote.reinstated",
    record=_("let a vote that was called off take place after all"),
    title=_("It takes place after all: the vote “%(title)s”"),
    body=_("Voting opens %(opening)s, as announced. %(reason)s"),
    words=_opening_again,
)
ANNULLED = Event(
    "vote.annulled",
    record=_("annulled a vote"),
    title=_("Annulled: the vote “%(title)s”"),
    body=_(
        "Its result has no effect any more. The reason stands on the vote's page; the count stays published."
    ),
)
HALL_OPENED = Event(
    "vote.hall_opened",
    record=_(
        "opened a vote in the hall: %(present)s present, %(mandates)s by mandate, %(heads)s on the roll"
    ),
    title=_("Vote now: %(title)s"),
    body=_("The vote in the hall is open, by phone, raised hand or paper, until it is closed there."),
    urgent=True,
)
HALL_CLOSED = Event(
    "vote.hall_closed", record=_("closed a vote in the hall: %(voted)s of %(asked)s on the roll have voted")
)
WITHDRAWN = Event("vote.withdrawn", record=_("noted that an option of a vote was withdrawn"))
CANDIDATE_NAMED = Event(
    "vote.candidate_named",
    record=_("noted who stands as “%(candidate)s”"),
    title=_("You stand for election: %(title)s"),
    body=_("Introduce yourself to the voters on the vote's page until voting opens %(opens_at)s."),
)
CANDIDATE_INTRODUCED = Event(
    "vote.candidate_introduced", record=_("published the introduction of “%(candidate)s”")
)
CANDIDATE_ENTERED = Event(
    "vote.candidate_entered",
    title=_("Your introduction was entered: %(title)s"),
    body=_("The residents' committee entered it for you. You can change it until voting opens %(opens_at)s."),
)
CANDIDATE_UNNAMED = Event(
    "vote.candidate_unnamed",
    record=_("took back who stands as “%(candidate)s”"),
    title=_("You do not stand any more: %(title)s"),
    body=_("Your introduction was taken off the vote's page. The reason: “%(reason)s”."),
)
LOT_ENTERED = Event("vote.lot", record=_("entered the lot of a vote"))
KEYS_TRIED = Event("vote.keys_tried", record=_("tried the keys of the ballot box"))
OPENED = Event("vote.opened", record=_("opened the sealed ballots"))
PAPER_DONE = Event("vote.paper_done", record=_("counted in the ballots on paper"))
PAPER_ENTERED = Event(
    "vote.paper_entered",
    title=_("A paper ballot was entered for you: %(title)s"),
    body=_(
        "Two people of the residents' committee check it. You handed in none? Then say so before the count, on the "
        "vote's page or at the committee's office."
    ),
    urgent=True,
)
PAPER_NEWS = Event(
    "vote.paper_news",
    title=_("Your paper ballot: %(title)s"),
    body=_("%(said)s %(then)s"),
    words=_paper,
    urgent=True,
)
ENVELOPE_BOOKED = Event("vote.envelope", record=_("booked an envelope with a ballot, two people together"))
ENVELOPE_JUDGED = Event(
    "vote.envelope_judged", record=_("decided as a third person whether an envelope stands")
)
PAPER_DOUBTED = Event("vote.paper_doubted", record=_("asked for a paper of a vote to be withdrawn"))
PAPER_WITHDRAWN = Event("vote.paper_withdrawn", record=_("withdrew a paper of a vote, as a second person"))
PAPER_KEPT = Event("vote.paper_kept", record=_("kept a paper of a vote that was doubted, as a second person"))
ROLL_FROZEN = Event("vote.roll_frozen", record=_("froze the roll of a vote"))
ROLL_CORRECTED = Event(
    "vote.roll_corrected",
    record=_("corrected the roll of a vote"),
    title=_("The roll was corrected: %(title)s"),
    body=_("How many are asked has changed; the new numbers stand on the vote's page."),
)
ROLL_LINE = Event(
    "vote.roll_line",
    title=_("Your line on the roll was changed: %(title)s"),
    body=_("Please look under “Who is asked” whether it is right; until the vote ends you can object there."),
)
ROLL_ANSWERED = Event(
    "vote.roll_answered",
    title=_("Your objection to the roll was answered: %(title)s"),
    body=_("The answer stands on the page of the roll; only you and the staff who keep the roll read it."),
)
MANDATE_ENDED = Event("vote.mandate_ended", record=_("noted the end of a mandate"))
MANDATE_LAPSED = Event(
    "vote.mandate_lapsed",
    title=_("Whoever was to vote for you has left: %(title)s"),
    body=_("No ballot was cast for you yet. Please vote yourself, or let the staff note somebody else."),
)
