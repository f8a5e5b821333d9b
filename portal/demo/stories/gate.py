"""The side gate towards the metro: from a resident's wish to an owners' vote that is open now."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import Post, User
from portal.community.selectors import person_of
from portal.deliberation.models import Category, Matter, Topic
from portal.deliberation.services import forum
from portal.demo.engine import Story
from portal.demo.stories import steps
from portal.demo.stories.meetings_live import in_the_hall
from portal.demo.stories.steps import ago, answer, call_vote, cast, say
from portal.demo.world import OFFICE, World
from portal.kit import clock
from portal.meetings.minutes import deciding
from portal.meetings.minutes import services as minutes
from portal.meetings.models import ItemKind, Mark, Stance, Verdict
from portal.meetings.services import hearings, opinions, registrations, sessions
from portal.record.services import key

TITLE = "开通红林路小门，方便步行去地铁站"
GROUPS = ("上班族", "老年居民", "临门楼栋", "租户", "物业")
OPINION = (
    (ItemKind.CONDITION, "22:30 至次日 6:00 关闭，关闭时间写入门口告示。"),
    (ItemKind.CONDITION, "刷卡出入，门卡每户免费两张，老人卡遗失补办不收费。"),
    (ItemKind.CONDITION, "门和监控由开发商出资，不动用维修资金。"),
    (ItemKind.CONDITION, "开通三个月后由居委会组织评议，不合适就改。"),
    (ItemKind.FOR, "去地铁站少走 640 米，上班族和去菜场的老人都方便。"),
    (ItemKind.AGAINST, "多一扇门多一道隐患，临门的 6 号楼担心夜里吵。"),
    (ItemKind.MINORITY, "建议先试开一个月再定。"),
)


def story(world: World, now: datetime) -> Story:
    """Played over eleven weeks; ends with the vote open and two days to go. Chen has not voted yet."""
    sent = ago(now, 76, 19, 40)
    yield sent
    topic = _propose(world)
    yield from steps.until_discussion(world, topic, sent, matter=Matter.OWNERS_ORDINARY, start=3)
    yield from _discussion(world, topic)
    yield from _hearing(world, topic, now)
    yield from _vote(world, topic, now)


def _propose(world: World) -> Topic:
    return steps.raise_topic(
        world,
        "zhou",
        title=TITLE,
        category=Category.TRAFFIC,
        place="小区西侧围墙，红林路 6 号楼旁",
        problem="从正门到地铁站要绕行 900 米，开通红林路小门只要 260 米。"
        "下雨天老人去对面菜场尤其不便，也有邻居翻绿化带抄近路，不安全。",
        affected="全小区；每天步行上班的约 312 户，常去对面菜场的老人约 96 位",
        wish="在红林路一侧开一扇人行小门。门的样式、开关时间、门禁卡怎么办、钱从哪里来，请大家一起议。",
        cost=4_800_000,
    )


def _discussion(world: World, topic: Topic) -> Story:
    start = clock.now()
    yield start + timedelta(hours=3)
    asked = say(world, topic, "zhou", "请物业说说：小门怎么管，谁出钱？", asks=Post.PROPERTY)
    yield start + timedelta(hours=5)
    say(world, topic, "chen", "开门我赞成，晚上十点以后要关，不然睡不踏实。")
    yield start + timedelta(hours=6)
    answer(
        world,
        asked,
        "li",
        "小门装刷卡门禁和补光探头，6:00 开、22:30 关；门卡每户免费两张。施工由开发商出资，不动用维修资金。",
    )
    yield start + timedelta(days=1, hours=2)
    say(world, topic, "tenant", "租户也能办门卡吗？我每天早上六点半赶地铁。")
    yield start + timedelta(days=1, hours=4)
    say(world, topic, "sun", "业委会会请各楼召集人先摸一遍底，费用和门的样式都会贴出来。")
    for number in range(14):
        yield start + timedelta(days=2 + number // 3, hours=2 + number % 3)
        # Two of them answer the wish that it be closed at night.
        to = 2 if number in {6, 8} else None
        say(world, topic, world.neighbours[40 + number * 13], REMARKS[number % len(REMARKS)], to=to)
    yield start + timedelta(days=9)
    forum.summarise(
        world["shen"],
        topic.pk,
        "大家主要关心四件事：夜间关闭时间（#2）、门卡（#4）、费用来源（#3）和安全。"
        "多数赞成有条件开通，临门楼栋有不同意见，需要听证。",
    )


REMARKS = (
    "赞成，少走十分钟。",
    "我住 6 号楼，担心夜里吵，要有关门时间。",
    "外卖电瓶车会不会从小门穿行？请只给人走。",
    "希望装个坡道，轮椅和婴儿车好过。",
    "门口要有路灯。",
    "钱不能动维修资金。",
    "先试一个月看看。",
)


def _hearing(world: World, topic: Topic, now: datetime) -> Story:
    day = clock.now()
    yield steps.working_day_after(day, 1)
    wang = world["wang"]
    hearing = hearings.plan_hearing(
        wang,
        key(topic),
        title="红林路小门听证会",
        plan_owner="申馨置业与物业服务中心",
        chair=person_of(wang),
        decision_maker=Post.OWNERS_COMMITTEE,
    )
    yield steps.working_day_after(day, 2)
    people = [world["zhou"], world["chen"], world["zhu"], world["tenant"], *world.neighbours[200:260:6]]
    members = [(person_of(user).pk, GROUPS[n % 4]) for n, user in enumerate(people)]
    hearings.set_panel(world["wang"], hearing.pk, members=members, groups=GROUPS[:4])
    yield steps.working_day_after(day, 3)
    held = clock.at_time(clock.day_of(clock.now() + timedelta(days=9)), 14)
    invitation = hearings.Invitation(
        place=f"{OFFICE}“心连心”茶室",
        starts_at=held,
        agenda="一、物业介绍方案\n二、听证代表提问\n三、代表逐一发言（每人 3 分钟）\n四、物业和业委会回应\n五、宣读并确认会议记录",
        seats=20,
        posted_at="小区正门公告栏、各楼门厅",
    )
    hearings.announce(world["wang"], hearing.pk, invitation)
    hearings.open_registration(world["wang"], hearing.pk)
    for number, user in enumerate(world.neighbours[300:380:10]):
        yield clock.now() + timedelta(hours=3)
        registrations.register(user, hearing.pk, wants_to_speak=number % 3 == 0)
    yield held - timedelta(days=1)
    hearings.confirm_list(world["wang"], hearing.pk)
    yield held
    panel = list(hearing.participants.order_by("pk"))
    present = panel[:-1]
    sessions.take_attendance(world["wang"], hearing.pk, present=[member.pk for member in present])
    sessions.begin(world["wang"], hearing.pk)
    yield from in_the_hall(world, hearing, held)
    yield held + timedelta(hours=2)
    views = {member.pk: minutes.View(*_view(number)) for number, member in enumerate(present)}
    minutes.draft_minutes(world["wang"], hearing.pk, text=MINUTES, views=views)
    for text, days, post in DECISIONS:
        due = clock.today() + timedelta(days=days)
        deciding.decide(world["wang"], hearing.pk, text=text, due_on=due, post=post)
    yield held + timedelta(days=1)
    for delegate in User.objects.filter(person__in=[member.person_id for member in present]):
        minutes.mark_minutes(delegate, hearing.pk, mark=Mark.SIGNED)
    minutes.sign_minutes(world["wang"], hearing.pk)
    yield steps.working_day_after(clock.now(), 1)
    opinions.issue_opinion(world["wang"], hearing.pk, text=SUMMARY, items=OPINION)
    opinions.send_opinion(world["wang"], hearing.pk)
    yield steps.working_day_after(clock.now(), 3)
    opinions.answer(world["sun"], hearing.pk, answers=_answers())
    yield steps.working_day_after(clock.now(), 1)
    opinions.publish(world["wang"], hearing.pk)
    lamps = hearing.decisions.order_by("number")[0]
    deciding.done(world["li"], lamps.pk, note="光照和夜间噪声各测三晚，数据贴在 6 号楼门厅。")


# What the meeting itself decided: text, days, whose it is. The first is done, the second owed until after the vote.
DECISIONS = (
    ("在 6 号楼旁测夜间光照和噪声，数据贴出来", 14, Post.PROPERTY),
    ("门卡发放办法写成一页纸，逐户告知", 75, Post.OWNERS_COMMITTEE),
)
MINUTES = """物业李经理介绍方案：门宽 1.5 米，刷卡门禁，补光探头两只，预算 4.8 万元，由开发商承担。
代表提问 11 个，集中在夜间管理、门卡发放和电瓶车穿行。
代表逐一发言，多数赞成附条件开通；6 号楼一位代表反对，另有一位建议先试开。
业委会孙主任回应：条件成立再提请全体业主表决。"""
SUMMARY = "听证小组多数赞成附条件开通红林路小门，条件见下；少数意见一并送达业委会。"


def _view(number: int) -> tuple[Stance, str]:
    if number == 5:
        return Stance.AGAINST, "临门太近，夜里会吵。"
    if number in {1, 2, 7}:
        return Stance.FOR, "尽快开。"
    return Stance.CONDITIONAL, "夜里要关，刷卡进出。"


def _answers() -> dict[int, tuple[Verdict, str]]:
    plain = dict.fromkeys(range(1, len(OPINION) + 1), (Verdict.ADOPTED, "同意，写入实施方案。"))
    return plain | {
        6: (Verdict.PARTLY, "加装隔音缓冲闭门器，并在 6 号楼一侧种绿篱；开门时间不再延长。"),
        7: (Verdict.NOT, "门和地基一次施工，不便先拆后装；改为开通三个月后评议。"),
    }


def _vote(world: World, topic: Topic, now: datetime) -> Story:
    opens = clock.at_time(clock.day_of(now - timedelta(days=5)), 0)
    closes = clock.end_of(clock.day_of(now + timedelta(days=2)))
    yield min(max(clock.now(), opens - timedelta(days=17)), opens - timedelta(days=16))
    vote = call_vote(world, topic, "是否同意附条件开通红林路小门？", opens, closes)
    for day in range(5):
        yield opens + timedelta(days=day, hours=10)
        cast(vote, 62, 68, 22, part=(day * 20, day * 20 + 20))
