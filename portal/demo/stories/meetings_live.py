"""The hearing on the side gate as it ran: agenda, turns from the hall and by phone, a quick question, a question."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import User
from portal.demo.engine import Story
from portal.demo.world import World
from portal.meetings.live.services import pulses, questions, running, turns
from portal.meetings.models import Hearing
from portal.meetings.states.live import Queue

AGENDA = [
    ("介绍方案", 15, "物业 李经理"),
    ("提问", 20, ""),
    ("逐一发言", 50, ""),
    ("业委会回应", 15, "孙主任"),
    ("宣读会议记录", 10, ""),
]
OPTIONS = ["同意", "看情况", "不同意"]


def in_the_hall(world: World, hearing: Hearing, held: datetime) -> Story:
    """From its opening for an hour and a half; what still runs is ended by the end of the session."""
    wang, phones = world["wang"], _phones(hearing)
    running.set_agenda(wang, hearing.pk, items=AGENDA)
    first, asking, speaking, *_rest = hearing.agenda_items.all()
    running.begin_item(wang, hearing.pk, item=first.pk)
    yield held + timedelta(minutes=14)
    running.begin_item(wang, hearing.pk, item=asking.pk)
    asked = questions.ask_question(phones[0], hearing.pk, text="门禁卡谁来付钱？")
    yield held + timedelta(minutes=18)
    questions.answer_question(
        wang, hearing.pk, question=asked.pk, answer="每户两张由开发商付，另配的自付工本费。"
    )
    yield held + timedelta(minutes=30)
    running.begin_item(wang, hearing.pk, item=speaking.pk)
    yield from _speak(wang, phones[:4], hearing, held + timedelta(minutes=31))
    pulse = pulses.open_pulse(wang, hearing.pk, question="晚上22:30关门，您同意吗？", options=OPTIONS)
    for number, user in enumerate(phones):
        pulses.answer_pulse(user, hearing.pk, pulse=pulse.pk, option=(0, 0, 1, 0, 2)[number % 5])
    yield held + timedelta(minutes=52)
    pulses.close_pulse(wang, hearing.pk)


def _speak(wang: User, phones: list[User], hearing: Hearing, begin: datetime) -> Story:
    """The first asks in the hall, the others by phone; the second speaks too long."""
    turns.set_queue(wang, hearing.pk, queue=Queue.OPEN)
    turns.enter_turn(wang, hearing.pk, participant=hearing.participants.get(person=phones[0].person).pk)
    for user in phones[1:]:
        turns.ask_turn(user, hearing.pk)
    for seconds in (150, 390, 540, 700):
        turns.call_next(wang, hearing.pk)
        yield begin + timedelta(seconds=seconds)
    turns.end_turn(wang, hearing.pk)


def _phones(hearing: Hearing) -> list[User]:
    people = hearing.participants.exclude(attended_at=None).values("person")
    return list(User.objects.filter(person__in=people).select_related("person").order_by("pk"))
