"""Three waves of the demand survey, and what became of what was asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.record import services as record
from portal.surveys import indexing
from portal.surveys.course import services as course
from portal.surveys.definition import Definition, definition_of
from portal.surveys.lists import answering as replies
from portal.surveys.lists import offering
from portal.surveys.lists import services as lists
from portal.surveys.models import (
    NEEDED,
    NO_VIEW,
    NOT_NEEDED,
    Channel,
    Demand,
    Disposition,
    FrameUnit,
    Mode,
    OpenAnswer,
    Reach,
    Reply,
    Response,
    Service,
    Strata,
    Survey,
    Unit,
)
from portal.surveys.results import services as results
from portal.surveys.states import DemandState, ResponseState, SurveyState

SLUG = "tianxin"
INTRO = "一年问一次：您家最需要什么，先办什么。过线的需求，居委会件件给说法，写明谁办、什么时候办完。"
PROJECT = "列入微基金项目，先征求楼里意见，再定方案。"
PROJECT_DONE = "项目做完了，验收时请了楼里三户邻居一起看。"
THRESHOLD = 30
# What of a hundred households say they need, three years running.
NEEDS = {
    "facilities": (22, 26, 24),
    "repairs": (36, 39, 38),
    "lift": (24, 29, 33),
    "greening": (18, 20, 17),
    "waste": (24, 19, 14),
    "parking": (43, 39, 35),
    "charging": (22, 32, 34),
    "safety": (28, 26, 25),
    "meals": (31, 34, 41),
    "escort": (20, 24, 27),
    "daycare": (22, 26, 28),
    "childcare": (16, 18, 19),
    "playground": (26, 22, 20),
    "health": (19, 24, 22),
    "sport": (28, 24, 23),
    "disability": (13, 15, 14),
    "jobs": (12, 13, 12),
    "hotline": (26, 21, 16),
}
# Who needs a thing more than others: per age band.
OLD = {"meals": (0.3, 0.7, 1.3, 1.7), "escort": (0.3, 0.6, 1.3, 1.9), "lift": (0.5, 0.8, 1.2, 1.6)}
AGES = ("18-30", "31-50", "51-65", "66-")
WISHES = (
    "花园北门的路灯晚上九点就灭了，老人回家看不清台阶。",
    "希望多放几把带靠背的长椅。",
    "楼道里堆的旧家具能不能统一清一次？",
    "助餐点的菜软一点、淡一点。",
    "晚上十点以后不要在小花园放音响。",
    "快递柜太高，老人够不着。",
    "希望周末也能办事。",
    "7号楼门口的坡道太陡，推轮椅上不去。",
)


@dataclass(frozen=True)
class Wave:
    """One year: how many days ago it opened, how many answered, and what became of the needs."""

    number: int
    days: int
    answers: int
    paper: int
    replies: tuple[tuple[str, Reply, str, int, str], ...]


# Key, what it is answered with, in which words, promised so many days after the list, and what was done (or nothing yet).
FORMER = (
    (
        "parking",
        Reply.SUMMONS,
        "请物业到场，一起定夜间停车怎么错开。",
        90,
        "错时停车的办法表决通过，已照办。",
    ),
    ("repairs", Reply.SUMMONS, "请物业到场说明楼道维修排期，逐幢修。", 60, "漏水的 14 处都修好了。"),
    ("meals", Reply.NOT_POSSIBLE, "小区里没有能开火的公房；先和街道食堂谈送餐，明年再看。", 0, ""),
)
LAST = (
    (
        "repairs",
        Reply.SUMMONS,
        "请物业把门前坡道和楼道照明一并修，逐月公布进度。",
        120,
        "3 号楼、7 号楼门前坡道完工，楼道灯全部换好。",
    ),
    (
        "parking",
        Reply.SUMMONS,
        "请物业到场，把夜间停车和访客车辆的规矩定下来。",
        100,
        "错时停车又加了 18 个位子。",
    ),
    (
        "meals",
        Reply.SERVICE,
        "和街道食堂合作，先送餐上门，再找地方开助餐点。",
        150,
        "送餐已经开始，每天 40 份左右。",
    ),
    ("charging", Reply.FUND, "充电插座先在两处试装，列入微基金项目。", 420, ""),
)
THIS = (
    ("meals", Reply.SERVICE, "5 号楼底层的活动室改成助餐点，中午和傍晚供餐。", 45, ""),
    ("parking", Reply.NOT_POSSIBLE, "小区里再也划不出车位；和对面商场谈夜间共享，谈成了再告诉大家。", 0, ""),
    ("repairs", Reply.SUMMONS, "请物业到场，说明 7–12 号楼的感应灯什么时候换完。", 60, ""),
)
WAVES = (
    Wave(0, 796, 170, 60, FORMER),
    Wave(1, 431, 260, 70, LAST),
    Wave(2, 66, 430, 90, THIS),
)


def story(world: World, now: datetime) -> Story:
    """The three waves one after the other."""
    last: Survey | None = None
    for wave in WAVES:
        yield ago(now, wave.days, 9)
        survey = _called(world, wave, last)
        yield ago(now, wave.days - 4, 9)
        approved_and_opened(world, survey)
        yield ago(now, wave.days - 25, 20)
        _answered(survey, wave)
        yield ago(now, wave.days - 26, 9)
        course.close_due()
        yield ago(now, wave.days - 30, 10)
        _counted(world, survey)
        yield ago(now, wave.days - 33, 10)
        results.publish(world["wang"], survey.pk)
        yield ago(now, wave.days - 35, 10)
        lists.list_demands(world["shen"], survey.pk)
        yield ago(now, wave.days - 38, 15)
        _replied(world, survey, wave)
        if wave is not WAVES[-1]:
            _all_replied(world, survey)
        yield from _done(world, survey, wave, now)
        survey.refresh_from_db()
        last = survey
        if survey.state == SurveyState.RESPONDED:
            yield ago(now, wave.days - 200, 10)
            course.archive(world["wang"], survey.pk)


def _called(world: World, wave: Wave, last: Survey | None) -> Survey:
    title = f"{clock.today().year} 年社区居民需求问卷"
    survey = course.call(world["shen"], SLUG, title=title, source=last, ready=last is None)
    settle(world, survey, days=22)
    return survey


def settle(world: World, survey: Survey, *, days: int, **chosen: Any) -> None:
    """Settle a draft that opens in four days and runs for so many: as the yearly survey, or as chosen."""
    opens = clock.now() + timedelta(days=4)
    settled: dict[str, Any] = {
        "title": survey.title,
        "intro": INTRO,
        "privacy": survey.privacy,
        "mode": Mode.ANONYMOUS,
        "unit": Unit.HOUSEHOLD,
        "reach": Reach.ALL,
        "strata": Strata.BUILDING,
        "opens_at": opens,
        "closes_at": opens + timedelta(days=days),
        "threshold": THRESHOLD,
    }
    course.settings(world["shen"], survey.pk, **settled | chosen)


def approved_and_opened(world: World, survey: Survey) -> None:
    """The director approves a survey and opens it."""
    course.approve(world["wang"], survey.pk)
    course.open_survey(world["wang"], survey.pk)


# --- who answers what ---


def _answered(survey: Survey, wave: Wave) -> None:
    """As if they had come one by one: rows, because hundreds of hand-ins would take the demo a minute."""
    survey.refresh_from_db()
    chance = random.Random(wave.number)
    definition = definition_of(survey)
    units = list(survey.units.all())
    chance.shuffle(units)
    asked = units[: wave.answers]
    handed = [_response(survey, definition, wave, place, chance) for place, _unit in enumerate(asked)]
    Response.objects.bulk_create(handed, batch_size=200)
    indexing.write(row for response in handed for row in indexing.rows_of(response, definition))
    OpenAnswer.objects.bulk_create(_texts(handed, definition))
    for unit in asked:
        unit.handed_in_on = clock.today() - timedelta(days=chance.randrange(20))
    FrameUnit.objects.bulk_update(asked, ["handed_in_on"], batch_size=400)
    _others(units[wave.answers :], chance)


def _response(
    survey: Survey, definition: Definition, wave: Wave, place: int, chance: random.Random
) -> Response:
    channel = Channel.PAPER if place < wave.paper else chance.choice((Channel.LETTER, Channel.ONLINE))
    return Response(
        survey=survey,
        channel=channel,
        state=ResponseState.HANDED_IN,
        values=definition.kept(_values(definition, wave.number, chance)),
        version=survey.fingerprint,
        started_at=None,
        handed_in_on=clock.today() - timedelta(days=chance.randrange(20)),
        seconds=None if channel == Channel.PAPER else chance.randrange(240, 900),
    )


def _values(definition: Definition, year: int, chance: random.Random) -> dict[str, Any]:
    age = chance.choices(AGES, (12, 34, 30, 24))[0]
    values: dict[str, Any] = {"age": age}
    for question in definition.questions:
        if question.key in NEEDS:
            values[question.key] = _need(question.key, year, AGES.index(age), chance)
        elif question.key not in values:
            value = _other(question, chance)
            if value is not None and chance.random() < 0.96:
                values[question.key] = value
    return values


def _need(name: str, year: int, band: int, chance: random.Random) -> str:
    share = NEEDS[name][year] / 100 * OLD.get(name, (1, 1, 1, 1))[band]
    if chance.random() < share:
        return NEEDED
    return NOT_NEEDED if chance.random() < 0.7 else NO_VIEW


def _other(question: Any, chance: random.Random) -> Any:
    keys = [option.key for option in question.choices() if not option.exclusive]
    if question.kind == "single":
        return chance.choices(keys, [2**-place for place in range(len(keys))])[0]
    if question.kind == "multiple":
        chosen = chance.sample(keys, min(len(keys), chance.randint(1, question.most or 2)))
        return [key for key in keys if key in chosen]
    if question.kind == "matrix":
        rows = [row.key for row in question.choices(rows=True)]
        return {row: chance.choices(keys, [5, 4, 2, 1][: len(keys)])[0] for row in rows}
    if question.kind == "ranking":
        return chance.sample(keys, min(len(keys), question.most or len(keys)))
    if question.kind == "scale":
        return chance.choice((2, 3, 3, 4, 4, 4, 5))
    if question.kind == "number":
        return chance.choice((1, 2, 2, 3, 3, 3, 4, 5))
    return chance.choice(WISHES) if question.kind == "long_text" and chance.random() < 0.15 else None


def _texts(handed: list[Response], definition: Definition) -> Iterator[OpenAnswer]:
    return (
        OpenAnswer(survey_id=each.survey_id, response=each, question=question, text=each.values[question.key])
        for each in handed
        for question in definition.questions
        if question.is_open and question.key in each.values
    )


def _others(units: list[FrameUnit], chance: random.Random) -> None:
    """Those who did not hand in: most were not at home, some did not want to, some flats are empty."""
    kinds = (Disposition.NOT_REACHED, Disposition.REFUSED, Disposition.EMPTY, Disposition.NONE)
    for unit in units:
        unit.disposition = chance.choices(kinds, (80, 9, 2, 9))[0]
    FrameUnit.objects.bulk_update(units, ["disposition"], batch_size=400)


# --- what becomes of it ---


def _counted(world: World, survey: Survey) -> None:
    course.look(world["shen"], survey.pk)
    course.clean(world["shen"], survey.pk)
    course.analyse(world["shen"], survey.pk)


def _replied(world: World, survey: Survey, wave: Wave) -> None:
    for name, reply, text, days, _done in wave.replies:
        demand = Demand.objects.filter(survey=survey, key=name, state=DemandState.OWED).first()
        if demand is not None:
            subject = _subject(world, reply, name)
            replies.answer(
                world["wang"],
                demand.pk,
                reply,
                text,
                promised_on=_promised(days) if days else None,
                subject=subject,
                summoned="property" if reply == Reply.SUMMONS else "",
            )


def _all_replied(world: World, survey: Survey) -> None:
    """What else came over the line is a project."""
    for demand in Demand.objects.filter(survey=survey, state=DemandState.OWED):
        replies.answer(world["wang"], demand.pk, Reply.FUND, PROJECT, promised_on=_promised(430))


def _promised(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _subject(world: World, reply: Reply, name: str) -> str:
    """A service that is offered for it."""
    if reply != Reply.SERVICE:
        return ""
    service = Service.objects.filter(title="老年助餐").first()
    return record.key(service or offering.add(world["shen"], SLUG, **_service(name)))


def _service(name: str) -> dict[str, Any]:
    return {
        "title": "老年助餐",
        "provider": "红林街道食堂",
        "about": "一荤两素，软一点、淡一点；行动不便的送到家",
        "place": "5 号楼底层",
        "hours": "每天 11:00–12:30、16:30–18:00",
        "contact": "居委会 021-5550 0101",
        "capacity": 60,
    }


def _done(world: World, survey: Survey, wave: Wave, now: datetime) -> Story:
    """What was promised is done, well before the next wave; of the last wave some is still in hand."""
    for at, (name, _reply, _text, _days, done) in enumerate(wave.replies):
        demand = Demand.objects.filter(survey=survey, key=name, state=DemandState.IN_HAND).first()
        if done and demand is not None:
            yield ago(now, wave.days - 80 - 15 * at, 16)
            replies.report_done(world["shen"], demand.pk, done)
    for demand in Demand.objects.filter(survey=survey, answer=PROJECT, state=DemandState.IN_HAND):
        if wave.number == 0:
            yield ago(now, wave.days - 170, 16)
            replies.report_done(world["shen"], demand.pk, PROJECT_DONE)
