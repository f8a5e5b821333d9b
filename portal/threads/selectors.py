"""What waits for a body, and the texts it keeps for its answers."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Subquery

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
    return mine.select_related("thread", "handed", "more_time", "answered_in__refusal", "outcome")


def to_say(user: Visitor, answer: Post) -> list[Post]:
    """The reader's questions that an answer answers and of which the reader has not said what became of them."""
    if not answer.official or not user.is_authenticated or user.person_id is None:
        return []
    mine = answer.answered_too.filter(author=user.person_id, hidden_at=None).order_by("sequence")
    found = mine.select_related("outcome", "answered_in__refusal")
    return [question for question in found if question.verdict is None and not question.cannot_be_done]


def with_more(questions: PostQuerySet) -> PostQuerySet:
    """Of answered questions those whose asker wrote again, without a word of whoever answered since."""
    there = Post.objects.standing().filter(thread=OuterRef("thread"))
    wrote = there.filter(author=OuterRef("author"), sequence__gt=OuterRef("answered_in__sequence"))
    back = there.filter(author=OuterRef("answered_in__author"), sequence__gt=OuterRef("last"))
    last = wrote.order_by("-sequence").values("sequence")[:1]
    return (
        questions.filter(answered_at__isnull=False)
        .exclude(author=F("answered_in__author"))
        .annotate(last=Subquery(last))
        .filter(~Exists(back), last__isnull=False)
        .order_by("-last", "-pk")
    )
