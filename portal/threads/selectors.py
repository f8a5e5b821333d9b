"""What waits for a body, and the texts it keeps for its answers."""

from __future__ import annotations

from portal.community.models import Area, Visitor
from portal.threads.models import AnswerText, AnswerTextQuerySet, Post, PostQuerySet, Thread
from portal.threads.permissions import answers_for

# So many questions of a discussion are offered at once; the others follow when these are answered.
MOST_WAITING = 10


def waiting_in(user: Visitor, thread: Thread) -> list[Post]:
    """The questions of a discussion that this reader owes an answer; asks nothing for whoever answers nobody."""
    own = answers_for(user, thread.neighbourhood)
    return list(Post.objects.waiting().filter(thread=thread, asks__in=own)[:MOST_WAITING]) if own else []


def texts_of(user: Visitor, here: Area) -> AnswerTextQuerySet:
    """The texts that the reader's bodies keep, put away or not."""
    return AnswerText.objects.filter(neighbourhood=here, body__in=answers_for(user, here))


def kept_text(user: Visitor, here: Area, number: object) -> AnswerText | None:
    """One of them in use, by the number that stands in an address; None for anything else."""
    if not isinstance(number, str) or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return texts_of(user, here).in_use().filter(pk=number).first()


def questions_to(user: Visitor, here: Area) -> PostQuerySet:
    """The questions put to the reader's bodies in a neighbourhood, those they handed on among them."""
    own = answers_for(user, here)
    asked = Post.objects.standing().filter(thread__neighbourhood=here).exclude(asks="")
    mine = asked.filter(asks__in=own) | asked.filter(handed__first__in=own)
    return mine.select_related("thread", "handed", "more_time", "answered_in")
