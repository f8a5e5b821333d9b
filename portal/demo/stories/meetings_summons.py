"""Two summonses of departments: one that was solved, one of two departments that waits for both answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.meetings.models import Judgement, Summons
from portal.meetings.summons import links
from portal.meetings.summons.services import answering, calling, writing
from portal.meetings.summons.services.writing import Letter

JUDGED = (Judgement.SATISFIED,) * 9 + (Judgement.PARTLY,) * 3 + (Judgement.NOT,)


def stories(world: World, now: datetime) -> list[Story]:
    """Each on its own."""
    return [_solved(world, now), _waiting(world, now)]


def _solved(world: World, now: datetime) -> Story:
    """The drain at the north gate: accepted, met, undertaken, reported in time, and solved."""
    met = ago(now, 47, 14)
    yield ago(now, 50, 9)
    summons = writing.write(
        world["shen"],
        world.neighbourhood.slug,
        Letter(
            title="北门下雨积水，请排水部门到场",
            matter="北门外市政雨水井一下雨就返水，老人孩子过不去，今年已有两人滑倒。",
            tried="物业疏通过小区内的管道，积水仍从市政井返上来；12345 工单办结后又复发。",
            department="区排水管理所",
            wanted_at=met,
            place="天馨花园北门",
            phone="021-5550 0801",
            attendees="物业李经理、业委会孙主任",
        ),
    )
    writing.send(world["shen"], summons.pk)
    yield ago(now, 49, 11)
    answering.answer_by_link(_token(summons), answer="accept")
    yield met + timedelta(minutes=30)
    calling.came(world["shen"], summons.pk, who=["吴工（区排水管理所）", "小顾（养护班）"])
    for text, days in (("清掏北门外三口雨水井", 3), ("更换塌陷的一段支管", 12)):
        calling.undertake(world["shen"], summons.pk, text=text, due_on=clock.today() + timedelta(days=days))
    yield met + timedelta(days=12)
    done = [one.pk for one in answering.kept_promises(summons)]
    answering.report_by_link(_token(summons), report="井已清掏，支管已更换，通水试验正常。", done=done)
    yield met + timedelta(days=13)
    calling.solved(world["shen"], summons.pk, conclusion="两场大雨后没有再积水。")
    yield met + timedelta(days=14)
    for user, judgement in zip(world.neighbours[5:], JUDGED, strict=False):
        calling.judge(user, summons.pk, judgement=judgement)


def _waiting(world: World, now: datetime) -> Story:
    """Lorries at night: two departments are summoned about it at once, each by a link of its own."""
    yield ago(now, 1, 9)
    summons = writing.write(
        world["shen"],
        world.neighbourhood.slug,
        Letter(
            title="红林路夜间渣土车噪声，请到现场商量",
            matter="晚上十一点以后渣土车成队经过红林路，临街两幢楼睡不着。",
            tried="向工地反映过三次，说路线由交警批准。",
            department="区交警支队",
            wanted_at=clock.at_time(clock.day_of(now + timedelta(days=2)), 14),
            place="红林路口",
            phone="021-5550 0802",
        ),
        others=["街道城管中队"],
    )
    writing.send(world["shen"], summons.pk)


def _token(summons: Summons) -> str:
    newest = summons.links.filter(revoked_at=None).get()
    return links.shown_again(newest)
