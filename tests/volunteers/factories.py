"""Teams, activities, shifts, sign-ups and hours for tests. What is not named gets a plain default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from portal.community.models import Area, Person, Post, User
from portal.duties.services import post_notice
from portal.kit import clock
from portal.record.services import key
from portal.volunteers.models import (
    Activity,
    Attendance,
    HourRecord,
    How,
    Membership,
    Shift,
    Signup,
    Source,
    Team,
    TeamRole,
)
from portal.volunteers.states import HourState, SignupState
from tests.factories import make_neighbourhood, make_resident, make_user, number, person_of
from tests.worlds import kept

TWO_HOURS = timedelta(hours=2)


@dataclass
class Crew:
    """A neighbourhood with a team, its leader and recorder, a committee worker and the director."""

    here: Area
    team: Team
    leader: User
    recorder: User
    worker: User
    director: User

    @kept
    def member(self, name: str = "") -> User:
        """One more resident who is in the team."""
        user = make_resident(within=self.here, name=name)
        make_membership(self.team, person_of(user))
        return user


@kept
def make_membership(team: Team, person: Person, role: TeamRole = TeamRole.MEMBER) -> Membership:
    """A person in a team."""
    return Membership.objects.create(team=team, person=person, role=role)


@kept
def make_crew(here: Area | None = None) -> Crew:
    """A team and those who keep it."""
    here = here or make_neighbourhood()
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    director = make_user(post=Post.DIRECTOR, neighbourhood=here)
    leader, recorder = make_resident(within=here), make_resident(within=here)
    team = Team.objects.create(neighbourhood=here, name=f"志愿服务队{number()}", founded_by=worker)
    make_membership(team, person_of(leader), TeamRole.LEADER)
    make_membership(team, person_of(recorder), TeamRole.RECORDER)
    return Crew(here, team, leader, recorder, worker, director)


@kept
def make_activity(crew: Crew, **values: Any) -> Activity:
    """An activity that the committee has posted; `approved_at=None` for a draft."""
    defaults: dict[str, Any] = {
        "title": f"楼道清洁{number()}",
        "content": "清理楼道杂物",
        "place": "9号楼门厅",
        "risks": "搬运时注意腰部",
        "created_by": crew.leader,
        "approved_at": clock.now(),
        "approved_by": crew.worker,
    }
    return Activity.objects.create(team=crew.team, neighbourhood=crew.here, **{**defaults, **values})


@kept
def make_shift(
    activity: Activity,
    *,
    starts_at: datetime | None = None,
    length: timedelta = TWO_HOURS,
    slots: int = 10,
    **values: Any,
) -> Shift:
    """A shift, by default of two hours and three days ahead, on the full hour."""
    start = starts_at or (clock.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    return Shift.objects.create(
        activity=activity,
        starts_at=start,
        ends_at=start + length,
        slots=slots,
        secret=f"secret{number()}",
        **values,
    )


@kept
def make_signup(
    shift: Shift, person: Person, state: SignupState = SignupState.ACCEPTED, **values: Any
) -> Signup:
    """A sign-up as if it had been accepted; the shift's count follows."""
    if state is SignupState.ACCEPTED:
        Shift.objects.filter(pk=shift.pk).update(taken=shift.signups.accepted().count() + 1)
        shift.refresh_from_db()
    return Signup.objects.create(shift=shift, person=person, state=state, **values)


@kept
def make_attendance(
    signup: Signup, by: User, *, in_at: datetime | None = None, out_at: datetime | None = None
) -> Attendance:
    """Somebody came for the whole shift, ticked on the list."""
    return Attendance.objects.create(
        signup=signup,
        in_at=in_at or signup.shift.starts_at,
        in_how=How.LIST,
        in_by=by,
        out_at=out_at or signup.shift.ends_at,
        out_how=How.LIST,
        out_by=by,
    )


@kept
def make_record(
    crew: Crew,
    person: Person,
    *,
    shift: Shift | None = None,
    starts_at: datetime | None = None,
    minutes: int = 120,
    state: HourState = HourState.BOOKED,
    **values: Any,
) -> HourRecord:
    """An hour record in any state, on a new shift of its own unless one is given."""
    activity = shift.activity if shift else make_activity(crew)
    start = starts_at or (shift.starts_at if shift else clock.now() - timedelta(days=10))
    shift = shift or make_shift(activity, starts_at=start, length=timedelta(minutes=minutes))
    day = clock.day_of(start)
    if state in {HourState.ON_NOTICE, HourState.BOOKED, HourState.DISPUTED}:
        values.setdefault("notice", _notice(crew, shift))
    if state not in {HourState.CLAIMED, HourState.ENTERED}:
        values = {"recorder": person_of(crew.recorder), "verified_at": clock.now(), **values}
    if state is HourState.BOOKED:
        values.setdefault("booked_at", clock.now())
    return HourRecord.objects.create(
        person=person,
        team=crew.team,
        neighbourhood=crew.here,
        activity=activity,
        shift=shift,
        day=day,
        month=day.year * 100 + day.month,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        minutes=minutes,
        source=Source.ATTENDANCE,
        state=state,
        entered_by=person_of(crew.recorder),
        **values,
    )


def _notice(crew: Crew, shift: Shift) -> Any:
    notice = post_notice(
        key(shift),
        "hours",
        neighbourhood=crew.here,
        title="志愿服务时长公示",
        body="",
        url="/",
        ends_at=clock.now() + timedelta(days=3),
    )
    notice.url = reverse("volunteers:hours_notice", args=[notice.pk])
    notice.save(update_fields=["url"])
    return notice
