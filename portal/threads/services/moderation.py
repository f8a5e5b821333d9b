"""Reporting and hiding posts for reasons of a fixed list, appealing, showing again. Nothing is deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Area, User
from portal.community.models import Post as Office
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import signature
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications import services as notifications
from portal.notifications.services import Kind
from portal.record.services import write
from portal.threads import live
from portal.threads.models import Flag, HideReason, Post
from portal.threads.news import FLAG_SETTLED, HIDDEN, RESTORED, UPHELD
from portal.threads.services.answering import DUTY, page, promise
from portal.threads.services.transitions import locked, revise, writer

FLAGS, APPEAL = "thread.flags", "thread.appeal"


@transaction.atomic
def flag(user: User, post_pk: int, *, reason: str) -> Flag:
    """Report a post to the committee, which owes a look at it; once a person. Hides nothing by itself."""
    post = locked(user, post_pk, "flag")
    raised, _new = Flag.objects.get_or_create(
        post=post, person=writer(user), defaults={"reason": HideReason(reason), "at": clock.now()}
    )
    if raised.settled_at is None:
        _owe(FLAGS, post, Office.WORKER)
    return raised


@transaction.atomic
def keep(user: User, post_pk: int) -> Post:
    """Decide that a reported post stays as it is, and tell those who reported it."""
    post = locked(user, post_pk, "keep")
    _settle(user, post, "kept")
    return post


@transaction.atomic
def hide(user: User, post_pk: int, reason: str) -> Post:
    """Put a placeholder with the reason in a post's place. Its words stay for the author and for an appeal.

    Raises NotPossible for a reason outside the list: nobody is hidden for disagreeing.
    """
    if reason not in HideReason.values:
        raise NotPossible(_("Please choose one of the reasons. Disagreeing is none."))
    post = locked(user, post_pk, "hide")
    post.hidden_at, post.hidden_reason, post.hidden_by = clock.now(), reason, writer(user)
    before = revise(post, "hidden_at", "hidden_reason", "hidden_by")
    duties.drop(post, DUTY)
    _settle(user, post, "hidden")
    _note(user, post, "thread.hidden")
    _tell_author(HIDDEN, post, reason=reason, appeal=appeal_to(post.thread.neighbourhood))
    live.tell(post.thread, before, [post])
    return post


@transaction.atomic
def restore(user: User, post_pk: int) -> Post:
    """Show a hidden post again as it was: by the committee itself, or deciding the author's appeal."""
    post = locked(user, post_pk, "restore")
    post.hidden_at, post.hidden_reason, post.hidden_by = None, "", None
    post.appeal, post.appealed_at = "", None
    if post.asks and not post.answered_at:
        # The promise was dropped when the post was hidden; its time begins anew.
        post.due_at = promise(post).due_at
    before = revise(post, "hidden_at", "hidden_reason", "hidden_by", "appeal", "appealed_at", "due_at")
    duties.close(APPEAL, post, by=user)
    _note(user, post, "thread.restored")
    _tell_author(RESTORED, post)
    live.tell(post.thread, before, [post])
    return post


@transaction.atomic
def appeal(user: User, post_pk: int, *, text: str) -> Post:
    """The author asks that a hidden post be shown again; not those who hid it decide, but the overseers."""
    post = locked(user, post_pk, "appeal")
    if not text.strip():
        raise NotPossible(_("Please say in a sentence why the post should be shown."))
    post.appeal, post.appealed_at = text.strip()[:1000], clock.now()
    before = revise(post, "appeal", "appealed_at")
    _owe(APPEAL, post, appeal_post(post.thread.neighbourhood))
    live.tell(post.thread, before, [post])
    return post


@transaction.atomic
def uphold(user: User, post_pk: int) -> Post:
    """Decide an appeal: the post stays hidden. This is final."""
    post = locked(user, post_pk, "uphold")
    post.upheld_at = clock.now()
    before = revise(post, "upheld_at")
    duties.close(APPEAL, post, by=user)
    _note(user, post, "thread.upheld")
    _tell_author(UPHELD, post, who=signature(user, post.thread.neighbourhood).name)
    live.tell(post.thread, before, [post])
    return post


def appeal_post(neighbourhood: Area) -> Office:
    """Who decides appeals: the oversight committee, the subdistrict where there is none."""
    return Office.OVERSIGHT if holders(Office.OVERSIGHT, neighbourhood) else Office.OFFICER


def appeal_to(neighbourhood: Area) -> str:
    """Who decides appeals, by name where somebody holds the post."""
    post = appeal_post(neighbourhood)
    names = [f"{held.title} {held.person.public_name}" for held in holders(post, neighbourhood)]
    return "、".join(names) or str(post.label)


def _owe(kind: str, post: Post, office: Office) -> None:
    days = rule("thread.acknowledge_working_days", post.thread.neighbourhood)
    duties.open_duty(
        kind,
        post,
        neighbourhood=post.thread.neighbourhood,
        title=post.thread.title,
        url=page(post),
        due=add_working_days(clock.now(), days),
        post=office,
    )


def _settle(user: User, post: Post, decision: str) -> None:
    """Those who reported the post learn what came of it."""
    open_flags = post.flags.filter(settled_at=None)
    people = list(open_flags.values_list("person", flat=True))
    open_flags.update(settled_at=clock.now())
    duties.close(FLAGS, post, by=user)
    if people:
        _tell(FLAG_SETTLED, post, people, decision=decision)


def _note(user: User, post: Post, action: str) -> None:
    write(
        post.thread.neighbourhood.slug,
        action,
        actor=signature(user, post.thread.neighbourhood).name,
        subject=post.thread.subject,
        title=post.thread.title,
        data={"post": post.sequence} | ({"reason": post.hidden_reason} if post.hidden_reason else {}),
    )


def _tell_author(kind: Kind, post: Post, **params: str) -> None:
    _tell(kind, post, [post.author_id], **params)


def _tell(kind: Kind, post: Post, people: list[int], **params: str) -> None:
    notifications.send(
        kind,
        User.objects.filter(person__in=people, is_active=True),
        neighbourhood=post.thread.neighbourhood,
        occasion=f"post:{post.pk}:{post.revision}",
        url=page(post),
        params={"title": post.thread.title, **params},
    )
