"""What can be done about ballots on paper: print, enter, receive an envelope, read again, decide, close off."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect
from portal.community.models import Area, User
from portal.voting import papers, services
from portal.voting.actions import page
from portal.voting.forms_staff import EnterForm, EnvelopeForm, PrintForm, ReadForm
from portal.voting.models import PaperBallot, Vote
from portal.voting.states import PaperState, Phase

SAID = {
    PaperState.DISPUTED: _("The two readings differ: a third person decides. Both are kept."),
    PaperState.TAKEN: _("The ballot was taken."),
    PaperState.SET_ASIDE: _(
        "The ballot was set aside: by the rule of this vote another one of this line stands."
    ),
}


def _print(user: User, vote_pk: int, *, building: Area | None, **which: Any) -> str:
    """Note the printing; which ballots it is about goes with the address of the sheets."""
    services.print_ballots(user, vote_pk)
    asked = {**which, "building": building.pk if building else ""}
    return urlencode({name: value for name, value in asked.items() if value})


def _sheets(vote: Vote, which: str) -> str:
    return f"{reverse('voting:paper_sheets', args=[vote.pk])}?{which}"


def _next(vote: Vote, _result: object) -> str:
    return reverse("voting:paper_act", args=[vote.pk, "enter"])


def _entered(paper: PaperBallot) -> str:
    return gettext("%(paper)s was entered. A second person reads it now.") % {"paper": paper.title}


def _received(stands: bool) -> str:
    return gettext("The envelope was received. Please put it into the box, unopened.") if stands else ""


def _apart(stands: bool) -> str:
    said = gettext(
        "This line's online ballot stands by the rule of this vote. Please keep the envelope apart."
    )
    return "" if stands else said


def _can_enter(vote: Vote, user: User) -> bool:
    """The sheets of a secret vote are read after its end."""
    return vote.paper_done_at is None and (not vote.secret or vote.phase is Phase.CLOSED)


PAPER: dict[str, Action] = {
    "enter": Action(
        _("Enter a ballot"),
        services.enter,
        EnterForm,
        submit=_("Enter it"),
        text=_("Keep the paper: a second person reads it again, without seeing what you entered."),
        done=_entered,
        tone="quiet",
        ready=_can_enter,
        then=_next,
        from_address=("code",),
        effect=None,
    ),
    "envelope": Action(
        _("An envelope came in"),
        services.receive_envelope,
        EnvelopeForm,
        submit=_("Received"),
        text=_(
            "Type the code on the outer envelope and put it into the box unopened. The sheets inside are read "
            "after the end, without anybody knowing whose they are."
        ),
        done=_received,
        warn=_apart,
        ready=lambda vote, user: vote.secret and vote.paper_done_at is None,
        then=page("voting:paper"),
        effect=None,
    ),
    "print": Action(
        _("Print ballots"),
        _print,
        PrintForm,
        submit=_("To the sheets"),
        text=_("Once ballots are printed, the count waits until all paper is in."),
        tone="quiet",
        then=_sheets,
        effect=None,
    ),
    "finish": Action(
        _("All paper is in: count"),
        services.finish_paper,
        done=_("All paper is in. The votes are counted now."),
        ready=lambda vote, user: papers.complete(vote),
        then=page("voting:paper"),
        effect=Effect.COUNTS,
        text=_(
            "No ballot on paper is entered any more. The votes are counted at once and the result is published."
        ),
        way_back=_(
            "There is no way back once it is counted. Paper that turns up later is kept, but not counted."
        ),
    ),
}
READING: dict[str, Action] = {
    "confirm": Action(
        _("Read a ballot a second time"),
        services.confirm,
        ReadForm,
        submit=_("This is what it says"),
        text=_("Take this paper and enter what you read. What the first clerk read is not shown to you."),
        done=lambda paper: SAID[paper.state],
        template="voting/paper_read.html",
        effect=Effect.COUNTS,
        way_back=_("What both clerks read is taken, and not changed any more."),
    ),
    "judge": Action(
        _("Decide about a ballot"),
        services.judge,
        ReadForm,
        submit=_("I decide: this is what it says"),
        text=_(
            "Two clerks read this paper differently. Please look at it yourself: what you enter is taken, and all "
            "three readings are kept."
        ),
        done=lambda paper: SAID[paper.state],
        template="voting/paper_read.html",
        effect=Effect.COUNTS,
        way_back=_("What you decide is taken, and not changed any more. All readings are kept."),
    ),
}
