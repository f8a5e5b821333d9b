"""Not writing for a time: because of a hidden post, with an end, told at once, and one appeal decided by others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, signature
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.kit.wording import deadline
from portal.threads.events import MUTE_LIFTED, MUTE_UPHELD, MUTED
from portal.threads.models import Post, Thread
from portal.threads.moderating import LONGEST_APPEAL, Mute
from portal.threads.permissions import MUTES, POSTS
from portal.threads.services.moderation import appeal_post, appeal_to

APPEAL = "thread.mute_appeal"


@transaction.atomic
def mute(user: User, post_pk: int, *, days: int) -> Mute:
    """Let the author of a hidden post write nothing here for some days; told at once, with the end and the appeal.

    Raises NotPossible beyond the rule thread.mute_longest_days, for a second time because of one post, and while
    another stands.
    """
    post = POSTS.take(user, post_pk, "mute")
    if not 1 <= days <= rule("thread.mute_longest_days", post.neighbourhood):
        raise NotPossible(_("Please choose one of the times.")).at("days")
    if not may_begin(post):
        raise NotPossible(
            _("For this post it was done already, or its author is not writing at the moment anyway.")
        )
    now = clock.now()
    begun = Mute.objects.create(
        post=post,
        neighbourhood=post.neighbourhood,
        person=post.author,
        reason=post.hidden_reason,
        since=now,
        until=now + timedelta(days=days),
        by_name=signature(user, post.neighbourhood).name[:80],
    )
    told: dict[str, Any] = {
        "reason": begun.reason,
        "until_at": begun.until.isoformat(),
        "appeal": appeal_to(post.neighbourhood),
    }
    announce(MUTED, begun, by=user, to=accounts_of(post.author_id), once_per=f"mute:{begun.pk}", **told)
    return begun


def may_begin(post: Post) -> bool:
    """Whether this post can be the reason of one: none was begun for it, and none stands."""
    standing = Mute.objects.standing().filter(person=post.author_id, neighbourhood=post.neighbourhood)
    return not Mute.objects.filter(post=post).exists() and not standing.exists()


@transaction.atomic
def appeal_mute(user: User, pk: int, *, text: str) -> Mute:
    """Ask, once, that it end at once; not those who began it decide, but the overseers, who owe it soon."""
    mute = MUTES.take(user, pk, "appeal")
    if not mute.stands or mute.appealed_at:
        raise NotPossible(_("It is over, or an appeal was sent already."))
    if blank(text):
        raise NotPossible(_("Please say in a sentence why.")).at("text")
    mute.appeal, mute.appealed_at = text.strip()[:LONGEST_APPEAL], clock.now()
    mute.save(update_fields=["appeal", "appealed_at"])
    due = add_working_days(clock.now(), rule("thread.acknowledge_working_days", mute.neighbourhood))
    duties.open_duty(APPEAL, mute, due=due, post=appeal_post(mute.neighbourhood))
    return mute


@transaction.atomic
def lift(user: User, pk: int) -> Mute:
    """End it at once: by the committee itself, or deciding the appeal."""
    mute = MUTES.take(user, pk, "lift")
    waits = bool(mute.appealed_at) or mute.stands
    if mute.lifted_at or mute.upheld_at or not waits:
        raise NotPossible(_("It is over, or was decided already."))
    mute.lifted_at = clock.now()
    mute.save(update_fields=["lifted_at"])
    duties.close(APPEAL, mute, by=user)
    announce(MUTE_LIFTED, mute, by=user, to=accounts_of(mute.person_id), once_per=f"mute:{mute.pk}")
    return mute


@transaction.atomic
def uphold_mute(user: User, pk: int) -> Mute:
    """Decide the appeal: it lasts until its end. This is final."""
    mute = MUTES.take(user, pk, "uphold")
    if not mute.appealed_at or mute.upheld_at or mute.lifted_at:
        raise NotPossible(_("There is no appeal to decide."))
    mute.upheld_at = clock.now()
    mute.save(update_fields=["upheld_at"])
    duties.close(APPEAL, mute, by=user)
    told: dict[str, Any] = {
        "until_at": mute.until.isoformat(),
        "who": signature(user, mute.neighbourhood).name,
    }
    announce(MUTE_UPHELD, mute, by=user, to=accounts_of(mute.person_id), once_per=f"mute:{mute.pk}", **told)
    return mute


def require_heard(user: User, thread: Thread) -> None:
    """Refuse a post of whoever may not write now: NotPossible, with the end and where to appeal."""
    mine = Mute.objects.standing().filter(person=person_of(user), neighbourhood=thread.neighbourhood_id)
    standing = mine.order_by("-until").first()
    if standing is not None:
        words = _("You can write here again after %(when)s. The notice says why, and how to appeal.")
        raise NotPossible(words % {"when": deadline(standing.until)})
