"""Who stands where about the dancing in the garden: three groups of views, and what all of them share."""

from __future__ import annotations

import random
from datetime import datetime

from portal.community.models import User
from portal.deliberation.models import Topic
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.meetings.models.opinions import Statement
from portal.meetings.opinions import services
from portal.record.services import key

TITLE = "调整中心花园广场舞的时间和音量"
# Who puts it, the sentence, and how many in a hundred agree: dancers, parents, early sleepers.
SAID = (
    ("shen", "晚上九点以后不放音响", (92, 96, 97)),
    ("chen", "跳舞的人也该有固定的场地", (97, 34, 55)),
    ("zhou", "花园先让给孩子玩", (8, 92, 64)),
    ("zhou", "换到南广场跳", (14, 88, 82)),
    ("zhu", "音量大家一起测一次再定", (88, 90, 84)),
    ("zhu", "早上七点以前不放音乐", (34, 52, 97)),
    ("chen", "跳舞让老人身体好，值得支持", (98, 60, 12)),
    ("shen", "先照新的时间试一个月再评", (86, 82, 78)),
)
SIZES = (15, 11, 7)
UNSURE = 6


def story(world: World, now: datetime) -> Story:
    """Put within two days, answered over three; reckoned as the periodic work does it."""
    yield ago(now, 8, 19, 10)
    topic = Topic.objects.get(title=TITLE)
    statements = [_put(world, topic, who, text) for who, text, _shares in SAID]
    yield ago(now, 7, 10, 30)
    services.screen(world["shen"], statements[0].map_id)
    draw = random.Random(19)
    people = [group for group, size in enumerate(SIZES) for _ in range(size)]
    for number, group in enumerate(people):
        if number % 8 == 0:
            yield ago(now, 6 - number // 16, 12 + number % 16 // 2, number % 60)
        _answer(draw, world.neighbours[number * 9 + 5], group, statements)
    yield ago(now, 2, 21)
    services.reckon(statements[0].map_id)


def _put(world: World, topic: Topic, who: str, text: str) -> Statement:
    return services.begin(world[who], key(topic), text=text)


def _answer(draw: random.Random, user: User, group: int, statements: list[Statement]) -> None:
    """Most answer all, some leave one out."""
    left_out = draw.randrange(3 * len(statements))
    for place, (statement, (_who, _text, shares)) in enumerate(zip(statements, SAID, strict=True)):
        if place == left_out:
            continue
        lot = draw.randrange(100)
        value = 1 if lot < shares[group] else 0 if lot < shares[group] + UNSURE else -1
        services.react(user, statement.pk, value=value)
