"""Putting the projects of a round to the residents: one approval ballot, sealed, in the order of a lot."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.duties import services as duties
from portal.funds.applying.traces import trace
from portal.funds.ballot import lot
from portal.funds.ballot.events import EXCLUSIVE, VOTE_BACK, VOTE_CALLED
from portal.funds.ballot.permissions import CALLS, PROJECTS
from portal.funds.ballot.wording import AGAIN
from portal.funds.calls.freezing import freeze
from portal.funds.models import Application, Call
from portal.funds.review.deciding import needs_vote, require_answered, require_notice_over
from portal.funds.states import ApplicationState, CallState
from portal.kit.errors import NotPossible
from portal.kit.wording import yuan
from portal.record.services import key
from portal.voting import services as voting
from portal.voting.matters import MOST_PROJECTS, Question
from portal.voting.models import Electorate, Method, Vote


@transaction.atomic
def call_vote(user: User, call_pk: int, opens_at: datetime, closes_at: datetime, lot_text: str = "") -> Call:
    """Put every project on public notice to the residents, and freeze the rules if nobody has handed in by them yet.

    One approval ballot without a maximum, sealed. `lot_text`: the announced text that decides their order (numbers of
    a lottery); default the fingerprint of the rules, which stood in the record before anybody had applied.
    Raises NotPossible while the notice runs or an objection waits, where no vote is needed, and as voting does.
    """
    call = CALLS.take(user, call_pk, "call_vote")
    projects = list(call.applications.select_for_update().filter(state=ApplicationState.ON_NOTICE))
    _check(call, projects)
    freeze(call)
    text = lot_text.strip() or call.fingerprint
    ordered = lot.in_order(text, projects)
    vote = voting.call_vote(
        user,
        neighbourhood=call.neighbourhood,
        scope=call.neighbourhood,
        subject=key(call),
        subject_url=call.get_absolute_url(),
        title=_title(call),
        explanation=call.about,
        electorate=Electorate.RESIDENTS,
        matter="fund",
        opens_at=opens_at,
        closes_at=closes_at,
        question=_question(ordered),
    )
    vote.rule["order"] = text
    vote.save(update_fields=["rule"])
    for option, project in zip(vote.options, ordered, strict=True):
        advance(project, ApplicationState.VOTING, option=option)
        trace(project, "vote_called", by=user)
    advance(call, CallState.VOTING, vote=vote)
    duties.close(AGAIN, call, by=user)
    told = {each.option: each.number for each in ordered}
    log(VOTE_CALLED, call, by=user, data={"vote": key(vote), "order": text, "projects": told})
    return call


@transaction.atomic
def exclude(user: User, application_pk: int, word: str) -> Application:
    """Say which group of projects excludes each other: of those that bear the same word at most one is paid.

    An empty word takes it out again. Raises NotPossible once the vote is called: it stands on the ballots.
    """
    project = PROJECTS.take(user, application_pk, "exclude")
    project.exclusion = word.strip()
    project.save(update_fields=["exclusion"])
    log(EXCLUSIVE, project, by=user, data={"only_one_of": project.exclusion})
    return project


def vote_came_back(call: Call, user: User, vote: Vote) -> None:
    """Take a locked round to its vote again, which had been called off. NotPossible where it has gone on since."""
    if call.vote_id != vote.pk or call.state not in {CallState.ON_NOTICE, CallState.VOTING}:
        raise NotPossible(_("The round has gone on since. Please call a vote anew."))
    if call.state == CallState.VOTING:
        return
    projects = {each.option: each for each in call.applications.select_for_update().exclude(option="")}
    gone = set(vote.rule.get("withdrawn", []))
    standing = [projects[option] for option in vote.options if option in projects and option not in gone]
    if any(each.state not in {ApplicationState.ON_NOTICE, ApplicationState.WITHDRAWN} for each in standing):
        raise NotPossible(_("The round has gone on since. Please call a vote anew."))
    for each in standing:
        if each.state == ApplicationState.ON_NOTICE:
            advance(each, ApplicationState.VOTING)
            trace(each, "vote_back", by=user)
    advance(call, CallState.VOTING)
    duties.close(AGAIN, call, by=user)
    log(VOTE_BACK, call, by=user, data={"vote": key(vote)})


def require_callable(call: Call) -> None:
    """Refuse to ask the residents before the public notice is over and its objections answered."""
    if not needs_vote(call):
        raise NotPossible(
            _("By the rules of this round the residents are not asked: it is decided without a vote.")
        )
    require_notice_over(call)
    require_answered(call)


def _check(call: Call, projects: list[Application]) -> None:
    require_callable(call)
    if not projects:
        raise NotPossible(_("No project stands on public notice."))
    if free := [each.title for each in projects if each.asked <= 0]:
        raise NotPossible(_("Nothing is asked for: “%(title)s”.") % {"title": free[0]})
    if len(projects) > MOST_PROJECTS:
        raise NotPossible(
            _("At most %(most)d projects fit on a ballot; %(number)d are on notice.")
            % {"most": MOST_PROJECTS, "number": len(projects)}
        )


def _question(ordered: list[Application]) -> Question:
    """All may be ticked. A project is called by its place, its name and what it asks for: so it is on paper, too."""
    # What stands on ballots and in the published file is kept in the portal's own language.
    with translation.override(settings.LANGUAGE_CODE):
        names = [f"{n}. {each.title} · {yuan(each.asked)}" for n, each in enumerate(ordered, 1)]
    return Question(Method.APPROVAL, options=tuple(names), choose=len(names), seats=len(names), secret=True)


def _title(call: Call) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("Which projects are worth this money? %(call)s") % {"call": call.title}
