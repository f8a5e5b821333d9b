"""A vote that is annulled after its round was decided: what was approved stands, and it is said what follows."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.funds.ballot.events import ANNULLED_LATE, ANNULMENT_ANSWERED
from portal.funds.ballot.permissions import CALLS
from portal.funds.ballot.selectors import PURPOSE, annulled_late
from portal.funds.ballot.wording import ANNULLED
from portal.funds.models import Call
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.voting.selectors import voters


@transaction.atomic
def note_annulment(call_pk: int) -> Call:
    """Let it be owed that the committee says what follows, and tell everybody on the roll. Idempotent."""
    locked = Call.objects.select_for_update(of=("self",)).select_related("fund__neighbourhood", "vote")
    call = locked.get(pk=call_pk)
    owed_before = Duty.objects.filter(subject=key(call), kind=ANNULLED).exists()
    if call.vote is None or not annulled_late(call) or owed_before:
        return call
    days = rule("funds.vote_again_working_days", call.neighbourhood)
    due = add_working_days(clock.now(), days)
    duties.open_duty(ANNULLED, call, due=due, post=Post.DIRECTOR)
    told = {"reason": call.vote.ended_why, "due_at": due.at.isoformat()}
    data = {"vote": key(call.vote), "reason": call.vote.ended_why}
    announce(ANNULLED_LATE, call, to=voters(call.vote), data=data, **told)
    return call


@transaction.atomic
def answer_annulment(user: User, call_pk: int, reason: str) -> Call:
    """Say on public notice what becomes of the projects. Said again, both stay to be read.

    Nothing else changes: each project that must not go on is ended on its own page. NotPossible where no vote was
    annulled after the decision.
    """
    call = CALLS.take(user, call_pk, "answer_annulment")
    if call.vote is None or not annulled_late(call):
        raise NotPossible(_("The vote of this round was not annulled."))
    duties.close(ANNULLED, call, by=user)
    duties.post_notice(
        call,
        PURPOSE,
        neighbourhood=call.neighbourhood,
        title=_("What follows from the annulled vote: %(title)s") % {"title": call.title},
        body=reason.strip(),
        url=call.get_absolute_url(),
        ends_at=clock.end_of(clock.today() + timedelta(days=call.posted_days)),
    )
    said = {"reason": reason.strip()}
    announce(ANNULMENT_ANSWERED, call, by=user, to=voters(call.vote), data=said, **said)
    return call
