"""Two volunteer teams: gardeners and a night patrol, from joining to hours and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.community.models import Dwelling, Method, Person, RelationStatus, Residency, User
from portal.community.selectors import person_of
from portal.deliberation.models import Topic
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import ADULT_ON, World
from portal.kit import clock
from portal.record.services import key
from portal.volunteers.models import Activity, ActivityKind, HourRecord, Shift, Team, TeamRole
from portal.volunteers.services import activities, attendance, certificates, disputes, hours, signing, teams
from portal.volunteers.services.attendance import IN, OUT, Mark
from portal.volunteers.services.volunteers import choose
from portal.volunteers.spans import Span
from portal.volunteers.states import HourState
from portal.voting.models import Channel

GARDENERS = "天馨花园绿化志愿服务队"
PATROL = "楼道平安巡逻队"
INSURED = "PICC-2026-310106-0417"
NIGHT = timedelta(hours=3)
MORNING = timedelta(hours=2)
GARDEN_DAYS, PATROL_DAYS = (124, 89, 54, 26), (17, 10, 3)
Times = list[tuple[Span, int]]


def stories(world: World, now: datetime) -> list[Story]:
    """Told side by side; the patrol begins a little after the gardeners."""
    return [_gardeners(world, now), _patrol(world, now), _visits(world, now)]


def _gardeners(world: World, now: datetime) -> Story:
    """Four mornings in the garden; then what is ahead, and a certificate."""
    yield ago(now, 140, 9)
    team = _team(world, GARDENERS, "养护中心花园和楼间绿化，欢迎不会种花的邻居。", "volunteer", "zhu")
    people = _join(world, team, world.neighbours[30:180:30], "chen", "tenant")
    without_phone = _without_phone(world, team)
    yield ago(now, 136, 9)
    garden = _post(
        world,
        team,
        "volunteer",
        [_time(now, days, 9, MORNING, 10) for days in GARDEN_DAYS],
        title="中心花园认养：除草、浇水、修枝",
        kind=ActivityKind.ENVIRONMENT,
        content="每次两小时，工具由居委会准备，老师傅带着做。",
        place="中心花园",
        beneficiary="全体居民",
        bring="帽子、水杯",
        risks="修枝剪锋利，请戴手套；不登高。",
        contact="吴医生",
    )
    for number, shift in enumerate(garden.shifts.order_by("starts_at")):
        came = people[: 6 - number % 3]
        yield from _held(world, shift, [*came, world["volunteer"]], ("volunteer", "zhu"), without_phone)
    yield ago(now, 12, 15)
    own = certificates.ask(world["volunteer"], world.neighbourhood, _first(now), clock.today())
    yield ago(now, 11, 10)
    certificates.issue(world["shen"], own.pk, contact="021-5678 0000")
    yield from _ahead(world, now, team, people)
    yield ago(now, 1, 11)
    certificates.ask(world["chen"], world.neighbourhood, _first(now), clock.today())


def _ahead(world: World, now: datetime, team: Team, people: list[User]) -> Story:
    """One that wants hands and carries out a topic, one that is full, one that waits for the committee."""
    yield ago(now, 6, 9)
    topic = Topic.objects.public().current().filter(neighbourhood=world.neighbourhood).order_by("pk").first()
    wanted = _post(
        world,
        team,
        "volunteer",
        [_time(now, -5, 9, MORNING, 12)],
        title="一起清一次楼道：旧纸箱、废自行车搬下来",
        kind=ActivityKind.ENVIRONMENT,
        content="按楼栋分组，从顶楼往下清；搬下来的东西当天由物业运走。",
        place="9 号楼门厅",
        risks="搬重物两人一组，注意腰部和台阶。",
        risky=True,
        insurance_number=INSURED,
        bring="手套",
        about=key(topic) if topic else "",
    )
    full = _post(
        world,
        team,
        "volunteer",
        [_time(now, -8, 14, MORNING, 3)],
        title="包饺子送给独居的邻居",
        kind=ActivityKind.NEIGHBOUR_HELP,
        content="一起包，包好由楼组长送上门。",
        place="居委会二楼活动室",
        beneficiary="有需要的邻居",
        risks="厨房地滑，热水由专人管。",
    )
    yield ago(now, 4, 20)
    for user in people[:3]:
        signing.sign_up(user, wanted.shifts.get().pk)
    for user in people[:5]:
        signing.sign_up(user, full.shifts.get().pk)
    yield ago(now, 1, 17)
    couplets = activities.draft(
        world["volunteer"],
        team.pk,
        {
            "title": "写春联、送春联",
            "kind": ActivityKind.CULTURE,
            "content": "请会写毛笔字的邻居来写，纸墨由居委会准备。",
            "place": "居委会二楼活动室",
            "risks": "人多时请错峰，墨汁小心衣物。",
        },
        [_time(now, -20, 9, MORNING, 15)],
    )
    activities.submit(world["volunteer"], couplets.pk)


def _patrol(world: World, now: datetime) -> Story:
    """Nights from 21:30 to 0:30: booked, booked and doubted, on public notice; more nights are ahead."""
    yield ago(now, 40, 19)
    team = _team(world, PATROL, "入夜查看楼道杂物、飞线充电和门禁。", "zhou", "zhu")
    people = _join(world, team, world.neighbours[45:195:45])
    yield ago(now, 34, 19)
    ahead = (-4, -11, -18)
    nights = _post(
        world,
        team,
        "zhou",
        [_time(now, days, 21, NIGHT, 6, minute=30) for days in (*PATROL_DAYS, *ahead)],
        title="夜间楼道平安巡逻",
        kind=ActivityKind.PATROL,
        content="两人一组，每组三幢楼，发现问题拍照报物业。",
        place="1 号楼门岗",
        risks="夜间行走注意台阶；不与人争执，遇险先离开再报警。",
        risky=True,
        insurance_number=INSURED,
        bring="手电、反光背心（门岗可借）",
        contact="周先生",
    )
    every = list(nights.shifts.order_by("starts_at"))
    first, second, last = every[: len(PATROL_DAYS)]
    yield from _held(world, first, [*people, world["zhou"]], ("zhou", "zhu"))
    yield from _held(world, second, [*people[:3], world["zhou"]], ("zhou", "zhu"), doubted=True)
    yield from _held(world, last, [*people[1:], world["zhou"]], ("zhou", "zhu"), booked=False)
    for user in people[:2]:
        signing.sign_up(user, every[len(PATROL_DAYS)].pk)


def _visits(world: World, now: datetime) -> Story:
    """Elder-care mutual aid, which the city credits: kept here, and never counted as service hours."""
    yield ago(now, 60, 9)
    team = Team.objects.get(name=GARDENERS)
    visits = _post(
        world,
        team,
        "volunteer",
        [_time(now, 45, 14, MORNING, 4)],
        title="上门陪伴：说说话、量血压",
        kind=ActivityKind.ELDER_HELP,
        content="两人一组上门，由吴医生带队；时长记入“沪助养老时光汇”，这里不重复计算。",
        place="居委会集合",
        risks="不代取现金、不代服药；有情况打 120。",
        mutual_aid=True,
    )
    members = team.memberships.active().filter(role=TeamRole.MEMBER, person__user__isnull=False)
    users = User.objects.filter(person__in=members.order_by("pk").values("person")).order_by("pk")
    yield from _held(world, visits.shifts.get(), list(users[:2]), ("volunteer", "zhu"))


def _team(world: World, name: str, about: str, leader: str, recorder: str) -> Team:
    team = teams.found(world["wang"], world.neighbourhood, name, about)
    teams.add_member(world["wang"], team.pk, person_of(world[leader]), TeamRole.LEADER)
    teams.add_member(world["wang"], team.pk, person_of(world[recorder]), TeamRole.RECORDER)
    choose(world[leader], f"31010600{team.pk:06d}", named=True)
    return team


def _join(world: World, team: Team, crowd: Sequence[User], *names: str) -> list[User]:
    """Neighbours join; every second of those who chose a name agrees to be thanked by it."""
    people = [*(world[name] for name in names), *crowd]
    for number, user in enumerate(people):
        teams.join(user, team.pk)
        if number % 2 == 0 and person_of(user).display_name:
            choose(user, "", named=True)
    return people


def _without_phone(world: World, team: Team) -> Person:
    """Somebody of building 9 without phone and account: the recorder enters and ticks her."""
    home = Dwelling.objects.filter(building=world.building(9)).order_by("pk")[0]
    person = Person.objects.create(real_name="秦阿妹", display_name="秦阿婆", adult_on=ADULT_ON)
    Residency.objects.create(
        person=person,
        dwelling=home,
        status=RelationStatus.VERIFIED,
        method=Method.COUNTER,
        since=clock.today(),
        verified_at=clock.now(),
    )
    teams.add_member(world["volunteer"], team.pk, person)
    return person


def _time(now: datetime, days: int, hour: int, length: timedelta, slots: int, minute: int = 0) -> Any:
    """A shift so many days before `now` (a minus: after it), with its places."""
    start = clock.at_time(clock.day_of(now - timedelta(days=days)), hour, minute)
    return Span(start, start + length), slots


def _post(world: World, team: Team, leader: str, times: Times, **values: Any) -> Activity:
    """The leader writes it, the committee posts it."""
    activity = activities.draft(world[leader], team.pk, values, times)
    activities.submit(world[leader], activity.pk)
    return activities.approve(world["shen"], activity.pk)


def _held(
    world: World,
    shift: Shift,
    people: list[User],
    keepers: tuple[str, str],
    without_phone: Person | None = None,
    *,
    booked: bool = True,
    doubted: bool = False,
) -> Story:
    """People sign up, come and go; the leader closes the list, the recorder verifies, the notice runs out."""
    leader, recorder = keepers
    yield shift.starts_at - timedelta(days=1, hours=14)
    for user in people:
        signing.sign_up(user, shift.pk)
    if without_phone:
        signing.sign_up_for(world[recorder], shift.pk, without_phone, Channel.PHONE, adult=True)
    yield shift.ends_at + timedelta(minutes=20)
    attendance.merge(world[recorder], shift.pk, _marks(shift))
    made = hours.close_list(world[leader], shift.pk)
    yield clock.at_time(clock.day_of(shift.ends_at + timedelta(hours=15)), 9, 30)
    hours.verify(world[recorder], [record.pk for record in made])
    hours.post_verified()
    if not booked:
        return
    notice = HourRecord.objects.get(pk=made[0].pk).notice
    yield (notice.ends_at if notice else clock.now()) + timedelta(minutes=1)
    hours.book_due()
    hours.settle_due()
    if doubted:
        yield clock.now() + timedelta(hours=10)
        _doubt(world, made[-1])


def _marks(shift: Shift) -> list[Mark]:
    """Everybody comes in time and stays to the end; the second one leaves half an hour early."""
    signups = list(shift.signups.accepted().order_by("pk"))
    come = [
        Mark(signup.pk, IN, shift.starts_at - timedelta(minutes=number))
        for number, signup in enumerate(signups)
    ]
    left = [
        Mark(signup.pk, OUT, shift.ends_at - timedelta(minutes=30 if number == 1 else 0))
        for number, signup in enumerate(signups)
    ]
    return come + left


def _doubt(world: World, record: HourRecord) -> None:
    record.refresh_from_db()
    if record.state == HourState.BOOKED:
        disputes.dispute(world["sun"], record.pk, "那天晚上十一点后我在门口没有看到这一组，请核对。")


def _first(now: datetime) -> Any:
    return clock.day_of(now - timedelta(days=180))
