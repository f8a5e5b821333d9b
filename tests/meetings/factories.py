"""Hearings for tests: bare rows in any state, and hearings walked there through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portal.community.models import Area, Person, Post, User
from portal.deliberation.models import Category, Topic
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Hearing, ItemKind, Mark, Participant, Stance, Verdict
from portal.meetings.services import hearings, opinions, registrations, sessions
from portal.meetings.states.hearing import HearingState as H
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.worlds import kept, stage

# Monday, 9:00 in Shanghai. The hearing is announced for the Thursday of the next week, 14:00.
PLANNED_AT = clock.at_time(date(2026, 11, 16), 9)
HELD_AT = clock.at_time(date(2026, 11, 26), 14)


@kept
def make_topic(here: Area, *, state: State = State.DISCUSSING, title: str = "开通小门") -> Topic:
    """A topic that was sent, in any state."""
    return Topic.objects.create(
        neighbourhood=here,
        area=here,
        number=f"2026-{factories.number():03d}",
        category=Category.TRAFFIC,
        title=title,
        place="红林路",
        problem="要绕行 900 米",
        affected="全体居民",
        wish="开门",
        proposer=factories.make_person(),
        signed="陈阿姨",
        state=state,
        reason="不属于本居民区" if state in {State.REJECTED, State.RETURNED} else "",
        submitted_at=clock.now(),
    )


@dataclass
class Scene:
    """A neighbourhood with a hearing, the people around it, and the moment at which it stands."""

    here: Area
    director: User
    worker: User
    delegates: list[User]
    topic: Topic
    now: datetime = PLANNED_AT
    hearing: Hearing = field(init=False)

    @property
    def pk(self) -> int:
        """The hearing's key."""
        return self.hearing.pk

    def fresh(self) -> Hearing:
        """The hearing as the database has it."""
        return Hearing.objects.get(pk=self.hearing.pk)

    def member(self, user: User) -> Participant:
        """A delegate's seat on the panel."""
        return self.hearing.participants.get(person=user.person)


@stage
def make_scene(*, delegates: int = 3) -> Scene:
    """A neighbourhood with its committee, delegates to be, and a topic under discussion; no hearing yet."""
    with clock.at(PLANNED_AT):
        here = factories.make_neighbourhood()
        return Scene(
            here=here,
            director=factories.make_user(post=Post.DIRECTOR, neighbourhood=here),
            worker=factories.make_user(post=Post.WORKER, neighbourhood=here),
            delegates=[factories.make_resident(within=here) for _ in range(delegates)],
            topic=make_topic(here),
        )


@kept
def make_hearing(
    state: H = H.PLANNED, *, topic: Topic | None = None, here: Area | None = None, **fields: object
) -> Hearing:
    """A bare hearing in a state, without what the services would have left behind."""
    if topic is None:
        topic = make_topic(here or factories.make_neighbourhood(), state=State.IN_FORUM)
    chair = factories.make_person()
    given: dict[str, object] = {
        "neighbourhood": topic.neighbourhood,
        "area": topic.area,
        "subject": key(topic),
        "subject_number": topic.number,
        "subject_title": topic.title,
        "title": "小门听证会",
        "called_by": chair,
        "chair": chair,
        "plan_owner": "物业公司",
        "quorum": [2, 3],
        "state": state,
    }
    return Hearing.objects.create(**{**given, **fields})


def hearing_at(state: H, *, delegates: int = 3) -> Scene:
    """A scene whose hearing was brought to a state by the services; `scene.now` is when it got there."""
    return _hearing_after(len(_way_to(state)), state, delegates)


@stage
def _hearing_after(steps: int, state: H, delegates: int) -> Scene:
    """The first steps of the way to a state."""
    if not steps:
        return make_scene(delegates=delegates)
    reached, step = _way_to(state)[steps - 1]
    scene = _hearing_after(steps - 1, _way_to(state)[steps - 2][0] if steps > 1 else H.PLANNED, delegates)
    with clock.at(scene.now):
        step(scene)
    assert scene.fresh().state == reached
    return scene


def _way_to(state: H) -> list[Step]:
    return WAY.get(state) or STRAIGHT[: _place(state) + 1]


@kept
def plan(scene: Scene) -> None:
    """Plan the hearing, chaired by the director, to be answered by the director's post."""
    scene.hearing = hearings.plan_hearing(
        scene.worker,
        key(scene.topic),
        title="小门听证会",
        plan_owner="物业 李经理",
        chair=person(scene.director),
        decision_maker=Post.DIRECTOR,
    )


@kept
def set_panel(scene: Scene) -> None:
    """Owners and tenants by turns."""
    groups = ["业主", "租户"]
    members = [(person(user).pk, groups[n % 2]) for n, user in enumerate(scene.delegates)]
    hearings.set_panel(scene.worker, scene.pk, members=members, groups=groups)


@kept
def announce(scene: Scene, **changes: object) -> None:
    """Announce it for HELD_AT."""
    hearings.announce(scene.worker, scene.pk, invitation(**changes))


def invitation(**changes: Any) -> hearings.Invitation:
    """A sound invitation, with changes."""
    given: dict[str, Any] = {
        "place": "二楼茶室",
        "starts_at": HELD_AT,
        "agenda": "一、介绍\n二、发言",
        "seats": 5,
    }
    return hearings.Invitation(**{**given, **changes})


@kept
def attend(scene: Scene, count: int | None = None) -> None:
    """Note the first `count` delegates (default: all) as present, on the day."""
    panel = list(scene.hearing.participants.all())[:count]
    sessions.take_attendance(
        scene.worker,
        scene.pk,
        present=[member.pk for member in panel],
    )


@kept
def draft(scene: Scene) -> None:
    """Minutes in which the first delegate is for, the second for with conditions, the others against."""
    stances = [Stance.FOR, Stance.CONDITIONAL]
    came = scene.hearing.participants.exclude(attended_at=None)
    views = {
        member.pk: minutes.View(stances[n] if n < 2 else Stance.AGAINST, f"发言 {n}")
        for n, member in enumerate(came)
    }
    minutes.draft_minutes(scene.worker, scene.pk, text="笔录正文", views=views)


@kept
def mark_all(scene: Scene) -> None:
    """Every delegate who came confirms online."""
    came = scene.hearing.participants.exclude(attended_at=None).order_by("pk").values("person")
    for user in User.objects.filter(person__in=came):
        minutes.mark_minutes(user, scene.pk, mark=Mark.SIGNED)


ITEMS = [(ItemKind.FOR, "少走路"), (ItemKind.CONDITION, "夜里关门"), (ItemKind.MINORITY, "担心安全")]
ANSWERS = {1: (Verdict.ADOPTED, ""), 2: (Verdict.PARTLY, "22:30 关"), 3: (Verdict.NOT, "装门禁已够")}


@kept
def issue(scene: Scene) -> None:
    """An opinion of three items."""
    opinions.issue_opinion(scene.worker, scene.pk, text="多数赞成", items=ITEMS)


@kept
def answer(scene: Scene) -> None:
    """One adopted, one in part, one not."""
    opinions.answer(scene.director, scene.pk, answers=ANSWERS)


def person(user: User) -> Person:
    """The person behind an account."""
    return factories.person_of(user)


def _confirm(scene: Scene) -> None:
    hearings.confirm_list(scene.worker, scene.pk)
    scene.now = HELD_AT


def _begin(scene: Scene) -> None:
    attend(scene)
    sessions.begin(scene.worker, scene.pk)


def _sign(scene: Scene) -> None:
    mark_all(scene)
    minutes.sign_minutes(scene.worker, scene.pk)


def _adjourn(scene: Scene) -> None:
    later = scene.now + timedelta(days=14)
    sessions.adjourn(scene.worker, scene.pk, reason="先试开一个月", resumes_at=later)


Step = tuple[H, Callable[[Scene], object]]
STRAIGHT: list[Step] = [
    (H.PLANNED, plan),
    (H.PANEL_SET, set_panel),
    (H.ANNOUNCED, announce),
    (H.REGISTRATION, lambda scene: hearings.open_registration(scene.worker, scene.pk)),
    (H.CONFIRMED, _confirm),
    (H.IN_SESSION, _begin),
    (H.MINUTES_DRAFT, draft),
    (H.MINUTES_SIGNED, _sign),
    (H.OPINION_ISSUED, issue),
    (H.ANSWER_DUE, lambda scene: opinions.send_opinion(scene.worker, scene.pk)),
    (H.ANSWERED, answer),
    (H.PUBLISHED, lambda scene: opinions.publish(scene.worker, scene.pk)),
]
# States beside the straight way.
WAY: dict[H, list[Step]] = {
    H.ADJOURNED: [*STRAIGHT[:6], (H.ADJOURNED, _adjourn)],
    H.POSTPONED: [
        *STRAIGHT[:4],
        (H.POSTPONED, lambda scene: hearings.postpone(scene.worker, scene.pk, reason="台风")),
    ],
    H.CANCELLED: [
        *STRAIGHT[:4],
        (H.CANCELLED, lambda scene: hearings.cancel(scene.worker, scene.pk, reason="方案撤回")),
    ],
}


@kept
def register(scene: Scene, user: User) -> int:
    """Take a seat; its number."""
    return registrations.register(user, scene.pk).seat


def _place(state: H) -> int:
    return [reached for reached, _step in STRAIGHT].index(state)


def standing(scene: Scene) -> list[Duty]:
    """What is owed about the hearing, without what single delegates owe."""
    return list(Duty.objects.active().about(key(scene.hearing)).filter(person=None))


def actions(scene: Scene) -> list[str]:
    """The hearing's entries in the record, oldest first."""
    return list(
        Entry.objects.filter(subject=key(scene.hearing)).order_by("sequence").values_list("action", flat=True)
    )


def told(user: User) -> list[str]:
    """The kinds of news an account got, oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))
