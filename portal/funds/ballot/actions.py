"""What people can do about the ballot of a round."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect
from portal.actions.waiting import until
from portal.community.models import User
from portal.funds.ballot import services
from portal.funds.ballot.forms import AnnulledForm, ExcludeForm, StrikeForm, VoteForm
from portal.funds.ballot.selectors import annulled_late, annulment
from portal.funds.ballot.services.settling import broke_off
from portal.funds.models import Application, Call
from portal.funds.review.deciding import needs_vote
from portal.voting.states import BEFORE_END


def _voting(project: Application, user: User) -> bool:
    vote = project.call.vote
    return vote is not None and vote.phase in BEFORE_END


def _is_owed(call: Call) -> bool:
    found = annulment(call)
    return found is not None and found.due_at is not None


CALL_ACTIONS: dict[str, Action] = {
    "call_vote": Action(
        _("Put the projects to the residents"),
        services.call_vote,
        VoteForm,
        text=_(
            "Every project on public notice is on the ballot, in the order of a lot. All residents of 18 and over "
            "are told. What is fixed from then on: the projects, what they ask for, the rules, and which "
            "projects exclude each other."
        ),
        done=_("The vote is called."),
        tells=True,
        main=True,
        ready=lambda call, user: needs_vote(call),
        not_ready=_("By the rules of this round the residents are not asked: it is decided without a vote."),
        waits=until(services.require_callable),
        effect=Effect.PUBLISHES,
        way_back=_(
            "Until it opens, the vote can be called off on its page, with the reason; then all stands as before."
        ),
    ),
    "compute_again": Action(
        _("Have the result computed again"),
        services.compute_again,
        text=_("The ballots are as they were counted; only what they come to is computed once more."),
        done=_("It is being computed; the result follows by itself."),
        tone="quiet",
        ready=lambda call, user: broke_off(call),
        not_ready=_("Nothing has to be computed again."),
        effect=None,
    ),
    "answer_annulment": Action(
        _("Say what follows from the annulled vote"),
        services.answer_annulment,
        AnnulledForm,
        text=_(
            "Everybody on the roll is told, and it stands on public notice. What was approved stands by itself: a "
            "project that must not go on is ended on its own page, with the reason."
        ),
        submit=_("Say it to everybody"),
        done=_("Everybody can read it now."),
        main=True,
        ready=lambda call, user: annulled_late(call),
        not_ready=_("The vote of this round was not annulled."),
        turn=lambda call, user: _is_owed(call),
        effect=Effect.PUBLISHES,
        way_back=_("It can be said anew; what was said before stays to be read beside it."),
    ),
}
PROJECT_ACTIONS: dict[str, Action] = {
    "exclude": Action(
        _("Say which projects exclude each other"),
        services.exclude,
        ExcludeForm,
        text=_(
            "Of the projects with the same words at most one is paid. It stands on the ballot and is fixed once the "
            "vote is called."
        ),
        done=_("Noted."),
        tone="quiet",
        effect=None,
    ),
    "strike": Action(
        _("Strike from the ballot"),
        services.strike,
        StrikeForm,
        text=_(
            "For a project that turns out not to be eligible. It becomes void on every ballot, also on those "
            "cast and on sheets printed before; the ballots stay valid. The reason is published."
        ),
        done=_("The project is void on every ballot."),
        tells=True,
        tone="danger",
        ready=_voting,
        not_ready=_("Voting is over: what is on the ballot does not change any more."),
        effect=Effect.ENDS,
        way_back=_("There is no way back in this round: ballots were cast without it."),
    ),
}
