"""A question counts as answered as long as a visible official answer stands: what hiding one, and showing it, does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from portal.actions.events import announce
from portal.community.models import User
from portal.community.selectors import accounts_of, post_users
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.threads.events import ANSWER_BACK, REOPENED
from portal.threads.models import Post
from portal.threads.outcomes import Reopening
from portal.threads.services.answering import AGAIN, DUTY, keep_promise, owe_answer
from portal.threads.services.transitions import change, touch
from portal.threads.states import State


def reopen_questions(answer: Post) -> None:
    """An official answer was hidden: what it answered is owed again, by whom and until when it was.

    Where that day is over, one more working day is given (duties.open_duty). The asker and the body are told.
    """
    for question in _same_thread(answer, answer.answered_too.order_by("sequence")):
        since = question.answered_at or answer.at
        Reopening.objects.create(question=question, answer=answer, answered_at=since, at=clock.now())
        duties.drop(question, AGAIN)
        _reopen(question)


def settle_again(user: User, answer: Post) -> None:
    """An official answer is shown again: what it had answered is answered, unless another did so meanwhile."""
    taken = Reopening.objects.filter(answer=answer, back_at=None).select_related("question")
    for reopening in taken:
        question = next(iter(_same_thread(answer, [reopening.question])))
        if question.answered_at is None:
            _bring(question, State.ANSWERED, answered_at=reopening.answered_at, answered_in=answer)
            keep_promise(user, question, answer)
            told = accounts_of(question.author_id)
            announce(ANSWER_BACK, question, by=user, to=told, data={"post": question.sequence})
    taken.update(back_at=clock.now())


def _reopen(question: Post) -> None:
    to = State.ACKNOWLEDGED if question.acknowledged_at else State.ASKED
    if question.hidden_at or question.due_at is None:
        # It has its time when it is shown again.
        _bring(question, to, answered_at=None, answered_in=None)
        return
    due = owe_answer(question, _promised(question, question.due_at)).due_at
    _bring(question, to, answered_at=None, answered_in=None, due_at=due)
    told = chain(accounts_of(question.author_id), post_users(question.asks, question.neighbourhood))
    announce(REOPENED, question, to=set(told), data={"post": question.sequence}, due_at=due.isoformat())


def _promised(question: Post, due_at: datetime) -> Deadline:
    """The day that was promised, as it was counted then."""
    owed = Duty.objects.about(key(question)).filter(kind=DUTY, due_at=due_at).order_by("-opened_at").first()
    return owed.deadline if owed else Deadline(due_at)


def _bring(question: Post, to: State, **columns: Any) -> None:
    """To its new state; one that is hidden itself stays so, and keeps what it is to be shown with."""
    if question.hidden_at:
        touch(question, **columns)
    else:
        change(question, to, **columns)


def _same_thread(answer: Post, questions: Iterable[Post]) -> Iterable[Post]:
    """One thread counts for all of them: its number is taken from one row."""
    for question in questions:
        question.thread = answer.thread
        yield question
