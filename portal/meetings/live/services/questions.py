"""Questions to whoever presents the plan. Each is owed an answer, in the hall or in writing afterwards."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import calendar
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.live.events import ANSWERED
from portal.meetings.live.floor import note
from portal.meetings.live.permissions import FLOORS
from portal.meetings.models import HallQuestion

ANSWER_DUTY = "live.answer"


@transaction.atomic
def ask_question(user: User, pk: int, *, text: str) -> HallQuestion:
    """Ask whoever presents the plan; the committee owes it that an answer comes."""
    floor = FLOORS.take(user, pk, "ask_question")
    asked = HallQuestion.objects.create(
        meeting_id=pk, person=person_of(user), text=text, round=floor.meeting.round
    )
    due = calendar.add_working_days(clock.now(), rule("live.answer_working_days", floor.neighbourhood))
    duties.open_duty(ANSWER_DUTY, asked, due=due, post=Post.WORKER)
    note(floor, "question", who=asked.person.public_name, text=text)
    return asked


@transaction.atomic
def answer_question(user: User, pk: int, *, question: int, answer: str) -> HallQuestion:
    """Write down what was answered; whoever asked is told. Possible after the session too: it was promised."""
    floor = FLOORS.take(user, pk, "answer_question")
    asked = floor.meeting.questions.filter(pk=question).first()
    if asked is None or asked.answered_at:
        raise NotPossible(_("This question has its answer already."))
    asked.answer, asked.answered_at, asked.answered_by = answer, clock.now(), person_of(user)
    asked.save(update_fields=["answer", "answered_at", "answered_by"])
    duties.close(ANSWER_DUTY, asked, by=user)
    announce(ANSWERED, asked, by=user, to=accounts_of(asked.person_id), answer=answer)
    note(floor, "answered", text=asked.text, answer=answer)
    return asked
