"""Votes that do not follow from a topic: an election by secret ballot, a choice of several, an order of wishes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from portal.community.models import Area
from portal.demo.engine import Story
from portal.demo.world import NO_PASSWORD, World
from portal.kit import clock
from portal.record.services import key
from portal.voting import services as voting
from portal.voting.matters import Question
from portal.voting.models import Electorate, Method, RollEntry, Vote
from portal.voting.services.sealed import cast_open

BENCHES = ("中心花园", "3 号楼门口", "健身角", "快递柜旁")
WORKS = ("亲子沙池", "遮雨长廊", "晨练平台", "自行车棚")
PEOPLE = ("朱秀珍", "顾明华", "胡丽萍")
RANKINGS = ("o2>o1>o3>o4", "o1>o2>o4>o3", "o3>o2>o1", "o2>o3", "o4>o2>o1>o3", "o1>o3>o2")
MARKS = ("o1,o3", "o1", "o2,o3", "o1,o4", "o3", "o1,o2")
ELECTED = ("o1", "o2", "o1", "o3", "o1", "o2", "o1", "")


def stories(world: World, now: datetime) -> list[Story]:
    """One counted, two open."""
    return [_benches(world, now), _works(world, now), _election(world, now)]


def _benches(world: World, now: datetime) -> Story:
    yield _day(now, 30)
    vote = _call(
        world,
        now,
        "四张长椅放在哪两处？",
        Question(Method.APPROVAL, BENCHES, choose=2, seats=2),
        opens=24,
        closes=17,
        explanation="社区更新经费只够两处，每处两张。最多选两处，得票最多的两处安装。",
    )
    yield _day(now, 22)
    _cast(vote, MARKS, share=12)
    yield vote.closes_at + timedelta(minutes=2)
    voting.count(vote.pk)


def _works(world: World, now: datetime) -> Story:
    yield _day(now, 7)
    vote = _call(
        world,
        now,
        "中心花园先修哪一样？请按先后排序",
        Question(Method.RANKED, WORKS),
        opens=2,
        closes=-6,
        explanation="四样都想修，钱要分几年到位。请把最想先修的排在第一位。",
    )
    yield _day(now, 1)
    _cast(vote, RANKINGS, share=8)


def _election(world: World, now: datetime) -> Story:
    yield _day(now, 8)
    vote = _call(
        world,
        now,
        "选举 9 号楼楼组长",
        Question(Method.ELECTION, PEOPLE, choose=1, seats=1, secret=True),
        opens=3,
        closes=-4,
        explanation="无记名投票，每户一票。候选人情况见楼道公告栏。",
        scope=world.building(9),
        electorate=Electorate.BUILDING,
        matter="election",
    )
    yield _day(now, 1)
    for number, entry in enumerate(_voters(vote)[:9]):
        cast_open(entry.person.user, vote.pk, ELECTED[number % len(ELECTED)])


def _call(  # noqa: PLR0913 - what these three votes differ in
    world: World,
    now: datetime,
    title: str,
    question: Question,
    *,
    opens: int,
    closes: int,
    explanation: str,
    scope: Area | None = None,
    electorate: str = Electorate.RESIDENTS,
    matter: str = "sounding",
) -> Vote:
    """Call a vote that opens and closes so many days before `now` (a minus: after it)."""
    here = world.neighbourhood
    return voting.call_vote(
        world["wang"],
        neighbourhood=here,
        scope=scope or here,
        subject=key(here),
        subject_url=reverse("voting:votes", args=[here.slug]),
        title=title,
        explanation=explanation,
        electorate=electorate,
        matter=matter,
        opens_at=clock.at_time(clock.day_of(now - timedelta(days=opens)), 0),
        closes_at=clock.end_of(clock.day_of(now - timedelta(days=closes))),
        question=question,
    )


def _cast(vote: Vote, choices: tuple[str, ...], share: int) -> None:
    """Of every hundred on the roll `share` vote, each as the next of the choices."""
    for number, entry in enumerate(_voters(vote)):
        if (entry.number * 17) % 100 < share:
            voting.cast(entry.person.user, vote.pk, choices[number % len(choices)])


def _voters(vote: Vote) -> list[Any]:
    """The lines whose people have an account nobody signs in with."""
    entries = RollEntry.objects.filter(vote=vote, person__user__password=NO_PASSWORD)
    return list(entries.select_related("person__user").order_by("number"))


def _day(now: datetime, days: int) -> datetime:
    return clock.at_time(clock.day_of(now - timedelta(days=days)), 10)
