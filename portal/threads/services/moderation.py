"""Reporting and hiding posts for reasons of a fixed list, appealing, showing again. Nothing is deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Area, User
from portal.community.models import Post as Office
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, signature
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.threads import stances
from portal.threads.events import FLAG_SETTLED, HIDDEN, RESTORED, UPHELD
from portal.threads.models import Flag, HideReason, Post
from portal.threads.permissions import POSTS
from portal.threads.services.answering import no_longer_owed, owe_anew
from portal.threads.services.outcomes import owe_again_if_not_solved
from portal.threads.services.reopening import reopen_questions, settle_again
from portal.threads.services.reviewing import decided
from portal.threads.services.transitions import change
from portal.threads.states import State

FLAGS, APPEAL = "thread.flags", "thread.appeal"


@transaction.atomic
def flag(user: User, post_pk: int, *, reason: str) -> Flag:
    """Report a post to the committee, which owes a look at it; once a person. Hides nothing by itself."""
    post = POSTS.take(user, post_pk, "flag")
    raised, _new = Flag.objects.get_or_create(
        post=post, person=person_of(user), defaults={"reason": HideReason(reason), "at": clock.now()}
    )
    if raised.settled_at is None:
        duties.open_duty(FLAGS, post, due=_soon(post), post=Office.WORKER)
    return raised


@transaction.atomic
def keep(user: User, post_pk: int) -> Post:
    """Decide that a reported post stays as it is, and tell those who reported it."""
    post = POSTS.take(user, post_pk, "keep")
    settle_flags(user, post, "kept")
    return post


@transaction.atomic
def hide(user: User, post_pk: int, reason: str) -> Post:
    """Put a placeholder with the reason in a post's place. Its words stay for the author and for an appeal.

    Raises NotPossible for a reason outside the list: nobody is hidden for disagreeing.
    """
    if reason not in HideReason.values:
        raise NotPossible(_("Please choose one of the reasons. Disagreeing is none."))
    post = POSTS.take(user, post_pk, "hide")
    by = person_of(user)
    change(post, State.HIDDEN, held_at=None, hidden_at=clock.now(), hidden_reason=reason, hidden_by=by)
    decided(user, post, released=False)
    if kept := stances.kept():
        kept.away(post)
    no_longer_owed(post)
    reopen_questions(post)
    settle_flags(user, post, "hidden")
    told = {"post": post.sequence, "reason": reason}
    decides = appeal_to(post.neighbourhood)
    announce(HIDDEN, post, by=user, to=_author(post), data=told, reason=reason, appeal=decides)
    return post


@transaction.atomic
def restore(user: User, post_pk: int) -> Post:
    """Show a hidden post again as it was: by the committee itself, or deciding the author's appeal."""
    post = POSTS.take(user, post_pk, "restore")
    shown: dict[str, Any] = {
        "hidden_at": None,
        "hidden_reason": "",
        "hidden_by": None,
        "appeal": "",
        "appealed_at": None,
    }
    if post.asks and not post.answered_at:
        # The promise was dropped when the post was hidden; its time begins anew.
        shown["due_at"] = owe_anew(post).due_at
    if kept := stances.kept():
        kept.back(post)
    told = {"post": post.sequence, "appealed": bool(post.appealed_at)}
    change(post, post.shown_state, **shown)
    settle_again(user, post)
    owe_again_if_not_solved(post)
    duties.close(APPEAL, post, by=user)
    announce(RESTORED, post, by=user, to=_author(post), data=told)
    return post


@transaction.atomic
def appeal(user: User, post_pk: int, *, text: str) -> Post:
    """The author asks that a hidden post be shown again; not those who hid it decide, but the overseers."""
    post = POSTS.take(user, post_pk, "appeal")
    if blank(text):
        raise NotPossible(_("Please say in a sentence why the post should be shown."))
    change(post, State.APPEALED, appeal=text.strip()[:1000], appealed_at=clock.now())
    duties.open_duty(APPEAL, post, due=_soon(post), post=appeal_post(post.neighbourhood))
    return post


@transaction.atomic
def uphold(user: User, post_pk: int) -> Post:
    """Decide an appeal: the post stays hidden. This is final."""
    post = POSTS.take(user, post_pk, "uphold")
    change(post, State.REMOVED, upheld_at=clock.now())
    duties.close(APPEAL, post, by=user)
    told = {"post": post.sequence, "reason": post.hidden_reason}
    decided = signature(user, post.neighbourhood).name
    announce(UPHELD, post, by=decided, to=_author(post), data=told, who=decided)
    return post


def appeal_post(neighbourhood: Area) -> Office:
    """Who decides appeals: the oversight committee, the subdistrict where there is none."""
    return Office.OVERSIGHT if holders(Office.OVERSIGHT, neighbourhood) else Office.OFFICER


def appeal_to(neighbourhood: Area) -> str:
    """Who decides appeals, by name where somebody holds the post."""
    post = appeal_post(neighbourhood)
    names = [held.record_title for held in holders(post, neighbourhood)]
    return "、".join(names) or str(post.label)


def _soon(post: Post) -> Deadline:
    return add_working_days(clock.now(), rule("thread.acknowledge_working_days", post.neighbourhood))


def _author(post: Post) -> QuerySet[User]:
    return accounts_of(post.author_id)


def settle_flags(user: User, post: Post, decision: str) -> None:
    """Those who reported the post learn what came of it (a key of events.DECISIONS)."""
    open_flags = post.flags.filter(settled_at=None)
    people = list(open_flags.values_list("person", flat=True))
    open_flags.update(settled_at=clock.now())
    duties.close(FLAGS, post, by=user)
    if people:
        told = accounts_of(*people)
        announce(FLAG_SETTLED, post, to=told, decision=decision)
