"""Coordination meetings for tests, walked to a state by the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.community.models import Area, Post, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.meetings.coordination import services
from portal.meetings.coordination.services import Side
from portal.meetings.coordination.services.agreements import Promise
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Coordination, Mark, Origin, Part, Participant, Party
from portal.meetings.states.coordination import CoordinationState as C
from tests import factories
from tests.worlds import kept, stage

APPLIED_AT = clock.at_time(date(2026, 11, 16), 9)
SECRET = "漏水赔偿"
FACTS = "楼上卫生间渗水，墙面发霉"


@dataclass
class Case:
    """A neighbourhood with a dispute: two parties, the worker in charge, a colleague, and the moment reached."""

    here: Area
    worker: User
    colleague: User
    director: User
    one: User
    other: User
    now: datetime = APPLIED_AT
    meeting: Coordination = field(init=False)

    @property
    def pk(self) -> int:
        """The meeting's key."""
        return self.meeting.pk

    def fresh(self) -> Coordination:
        """The meeting as the database has it."""
        return Coordination.objects.get(pk=self.meeting.pk)

    def sides(self) -> list[Party]:
        """Its parties."""
        return list(self.meeting.parties.whole())


@stage
def make_case() -> Case:
    """People only; nothing is asked for yet."""
    with clock.at(APPLIED_AT):
        here = factories.make_neighbourhood()
        return Case(
            here=here,
            worker=factories.make_user(post=Post.WORKER, neighbourhood=here),
            colleague=factories.make_user(post=Post.WORKER, neighbourhood=here),
            director=factories.make_user(post=Post.DIRECTOR, neighbourhood=here),
            one=_known(here, "欧阳明镜", "镜湖先生"),
            other=_known(here, "司徒远山", "远山女士"),
        )


def _known(here: Area, real: str, shown: str) -> User:
    """A resident whose names are part of nobody else's."""
    user = factories.make_resident(within=here)
    person = person_of(user)
    person.real_name, person.display_name = real, shown
    person.save()
    return user


@kept
def make_coordination(state: C = C.APPLIED, *, here: Area | None = None, **fields: object) -> Coordination:
    """A bare meeting in a state, with two parties, without what the services would have left behind."""
    here = here or factories.make_neighbourhood()
    clerk = factories.make_person()
    count = Coordination.objects.count() + 1
    number = f"协调〔2025〕{count}号"
    given: dict[str, object] = {
        "neighbourhood": here,
        "area": here,
        "number": number,
        "title": number,
        "origin": Origin.COUNTER,
        "matter": SECRET,
        "facts": FACTS,
        "called_by": clerk,
        "in_charge": clerk,
        "chair": clerk,
        "state": state,
        "starts_at": clock.now(),
    }
    made = Coordination.objects.create(**{**given, **fields})
    for n in range(2):
        seat = Participant.objects.create(meeting=made, person=factories.make_person(), part=Part.PARTY)
        Party.objects.create(meeting=made, participant=seat, applies=n == 0)
    return made


def apply(case: Case) -> None:
    """The first party applies; the worker names the other."""
    case.meeting = services.apply(case.one, case.here.slug, matter=SECRET, facts=FACTS, others="楼上 602")
    services.add_party(case.worker, case.pk, side=Side(person_of(case.other)))


def accept(case: Case) -> None:
    """Taken up."""
    services.accept(case.worker, case.pk)


def consent(case: Case) -> None:
    """Both agree, online; their identity was seen."""
    for user in (case.one, case.other):
        services.answer(user, case.pk, consent="yes", wants_open=False, waives=False)
    services.see_identity(case.worker, case.pk, who=[side.pk for side in case.sides()], on=clock.today())


def notify(case: Case) -> None:
    """Eight days ahead."""
    services.notify(
        case.worker, case.pk, points="谁修\n赔多少", starts_at=clock.now() + timedelta(days=8), place="调解室"
    )


def begin(case: Case) -> None:
    """Both are here, at the hour."""
    services.begin(case.worker, case.pk, present=[side.participant_id for side in case.sides()])


def draft(case: Case) -> None:
    """The record is laid before them."""
    views = {seat.pk: minutes.View() for seat in case.meeting.participants.exclude(attended_at=None)}
    minutes.draft_minutes(case.worker, case.pk, text="笔录：各说各的", views=views)


def confirm(case: Case) -> None:
    """Both confirm, and it is closed."""
    for user in (case.one, case.other):
        minutes.mark_minutes(user, case.pk, mark=Mark.SIGNED)
    minutes.sign_minutes(case.worker, case.pk)


def agree(case: Case) -> None:
    """The other repairs within ten days."""
    due = clock.today() + timedelta(days=10)
    promise = Promise(case.sides()[1].pk, "重做防水", due)
    services.agree(case.worker, case.pk, text="和解：重做防水，互不追究", promises=[promise])


def seal(case: Case) -> None:
    """All sign."""
    for user in (case.one, case.other):
        services.sign(user, case.pk, text_hash=case.fresh().agreement_hash)
    services.seal(case.worker, case.pk)


def perform(case: Case) -> None:
    """Owed from now on."""
    services.perform(case.worker, case.pk)


def finish(case: Case) -> None:
    """Done and proved."""
    services.note_receipt(case.worker, case.pk, number=1, on=clock.today(), receipt="现场看过")
    services.finish(case.worker, case.pk)


Step = tuple[C, Callable[[Case], None], timedelta]
HOUR, WEEK = timedelta(hours=1), timedelta(days=9)
STRAIGHT: list[Step] = [
    (C.APPLIED, apply, timedelta()),
    (C.ACCEPTED, accept, HOUR),
    (C.CONSENTED, consent, HOUR),
    (C.NOTIFIED, notify, HOUR),
    (C.IN_SESSION, begin, WEEK),
    (C.MINUTES_DRAFT, draft, HOUR),
    (C.MINUTES_SIGNED, confirm, HOUR),
    (C.AGREED, agree, HOUR),
    (C.AGREEMENT_SIGNED, seal, HOUR),
    (C.PERFORMING, perform, HOUR),
    (C.PERFORMED, finish, WEEK),
]


def decline(case: Case) -> None:
    """Not the committee's."""
    services.decline(case.worker, case.pk, reason="不属于调解范围")


def refuse(case: Case) -> None:
    """The other refuses."""
    services.answer(case.other, case.pk, consent="no", wants_open=False, waives=False)


def not_agree(case: Case) -> None:
    """No agreement."""
    services.not_agree(case.worker, case.pk, text="金额谈不拢")


def breach(case: Case) -> None:
    """It is not done."""
    services.breach(case.worker, case.pk, reason="逾期未修")


def refer(case: Case) -> None:
    """The other routes are told."""
    marks = {case.sides()[0].pk: "signed", case.sides()[1].pk: "refused"}
    services.refer(case.worker, case.pk, on=clock.today(), marks=marks)


def stop(case: Case) -> None:
    """A party has enough."""
    services.stop(case.other, case.pk, reason="不谈了")


ASIDE: dict[C, tuple[C, Callable[[Case], None]]] = {
    C.DECLINED: (C.APPLIED, decline),
    C.REFUSED: (C.ACCEPTED, refuse),
    C.NOT_AGREED: (C.MINUTES_SIGNED, not_agree),
    C.BREACHED: (C.PERFORMING, breach),
    C.REFERRED: (C.NOT_AGREED, refer),
    C.STOPPED: (C.IN_SESSION, stop),
}


def case_at(state: C) -> Case:
    """A case brought to a state by the services; `case.now` is when it got there."""
    if state in ASIDE:
        before, last = ASIDE[state]
        return _then(before, state, last)
    place = [reached for reached, _step, _wait in STRAIGHT].index(state)
    return _straight(place + 1)


@stage
def _then(before: C, state: C, last: Callable[[Case], None]) -> Case:
    case = case_at(before)
    with clock.at(case.now + HOUR):
        last(case)
    assert case.fresh().state == state
    return case


@stage
def _straight(steps: int) -> Case:
    if not steps:
        return make_case()
    case = _straight(steps - 1)
    reached, step, wait = STRAIGHT[steps - 1]
    case.now += wait
    with clock.at(case.now):
        step(case)
    assert case.fresh().state == reached
    return case
