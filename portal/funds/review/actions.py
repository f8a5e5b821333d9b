"""What people can do in a review."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import User
from portal.duties.calendar import add_working_days
from portal.funds.applying.changes import all_of, untouched
from portal.funds.applying.reading import check_page
from portal.funds.applying.traces import lines_of
from portal.funds.models import Application, Call, Objection, Review, Reviewer
from portal.funds.review import forms, ranking, selectors, services
from portal.funds.review.deciding import needs_vote
from portal.funds.review.services.choosing import CANDIDATES
from portal.funds.states import CallState, ObjectionState
from portal.kit import clock


def reviewing_url(call: Call) -> str:
    """Where the review of a round stands, for the office and the reviewers."""
    return reverse("funds:reviewing", args=[call.pk])


def _of_call(call: Call, user: User) -> Home:
    return Home(call.title, reviewing_url(call))


def _of_reviewer(reviewer: Reviewer, user: User) -> Home:
    return Home(reviewer.title, reviewing_url(reviewer.call))


def _not_chosen_yet(call: Call, user: User) -> bool:
    return call.shortlisted_at is None


def _notice_page(call: Call, user: User) -> dict[str, Any]:
    """Who is in, who is not, and until when it stands."""
    ranked = [row for row in ranking.of(call) if row.application.state in CANDIDATES]
    chosen = [row for row in ranked if row.application.state in ("shortlisted", "on_notice")]
    left = [row for row in ranked if row not in chosen]
    until = add_working_days(clock.now(), call.notice_days)
    return {"chosen": chosen, "left_out": left, "stands_until": until.at, "why": call.shortlist_why}


def _checking(application: Application, user: User) -> bool:
    return application.call.state in selectors.CHECKING


def _can_take_back(application: Application, user: User) -> bool:
    if not _checking(application, user) or application.call.notice_until is not None:
        return False
    return application.state != "returned" or untouched(application)


def _scores(application: Application, user: User) -> bool:
    own = Review.objects.standing().filter(application=application, reviewer__person=user.person_id).first()
    return own is not None and (own.handed_in_at is None or not selectors.all_in(application.call))


def _notice_runs(application: Application, user: User) -> bool:
    return selectors.notice_runs(application.call)


def _declares(reviewer: Reviewer, user: User) -> bool:
    return reviewer.no_ties_at is None and forms.to_declare(reviewer).exists()


def _active(reviewer: Reviewer, user: User) -> bool:
    return reviewer.ended_at is None


def _after_scores(application: Application, review: Review) -> str:
    following = selectors.next_to_score(review.reviewer)
    if following is None:
        return reviewing_url(application.call)
    return reverse("funds:scoring", args=[following.application_id])


def _score_page(application: Application, user: User) -> dict[str, Any]:
    page = check_page(application, user)
    return {
        "application": application,
        "budget": page["budget"],
        "activities": page["activities"],
        "changes": lines_of(all_of(application)),
    }


def _score_home(application: Application, user: User) -> Home:
    return Home(application.title, reviewing_url(application.call))


def _answerable(objection: Objection, user: User) -> bool:
    return objection.application.call.state in {CallState.ON_NOTICE, CallState.REVIEWING}


CALL_ACTIONS: dict[str, Action] = {
    "begin_review": Action(
        _("Begin the review"),
        services.begin_review,
        text=_("No application is taken any more. What was handed in is checked, then scored."),
        done=_("The review has begun."),
        main=True,
        waits=until(services.require_window_over),
        home=_of_call,
        effect=Effect.ENDS,
        way_back=_("The window is over: its end stood in the rules. The director can call the round off."),
    ),
    "name_reviewer": Action(
        _("Name a reviewer"),
        services.name_reviewer,
        forms.ReviewerForm,
        text=_(
            "Nobody who applies in this round. They are told, say to whom they have ties, and score by the criteria."
        ),
        submit=_("Name this reviewer"),
        done=_("They are named."),
        tells=True,
        home=_of_call,
        effect=None,
    ),
    "hand_to_reviewers": Action(
        _("Hand the applications to the reviewers"),
        services.hand_to_reviewers,
        text=_("Each reviewer is told by when to score. Checks are not taken back any more."),
        submit=_("Hand over"),
        done=_("The applications are with the reviewers."),
        tells=True,
        main=True,
        waits=until(services.require_checked),
        home=_of_call,
        effect=Effect.ENDS,
        way_back=_(
            "There is none. What turns out to be wrong can be left off the shortlist, with the reason."
        ),
    ),
    "shortlist": Action(
        _("Make the shortlist"),
        services.shortlist,
        forms.ShortlistForm,
        text=_("What is ticked goes on public notice next. Whoever leaves the ranking says why."),
        submit=_("Put them on the shortlist"),
        done=_("The shortlist is made. It is put on public notice next."),
        main=True,
        turn=_not_chosen_yet,
        waits=until(services.require_all_in),
        home=_of_call,
        effect=Effect.REPLACES,
        way_back=_("It can be made anew until it is put on public notice."),
    ),
    "post_notice": Action(
        _("Put the shortlist on public notice"),
        services.post_notice,
        text=_(
            "Everybody reads the ranking, the scores and their reasons from now on. What is not on the shortlist is "
            "not chosen. All who live here are told, and can object."
        ),
        submit=_("Put on public notice"),
        done=_("It is on public notice."),
        tells=True,
        template="funds/review/notice.html",
        shows=_notice_page,
        main=True,
        waits=until(services.require_postable),
        home=lambda call, user: Home(call.title, call.get_absolute_url()),
        effect=Effect.PUBLISHES,
        way_back=_(
            "What everybody has read is not taken back. An objection that is right reopens the review."
        ),
    ),
    "decide": Action(
        _("Decide the round without a vote"),
        services.decide_without_vote,
        text=_(
            "Money is approved by the ranking, as far as the pot goes; of projects that exclude each other the better "
            "one. Whoever applied is told."
        ),
        submit=_("Approve and decide"),
        done=_("The round is decided."),
        main=True,
        ready=lambda call, user: not needs_vote(call),
        not_ready=_("By the rules of this round the residents are asked. Please call the vote."),
        waits=until(services.require_decidable),
        home=lambda call, user: Home(call.title, call.get_absolute_url()),
        effect=Effect.COUNTS,
        way_back=_("There is none: what was approved can only be given up or ended in its own course."),
    ),
}
ACTIONS: dict[str, Action] = {
    "judge_eligible": Action(
        _("It is eligible"),
        services.judge_eligible,
        text=_("It may take part. The need is checked next; whoever applied is told."),
        submit=_("Yes, it may take part"),
        done=_("Noted."),
        tells=True,
        main=True,
        ready=_checking,
        effect=Effect.COUNTS,
        way_back=WayBack("take_back"),
    ),
    "give_back": Action(
        _("Give it back to be completed"),
        services.give_back,
        forms.MissingForm,
        text=_(
            "Whoever applied can write in it again, and is told by when to hand it in. What they change can be read in "
            "its course. Until they do, it can be taken back."
        ),
        submit=_("Give back"),
        done=_("Given back to be completed."),
        tells=True,
        tone="quiet",
        ready=_checking,
        effect=None,
    ),
    "confirm_need": Action(
        _("Confirm the need"),
        services.confirm_need,
        forms.NeedForm,
        text=_("The reviewers score it next. Whoever applied is told."),
        submit=_("Confirm"),
        done=_("Confirmed."),
        tells=True,
        main=True,
        ready=_checking,
        effect=Effect.COUNTS,
        way_back=WayBack("take_back"),
    ),
    "judge_ineligible": Action(
        _("It is not eligible"),
        services.judge_ineligible,
        forms.CheckForm,
        text=_("It does not take part in this round. Whoever applied is told why."),
        submit=_("It does not take part"),
        done=_("Noted."),
        tells=True,
        tone="danger",
        ready=_checking,
        effect=Effect.ENDS,
        way_back=WayBack("take_back"),
    ),
    "take_back": Action(
        _("Take the check back"),
        services.take_back,
        forms.CheckForm,
        text=_("Where it was a mistake: it is checked again, and whoever applied is told why."),
        submit=_("Take back"),
        done=_("Taken back. It is checked again."),
        tone="quiet",
        ready=_can_take_back,
        not_ready=_("The round has gone on, or whoever applied is completing it already."),
        effect=None,
    ),
    "score": Action(
        _("Score it"),
        services.hand_in_scores,
        forms.ScoreForm,
        text=_(
            "By yourself: nobody reads your points before all reviewers are done, and you read nobody's. Everybody "
            "reads the reasons with the public notice."
        ),
        submit=_("Hand in my scores"),
        done=_("Handed in."),
        main=True,
        ready=_scores,
        not_ready=_("You have nothing to score here, or all scores are in."),
        template="funds/review/score.html",
        shows=_score_page,
        home=_score_home,
        then=_after_scores,
        effect=Effect.COUNTS,
        way_back=_("Until all scores are in you can hand in yours anew."),
    ),
    "object": Action(
        _("Object to this"),
        services.object_to,
        forms.ObjectForm,
        text=_("The committee answers in writing. If you are right, the project goes back to the review."),
        submit=_("Send the objection"),
        done=_("Sent. You are told as soon as it is answered."),
        tone="quiet",
        ready=_notice_runs,
        not_ready=_("The public notice is over. You can still write to the committee."),
        effect=Effect.PUBLISHES,
        way_back=_("You can withdraw it until it is answered; the text stays to be read."),
    ),
}
REVIEWER_ACTIONS: dict[str, Action] = {
    "declare": Action(
        _("Say which ties you have"),
        services.declare,
        forms.DeclareForm,
        text=_(
            "Before you read anything. Where you have a tie you neither see nor score the application; to all others "
            "you say that you have none."
        ),
        submit=_("This is so"),
        done=_("Thank you. You can score now."),
        main=True,
        ready=_declares,
        not_ready=_("There is nothing to declare now. A tie you find later can be declared at any time."),
        home=_of_reviewer,
        effect=Effect.COUNTS,
        way_back=_("A tie is not taken back. One you find later you declare later."),
    ),
    "declare_tie": Action(
        _("Declare a tie"),
        services.declare_tie,
        forms.TieForm,
        text=_(
            "The application is neither seen nor scored from now on. Scores handed in already are set aside, and where "
            "too few are left another reviewer is named."
        ),
        submit=_("Declare the tie"),
        done=_("The tie is written down."),
        tone="quiet",
        ready=_active,
        home=_of_reviewer,
        effect=Effect.ENDS,
        way_back=_("A tie is not taken back: another reviewer scores instead."),
    ),
    "end_reviewer": Action(
        _("Review no more"),
        services.end_reviewer,
        forms.EndForm,
        text=_("What was scored counts. What is not scored yet is scored by others."),
        submit=_("Stop"),
        done=_("This reviewer has stopped."),
        tone="danger",
        ready=_active,
        home=_of_reviewer,
        effect=Effect.ENDS,
        way_back=_("The office can name the same person again while scores are not all in."),
    ),
}
OBJECTION_ACTIONS: dict[str, Action] = {
    "answer": Action(
        _("Answer in writing"),
        services.answer_objection,
        forms.AnswerForm,
        text=_(
            "Everybody reads the answer. Where the objection is right the whole round goes back to the review."
        ),
        submit=_("Answer"),
        done=_("Answered."),
        tells=True,
        main=True,
        turn=lambda objection, user: objection.state == ObjectionState.RAISED,
        shows=lambda objection, user: {"objection": objection},
        template="funds/review/answer.html",
        ready=_answerable,
        not_ready=_("This round has gone on. The answer stands."),
        effect=Effect.PUBLISHES,
        way_back=_("Until the round is decided, an objection that was rejected can still be found right."),
    ),
    "withdraw_objection": Action(
        _("Withdraw the objection"),
        services.withdraw_objection,
        text=_("It is not answered any more; its text stays to be read."),
        submit=_("Withdraw"),
        done=_("Withdrawn."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=_("While the notice runs you can object again."),
    ),
}
