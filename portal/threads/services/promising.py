"""What a body does with a question it cannot answer now: hand it on, or name a later day. Each once, with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, notify
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, post_users, signature
from portal.duties.calendar import Deadline, add_working_days, is_provisional
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.record.services import key
from portal.threads.events import HANDED_ON, HANDED_TO, LATER
from portal.threads.models import BODIES, HandOn, MoreTime, Post
from portal.threads.permissions import ANSWERERS, POSTS
from portal.threads.services.answering import due_for, no_longer_owed, owe_answer
from portal.threads.services.transitions import change
from portal.threads.states import State


@transaction.atomic
def hand_on(user: User, post_pk: int, *, to: str, reason: str) -> Post:
    """Give a question to the body it belongs to, which owes the answer from now on; the asker is told.

    The body asked first stays the asker's contact and sees to it that the answer comes (首问责任制). Raises
    NotPossible for a second time, too late (rule thread.hand_on_working_days), the same body, or one nobody is in.
    """
    post = POSTS.take(user, post_pk, "hand_on")
    _require_first_time(post)
    if clock.passed(hand_on_until(post)):
        raise NotPossible(_("The time for handing on is over. Please answer, or say by when you will."))
    if to not in others(post):
        raise NotPossible(_("Please choose another body."))
    due, first = due_for(post, to, among=BODIES), post.asks
    no_longer_owed(post)
    signed = signature(user, post.neighbourhood).name[:80]
    post.handed = HandOn.objects.create(
        post=post, first=first, to=to, reason=_said(reason), by_name=signed, at=clock.now()
    )
    change(post, State.ASKED, asks=to, acknowledged_at=None, due_at=due.at)
    owe_answer(post, due)
    _tell_handed(user, post)
    return post


@transaction.atomic
def more_time(user: User, post_pk: int, *, reason: str, last_day: date) -> Post:
    """Say by which later day the answer comes; the asker is told, and the promise has the new date.

    Raises NotPossible for a second time, once the first day is over, and for a day beyond the rule
    (thread.longest_working_days).
    """
    post = POSTS.take(user, post_pk, "more_time")
    if hasattr(post, "more_time"):
        raise NotPossible(_("More time was taken once already."))
    was, due = _was_due(post), Deadline(clock.end_of(last_day), is_provisional(last_day))
    if not was < due.at <= latest(post).at:
        days = {"first": wording.day(_last(was)), "last": wording.day(latest(post).last_day)}
        raise NotPossible(_("Please choose a day after %(first)s, and not after %(last)s.") % days).at(
            "last_day"
        )
    signed = signature(user, post.neighbourhood).name[:80]
    post.more_time = MoreTime.objects.create(
        post=post, reason=_said(reason), was_due_at=was, due_at=due.at, by_name=signed, at=clock.now()
    )
    no_longer_owed(post)
    seen = post.acknowledged_at or clock.now()
    change(post, State.ACKNOWLEDGED, acknowledged_at=seen, due_at=due.at)
    owe_answer(post, due)
    _tell_later(user, post)
    return post


def others(post: Post) -> list[str]:
    """The bodies a question can be handed on to: any but the one it is with."""
    return [body for body in BODIES if ANSWERERS[body].isdisjoint(ANSWERERS[post.asks])]


def hand_on_until(post: Post) -> datetime:
    """Until when a question can be handed on: whoever cannot answer says so soon."""
    days = rule("thread.hand_on_working_days", post.neighbourhood)
    return add_working_days(_with_since(post), days).at


def latest(post: Post) -> Deadline:
    """The last day that can be named for an answer, counted from when the question came to whom it is with."""
    return add_working_days(_with_since(post), rule("thread.longest_working_days", post.neighbourhood))


def _with_since(post: Post) -> datetime:
    handed = getattr(post, "handed", None)
    since: datetime | None = handed.at if handed else post.asked_at
    return since or post.at


def _was_due(post: Post) -> datetime:
    if post.due_at is None or clock.passed(post.due_at):
        raise NotPossible(_("The day that was promised is over. Please answer now."))
    return post.due_at


def _last(end: datetime) -> date:
    return Deadline(end).last_day


def _require_first_time(post: Post) -> None:
    if hasattr(post, "handed"):
        raise NotPossible(_("This question was handed on once already. It is answered here."))


def _said(reason: str) -> str:
    if blank(reason):
        raise NotPossible(_("Please say why: whoever asked reads it.")).at("reason")
    return reason.strip()[:300]


def _tell_handed(user: User, post: Post) -> None:
    """The asker and everybody learn where it went; the body it went to learns that it owes the answer now."""
    handed = post.handed
    said = {"first": handed.first, "whom": handed.to, "reason": handed.reason}
    due = iso(post.due_at)
    data = {"post": post.sequence, "first": handed.first, "to": handed.to}
    announce(HANDED_ON, post, by=user, to=accounts_of(post.author_id), data=data, due_at=due, **said)
    told = post_users(handed.to, post.neighbourhood)
    notify(HANDED_TO, post, told, once_per=key(handed), due_at=due, **said)


def _tell_later(user: User, post: Post) -> None:
    later = post.more_time
    announce(
        LATER,
        post,
        by=user,
        to=accounts_of(post.author_id),
        data={"post": post.sequence, "until": iso(later.due_at)},
        who=later.by_name,
        reason=later.reason,
        due_at=iso(later.due_at),
    )


def iso(moment: datetime | None) -> str:
    """A moment as notices and the record keep it."""
    return moment.isoformat() if moment else ""
