"""What whoever asked says of an official answer, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, notify
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, post_users, signature
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key as subject_key
from portal.threads import live
from portal.threads.events import AGAIN, CALLED_BACK, OUTCOME
from portal.threads.models import Post
from portal.threads.outcomes import CALLBACKS, LONGEST_WORDS, Channel, Outcome, Said
from portal.threads.permissions import POSTS
from portal.threads.services.answering import AGAIN as DUTY
from portal.threads.services.answering import publish, written
from portal.threads.services.transitions import change
from portal.threads.states import State


@transaction.atomic
def outcome(user: User, post_pk: int, *, said: str, words: str = "") -> Post:
    """Whoever asked says whether the answer solved it (a value of Said); changed once, what stood before stays.

    Where it solved nothing, the body sees to it again within the rule thread.again_working_days (domain: second
    handling after an unsatisfied callback). Raises NotPossible for a second change, and where the answer is that it
    cannot be done.
    """
    post = POSTS.take(user, post_pk, "outcome")
    stands = post.verdict
    if stands and stands.channel == Channel.ONLINE and stands.changed:
        raise NotPossible(_("You have changed it once already. What you said stays."))
    _note(post, said, words, Channel.ONLINE, post.author_name)
    return post


@transaction.atomic
def callback(user: User, post_pk: int, *, said: str, channel: str, words: str = "") -> Post:
    """The committee asked by phone or on paper and writes down what it heard; whoever asked is told, and can change it.

    Raises NotPossible where something was said already, and for whoever wrote the answer.
    """
    post = POSTS.take(user, post_pk, "callback")
    if post.verdict:
        raise NotPossible(_("Whoever asked has been heard about this answer already."))
    if channel not in CALLBACKS:
        raise NotPossible(_("Please choose how it was asked.")).at("channel")
    if post.answered_in and post.answered_in.author_id == person_of(user).pk:
        raise NotPossible(_("You wrote the answer. Please let a colleague call back."))
    signed = signature(user, post.neighbourhood).name
    _note(post, said, words, Channel(channel), signed)
    told = accounts_of(post.author_id)
    once = f"{subject_key(post)}:{post.answered_in_id}"
    notify(CALLED_BACK, post, told, once_per=once, said=said, who=signed)
    return post


@transaction.atomic
def answer_again(
    user: User,
    post_pk: int,
    *,
    body: str,
    photos: Iterable[UploadedFile[Any]] = (),
    because: str = "",
    key: UUID | None = None,
) -> Post:
    """Answer once more what the first answer has not solved; whoever asked says anew what became of it.

    The time that the first answer took stays as it was. Raises NotPossible where nobody said that it is not solved.
    """
    post = POSTS.take(user, post_pk, "answer_again")
    if not waits_again(post):
        raise NotPossible(_("Nobody waits for another answer to this."))
    given, before = written(user, post, body, key, photos=photos, because=because)
    live.send(post.thread, before, [given])
    change(post, State.ANSWERED, answered_in=given)
    duties.close(DUTY, post, by=user)
    publish(post, given)
    return given


def waits_again(post: Post) -> bool:
    """Whether its body owes a second handling."""
    return Duty.objects.active().about(subject_key(post)).filter(kind=DUTY).exists()


def _note(post: Post, said: str, words: str, channel: Channel, by_name: str) -> None:
    """The row, what the thread's readers and the body see of it, and the second handling."""
    if post.cannot_be_done:
        raise NotPossible(_("The answer is that it cannot be done, and counts as that."))
    if said not in Said.values:
        raise NotPossible(_("Please choose one of the three.")).at("said")
    now, stood = clock.now(), getattr(post, "outcome", None)
    row = stood or Outcome(question=post)
    if stood is not None:
        row.before, row.before_by_name, row.before_at = row.said, row.by_name, row.at
        row.changed = row.answer_id == post.answered_in_id
    row.answer, row.said, row.words = post.answered_in, Said(said), words.strip()[:LONGEST_WORDS]
    row.channel, row.by_name, row.at = channel, by_name[:80], now
    row.save()
    post.outcome = row
    change(post, State.ANSWERED)
    _announce(post, row)


def _announce(post: Post, row: Outcome) -> None:
    asked = post_users(post.asks, post.neighbourhood)
    data = {"post": post.sequence, "said": row.said, "channel": row.channel}
    announce(OUTCOME, post, by=row.by_name, to=asked, data=data, said=row.said, who=row.by_name)
    if row.said != Said.NOT:
        duties.drop(post, DUTY)
    elif not _answered_twice(post):
        owed = _owe_again(post)
        once = f"{subject_key(post)}:{post.answered_in_id}"
        notify(AGAIN, post, asked, once_per=once, who=row.by_name, due_at=owed.due_at.isoformat())


def owe_again_if_not_solved(post: Post) -> None:
    """A question is shown again whose answer had solved nothing: its second handling has all its time anew."""
    verdict = post.verdict
    if verdict and verdict.said == Said.NOT and not _answered_twice(post):
        _owe_again(post)


def _owe_again(post: Post) -> Duty:
    due = add_working_days(clock.now(), rule("thread.again_working_days", post.neighbourhood))
    return duties.open_duty(DUTY, post, due=due, post=post.asks)


def _answered_twice(post: Post) -> bool:
    """Whether the second handling was done: after it the words stand, and the thread is there for more."""
    return Duty.objects.about(subject_key(post)).filter(kind=DUTY, done_at__isnull=False).exists()
