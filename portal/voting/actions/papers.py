"""What can be done about paper: print, enter, book an envelope, read again, decide, take out, close off."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import Area, User
from portal.voting import methods, papers, services
from portal.voting.actions import page
from portal.voting.forms_paper import DoubtForm, EnterForm, EnvelopeForm, KeepForm, ReadForm, WhichForm
from portal.voting.forms_staff import PrintForm
from portal.voting.models import Envelope, Fault, OnPaper, PaperBallot, Vote
from portal.voting.permissions import VOTES
from portal.voting.services import thirds
from portal.voting.services.handing_over import looked
from portal.voting.services.paper import require_certain, why_closed
from portal.voting.states import PaperState, Phase

SAID = {
    PaperState.DISPUTED: _("The two readings differ: a third person decides. Both are kept."),
    PaperState.TAKEN: _("The ballot was taken."),
    PaperState.SET_ASIDE: _(
        "The ballot was set aside: by the rule of this vote another one of this line stands."
    ),
}
BOOKED = {
    PaperState.DISPUTED: _(
        "It is said to have come before a ballot cast online: both are kept, and a third person decides which stands."
    ),
    PaperState.TAKEN: _("The envelope was booked. Please put it into the box, unopened."),
    PaperState.SET_ASIDE: _(
        "This line's online ballot stands by the rule of this vote. Please keep the envelope apart, unopened."
    ),
}
# What the third person reads, who may hold neither paper nor box.
RULED = {
    PaperState.TAKEN: _("You ruled: the ballot was taken. Its voter was told."),
    PaperState.SET_ASIDE: _("You ruled: the ballot was set aside, because another one of this line stands."),
}
RULED_ENVELOPE = {
    PaperState.TAKEN: _(
        "You ruled: the envelope stands. The clerks put it into the box; the voter was told."
    ),
    PaperState.SET_ASIDE: _(
        "You ruled: the ballot cast online stands. The clerks keep the envelope apart, unopened."
    ),
}
ALL_IN = _("No paper is entered or taken out any more: all of it is in, or the votes are counted.")
READ_BY_YOU = _("You have read this ballot yourself: a third person decides.")


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


def _noted(envelope: Envelope) -> str:
    said = gettext("%(paper)s was noted. A second person books it now.")
    return said % {"paper": envelope.title}


def home(paper: OnPaper, user: User) -> Home:
    """The page of paper for the staff who run the vote; the vote itself for its voter, and for who only decides."""
    if VOTES.may(user, "see_paper", paper.vote):
        return Home(paper.title, paper.get_absolute_url())
    return Home(paper.vote.title, paper.vote.get_absolute_url())


def desk(vote: Vote, user: User) -> Home:
    """The page of paper, where a clerk comes from."""
    return Home(gettext("Ballots on paper"), reverse("voting:paper", args=[vote.pk]))


def _own(paper: OnPaper, user: User) -> bool:
    return paper.entry is not None and paper.entry.person_id == user.person_id


def _doubting(paper: OnPaper, user: User) -> dict[str, Any]:
    """A voter is spoken to as the one who objects: who decides, and by when."""
    shown = _whose(paper, user)
    if not _own(paper, user):
        return shown
    return {**shown, "own": True, "due": thirds.due(paper.vote).at, "submit": gettext("Object to this paper")}


def _doubted(paper: OnPaper) -> str:
    if paper.fault == Fault.DENIED:
        return gettext(
            "Your objection was received. Somebody who did not enter the paper decides, and you are told."
        )
    return gettext("It was asked for. Somebody else decides now.")


def _comes_in(paper: OnPaper, user: User) -> bool:
    return not why_closed(paper.vote)


def _is_second(paper: OnPaper, user: User) -> bool:
    return paper.first_by_id != user.pk


def _is_third(paper: OnPaper, user: User) -> bool:
    return user.pk not in {paper.first_by_id, paper.second_by_id}


def _did_not_ask(paper: OnPaper, user: User) -> bool:
    return paper.doubted_by_id != user.pk


def _may_keep(paper: OnPaper, user: User) -> bool:
    return _did_not_ask(paper, user) and (paper.fault != Fault.DENIED or _is_third(paper, user))


def _whose(paper: OnPaper, user: User) -> dict[str, Any]:
    """Whose it is, as it should be printed; that this was looked at is kept. A voter looks at the own line."""
    if paper.entry is not None and paper.entry.person_id != user.person_id:
        looked(user, paper.vote, [paper.entry])
    return {"line": paper.entry, "vote": paper.vote}


def _readings(paper: PaperBallot, user: User) -> dict[str, Any]:
    """With what both clerks read."""
    read = [methods.words(paper.vote, choice) for choice in (paper.first_choice, paper.second_choice)]
    return {**_whose(paper, user), "readings": read}


def _before(envelope: Envelope, user: User) -> dict[str, Any]:
    """With when the sealed ballot came that it is said to have come before."""
    return {**_whose(envelope, user), "ballot": getattr(envelope.entry, "ballot", None)}


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
        home=desk,
        ready=_can_enter,
        then=_next,
        from_address=("code", "same"),
        template="voting/paper_enter.html",
        effect=None,
    ),
    "envelope": Action(
        _("An envelope came in"),
        services.receive_envelope,
        EnvelopeForm,
        submit=_("Note it"),
        text=_(
            "A second person books it. Then it goes into the box unopened: the sheets inside are read after the end, "
            "without anybody knowing whose they are."
        ),
        done=_noted,
        tells=True,
        tone="quiet",
        home=desk,
        ready=lambda vote, user: vote.secret and vote.paper_done_at is None,
        then=page("voting:paper"),
        from_address=("code", "same"),
        template="voting/paper_enter.html",
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
        text=_(
            "The votes are counted within minutes, and the result is published. Afterwards no paper can be entered or "
            "withdrawn any more. Is nothing left in the box?"
        ),
        done=_("All paper is in. The votes are counted now."),
        ready=lambda vote, user: papers.expected(vote),
        waits=until(require_certain),
        then=page("voting:paper"),
        effect=Effect.COUNTS,
        way_back=_(
            "There is no way back once it is counted. Paper that turns up later is kept, but not counted."
        ),
    ),
}


def _taking_out(doubt: Any, withdraw: Any, keep: Any) -> dict[str, Action]:
    """Of ballots, sheets and envelopes alike: one person asks, a second withdraws or keeps."""
    return {
        "doubt": Action(
            _("It should not be there"),
            doubt,
            DoubtForm,
            submit=_("Ask for its withdrawal"),
            text=_(
                "Somebody else looks at it, and withdraws or keeps it. Until then nothing is counted. The public "
                "record says that this was asked, without names."
            ),
            done=_doubted,
            ready=_comes_in,
            not_ready=ALL_IN,
            effect=Effect.REPLACES,
            way_back=WayBack("keep"),
            tone="danger",
            template="voting/paper_read.html",
            shows=_doubting,
            home=home,
        ),
        "withdraw": Action(
            _("Withdraw it"),
            withdraw,
            submit=_("Withdraw it, as a second person"),
            text=_("It counts no more. A ballot whose place it took stands again, and the voter is told."),
            done=_("It was withdrawn; the public record says so."),
            ready=_did_not_ask,
            not_ready=_("You asked for this yourself: somebody else has to look at it."),
            effect=Effect.ENDS,
            way_back=_("It cannot be brought back: a paper that is there after all is entered anew."),
            tone="danger",
            template="voting/paper_read.html",
            shows=_whose,
            home=home,
        ),
        "keep": Action(
            _("Keep it"),
            keep,
            KeepForm,
            submit=_("Keep it, as a second person"),
            text=_("It goes on as if nobody had doubted it. The public record says so."),
            done=_("It stays."),
            ready=_may_keep,
            not_ready=_(
                "You asked for this, or entered it, yourself: somebody else has to decide that it stays."
            ),
            effect=Effect.COUNTS,
            way_back=WayBack("doubt"),
            tone="quiet",
            template="voting/paper_read.html",
            shows=_whose,
            home=home,
        ),
    }


READING: dict[str, Action] = {
    "confirm": Action(
        _("Read a ballot a second time"),
        services.confirm,
        ReadForm,
        submit=_("This is what it says"),
        text=_("Take this paper and enter what you read. What the first clerk read is not shown to you."),
        ready=_is_second,
        not_ready=_("You entered this ballot yourself: somebody else has to read it a second time."),
        done=lambda paper: SAID[paper.state],
        template="voting/paper_read.html",
        shows=_whose,
        effect=Effect.COUNTS,
        way_back=WayBack("doubt"),
    ),
    "judge": Action(
        _("Decide about a ballot"),
        services.judge,
        ReadForm,
        submit=_("Give the ruling"),
        text=_(
            "Two clerks read this paper differently. Please look at it yourself: what you enter is taken, and all "
            "three readings are kept."
        ),
        done=lambda paper: RULED[paper.state],
        ready=_is_third,
        not_ready=READ_BY_YOU,
        template="voting/paper_read.html",
        shows=_readings,
        home=home,
        effect=Effect.COUNTS,
        way_back=WayBack("doubt"),
    ),
    **_taking_out(services.doubt, services.withdraw_paper, services.keep),
}
ENVELOPE: dict[str, Action] = {
    "confirm": Action(
        _("Book an envelope as a second person"),
        services.confirm_envelope,
        submit=_("Yes, all of this is so: book it"),
        text=_(
            "Take the envelope into your hand. Are the code and the name on it these, and did it come in when this "
            "says? The line then has voted on paper; the voter is told which ballot stands."
        ),
        done=lambda envelope: BOOKED[envelope.state],
        ready=_is_second,
        not_ready=_("You noted this envelope yourself: somebody else has to book it."),
        template="voting/paper_read.html",
        shows=_whose,
        effect=Effect.COUNTS,
        way_back=WayBack("doubt"),
    ),
    "judge": Action(
        _("Decide which ballot stands"),
        services.judge_envelope,
        WhichForm,
        submit=_("Give the ruling"),
        text=_(
            "This envelope is said to have come before a ballot that was cast online. Please hear both who booked it, "
            "and the voter. The reason is kept for staff and the auditor."
        ),
        done=lambda envelope: RULED_ENVELOPE[envelope.state],
        ready=_is_third,
        not_ready=_("You have booked this envelope yourself: a third person decides."),
        tone="danger",
        template="voting/paper_read.html",
        shows=_before,
        home=home,
        effect=Effect.COUNTS,
        way_back=WayBack("doubt"),
    ),
    **_taking_out(services.doubt_envelope, services.withdraw_envelope, services.keep_envelope),
}
