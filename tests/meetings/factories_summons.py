"""Summonses for tests: walked to a state by their services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.community.models import Area, Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.models import Summons
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import links
from portal.meetings.summons.services import answering, calling, chasing, writing
from portal.meetings.summons.services.writing import Letter
from portal.record.services import key
from tests import factories
from tests.worlds import kept, stage

# Monday, 9:00 in Shanghai; wanted for the Thursday, 14:00.
WRITTEN_AT = clock.at_time(date(2026, 11, 16), 9)
WANTED_AT = clock.at_time(date(2026, 11, 19), 14)


@dataclass
class Call:
    """A neighbourhood with a summons, its people, and the moment at which it stands."""

    here: Area
    worker: User
    officer: User
    resident: User
    now: datetime = WRITTEN_AT
    summons: Summons = field(init=False)

    @property
    def pk(self) -> int:
        """The summons's key."""
        return self.summons.pk

    @property
    def token(self) -> str:
        """What stands in the newest link."""
        newest = self.summons.links.first()
        assert newest is not None
        return links.shown_again(newest)

    def fresh(self) -> Summons:
        """As the database has it."""
        return Summons.objects.get(pk=self.pk)


def letter(**changes: object) -> Letter:
    """A sound letter, with changes."""
    given: dict[str, object] = {
        "title": "北门积水",
        "matter": "一下雨就积水",
        "tried": "物业疏通过两次",
        "department": "区排水所",
        "wanted_at": WANTED_AT,
        "place": "北门",
        "email": "ps@example.org",
        "phone": "021-5550 0909",
    }
    return Letter(**{**given, **changes})  # type: ignore[arg-type]


@stage
def make_call() -> Call:
    """The people, and nothing written."""
    with clock.at(WRITTEN_AT):
        here = factories.make_neighbourhood()
        return Call(
            here,
            factories.make_user(post=Post.WORKER, neighbourhood=here),
            factories.make_user(post=Post.OFFICER, neighbourhood=here),
            factories.make_resident(within=here),
        )


@kept
def write(call: Call) -> None:
    """Write it."""
    call.summons = writing.write(call.worker, call.here.slug, letter())


def _accept(call: Call) -> None:
    answering.answer_by_link(call.token, answer="accept")
    call.now = WANTED_AT


def _chased(call: Call) -> None:
    for days in (3, 9):
        with clock.at(call.now + timedelta(days=days)):
            chasing.chase(call.pk)
    call.now += timedelta(days=9)


def _undertake(call: Call) -> None:
    due = clock.today() + timedelta(days=10)
    calling.undertake(call.worker, call.pk, text="换管子", due_on=due)


Step = tuple[S, Callable[[Call], object]]
WAY: list[Step] = [
    (S.DRAFTED, write),
    (S.SENT, lambda call: writing.send(call.worker, call.pk)),
    (S.ACCEPTED, _accept),
    (S.HELD, lambda call: calling.came(call.worker, call.pk, who=["吴工"])),
    (S.UNDERTAKEN, _undertake),
    (S.REPORTED, lambda call: answering.report_by_link(call.token, report="换好了")),
    (S.SOLVED, lambda call: calling.solved(call.worker, call.pk, conclusion="不积水了")),
]


def _later(call: Call) -> None:
    call.now += timedelta(days=15)
    with clock.at(call.now):
        chasing.end_judging(call.pk)


ASIDE: dict[S, list[Step]] = {
    S.RESCHEDULED: [
        *WAY[:2],
        (
            S.RESCHEDULED,
            lambda call: answering.answer_by_link(
                call.token, answer="propose", proposed_at=WANTED_AT + timedelta(days=4), words="人手紧"
            ),
        ),
    ],
    S.REFUSED: [
        *WAY[:2],
        (S.REFUSED, lambda call: answering.answer_by_link(call.token, answer="refuse", words="不归我管")),
    ],
    S.UNANSWERED: [*WAY[:2], (S.UNANSWERED, _chased)],
    S.ABSENT: [*WAY[:3], (S.ABSENT, lambda call: calling.stayed_away(call.worker, call.pk))],
    S.UNSOLVED: [
        *WAY[:6],
        (S.UNSOLVED, lambda call: calling.unsolved(call.worker, call.pk, conclusion="还是积水")),
    ],
    S.RATED: [*WAY, (S.RATED, _later)],
    S.CANCELLED: [
        *WAY[:2],
        (S.CANCELLED, lambda call: calling.cancel(call.worker, call.pk, reason="已解决")),
    ],
}


def summons_at(state: S) -> Call:
    """A summons brought to a state by the services; `now` is when it got there."""
    call = make_call()
    way = ASIDE.get(state) or WAY[: [reached for reached, _step in WAY].index(state) + 1]
    for reached, step in way:
        with clock.at(call.now):
            step(call)
        assert call.fresh().state == reached
    return call


def owed(call: Call) -> list[tuple[str, str]]:
    """The kinds of what is owed about it, with the post."""
    about = Duty.objects.active().about(key(call.summons))
    return list(about.order_by("kind").values_list("kind", "post"))
