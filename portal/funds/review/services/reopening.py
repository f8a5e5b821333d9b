"""Back from the public notice to the review: what was public stays public."""

from __future__ import annotations

from portal.actions.lifecycles import advance
from portal.funds.applying.traces import trace
from portal.funds.models import Application, Call, Review
from portal.funds.states import ApplicationState, CallState


def back_to_review(application: Application) -> None:
    """Take a project, and its round, from the notice back to the review. Under the lock of the round."""
    call = application.call
    if application.state != ApplicationState.REVIEWING:
        advance(application, ApplicationState.REVIEWING, reason="")
        trace(application, "back_to_review")
    if call.state == CallState.ON_NOTICE:
        advance(call, CallState.REVIEWING)
    drop_shortlist(call)


def drop_shortlist(call: Call) -> None:
    """A shortlist is made anew once the scores it rested on change."""
    call.shortlisted_at, call.shortlist_why = None, ""
    call.save(update_fields=["shortlisted_at", "shortlist_why"])


def reopen_where_short(call: Call, application: Application) -> None:
    """After scores were set aside: back to the review where fewer are left than the round asks for."""
    left = Review.objects.standing().filter(application=application)
    if call.state == CallState.OPEN or not application.reviews.exists():
        return
    if left.count() < call.reviewers_least or not left.filter(reviewer__delegate=True).exists():
        application.call = call
        if application.state in {ApplicationState.ON_NOTICE, ApplicationState.DECLINED}:
            back_to_review(application)
        elif application.state == ApplicationState.SHORTLISTED:
            advance(application, ApplicationState.REVIEWING)
            drop_shortlist(call)
