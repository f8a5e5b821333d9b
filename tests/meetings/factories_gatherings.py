"""Gatherings for tests: walked to a state by their services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.community.models import Area, Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.gatherings.services import calling, holding
from portal.meetings.gatherings.services.calling import Plan
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Form, Gathering, Mark
from portal.meetings.states.gathering import GatheringState as G
from portal.record.services import key
from tests import factories
from tests.worlds import kept, stage

# Monday, 9:00 in Shanghai; it is held on the Friday of the next week, 14:00.
PLANNED_AT = clock.at_time(date(2026, 11, 16), 9)
HELD_AT = clock.at_time(date(2026, 11, 27), 14)


@dataclass
class Round:
    """A neighbourhood with a gathering of one form, those who hold posts there, and the moment at which it stands."""

    here: Area
    director: User
    worker: User
    property: User
    delegates: list[User]
    head: User
    form: Form
    now: datetime = PLANNED_AT
    gathering: Gathering = field(init=False)

    @property
    def pk(self) -> int:
        """The gathering's key."""
        return self.gathering.pk

    def fresh(self) -> Gathering:
        """As the database has it."""
        return Gathering.objects.get(pk=self.pk)


@stage
def make_round(form: Form = Form.JOINT) -> Round:
    """The people, and nothing planned."""
    with clock.at(PLANNED_AT):
        here = factories.make_neighbourhood()
        post = lambda name: factories.make_user(post=name, neighbourhood=here)  # noqa: E731
        return Round(
            here,
            post(Post.DIRECTOR),
            post(Post.WORKER),
            post(Post.PROPERTY),
            [post(Post.DELEGATE) for _ in range(3)],
            post(Post.BUILDING_HEAD),
            form,
        )


@kept
def plan(world: Round, **changes: object) -> None:
    """Plan it; an assembly of ten households."""
    given: dict[str, object] = {
        "form": world.form,
        "title": "十一月会议",
        "chair": factories.person_of(world.director),
    }
    if world.form == Form.ASSEMBLY:
        given |= {"counted": "households", "body_size": 10}
    world.gathering = calling.plan(world.worker, world.here.slug, Plan(**{**given, **changes}))  # type: ignore[arg-type]


@kept
def announce(world: Round) -> None:
    """A point on the agenda, and day and place."""
    calling.add_point(world.worker, world.pk, title="楼道堆物")
    calling.announce(world.worker, world.pk, starts_at=HELD_AT, place="茶室")
    world.now = HELD_AT


@kept
def attend(world: Round, count: int | None = None, *, came: int | None = None) -> None:
    """The first `count` of those invited (default: all) are here; of an assembly, `came` of ten (default 6)."""
    seats = list(world.gathering.participants.values_list("pk", flat=True))[:count]
    door = (6 if came is None else came) if world.form == Form.ASSEMBLY else None
    holding.take_attendance(world.worker, world.pk, present=seats, came=door)


@kept
def draft(world: Round) -> None:
    """Minutes of those who came."""
    views = {seat.pk: minutes.View() for seat in minutes.came(world.gathering)}
    minutes.draft_minutes(world.worker, world.pk, text="记录", views=views)


@kept
def sign(world: Round) -> None:
    """All confirm, and the minutes are closed."""
    for seat in minutes.came(world.gathering).select_related("person__user"):
        if seat.person is not None:
            minutes.mark_minutes(seat.person.user, world.pk, mark=Mark.SIGNED)
    minutes.sign_minutes(world.worker, world.pk)


def _begin(world: Round) -> None:
    attend(world)
    holding.begin(world.worker, world.pk)


def _too_few(world: Round) -> None:
    attend(world, 0, came=1)
    holding.too_few(world.worker, world.pk)


WAY: list[tuple[G, Callable[[Round], object]]] = [
    (G.PLANNED, plan),
    (G.ANNOUNCED, announce),
    (G.IN_SESSION, _begin),
    (G.MINUTES_DRAFT, draft),
    (G.MINUTES_SIGNED, sign),
    (G.PUBLISHED, lambda world: holding.publish(world.worker, world.pk)),
]
ASIDE: dict[G, list[tuple[G, Callable[[Round], object]]]] = {
    G.NO_QUORUM: [*WAY[:2], (G.NO_QUORUM, _too_few)],
    G.POSTPONED: [
        *WAY[:2],
        (G.POSTPONED, lambda world: calling.postpone(world.worker, world.pk, reason="台风")),
    ],
    G.CANCELLED: [
        *WAY[:2],
        (G.CANCELLED, lambda world: calling.cancel(world.worker, world.pk, reason="改期")),
    ],
}


def gathering_at(state: G, form: Form = Form.JOINT) -> Round:
    """A gathering brought to a state by the services; `now` is when it got there."""
    world = make_round(form)
    way = ASIDE.get(state) or WAY[: [reached for reached, _step in WAY].index(state) + 1]
    for reached, step in way:
        # Put off and cancelled before its day.
        if reached in {G.POSTPONED, G.CANCELLED}:
            world.now = PLANNED_AT + timedelta(hours=1)
        with clock.at(world.now):
            step(world)
        assert world.fresh().state == reached
    return world


def owed(world: Round) -> list[str]:
    """The kinds of what posts owe about it."""
    about = Duty.objects.active().about(key(world.gathering)).filter(person=None)
    return list(about.order_by("kind").values_list("kind", flat=True))
