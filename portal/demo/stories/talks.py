"""What happens in a discussion besides posts: quotes, photos, a neighbour's question too, and how it is looked after."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from portal.community.models import Post as Office
from portal.community.models import User
from portal.deliberation.models import Topic
from portal.demo.drawings import photo
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.threads import services
from portal.threads.models import HideReason, Post

TITLE = "12 号楼前小广场补种两棵遮荫树"
WORDS_FOR_ALL, WORDS = ("网络博彩", "代开发票"), ("加我微信",)


def story(world: World, now: datetime) -> Story:
    """Within three weeks: answered with a photo, reported, hidden, overturned, held, released, stopped, taken back."""
    yield ago(now, 23, 9)
    for word in WORDS_FOR_ALL:
        services.add_word_for_all(world["operator"], word=word)
    services.add_word(world["shen"], world.neighbourhood.slug, word=WORDS[0])
    talk = _Talk(Topic.objects.get(title=TITLE).thread_id or 0)
    yield from _answered_with_a_photo(world, talk, now)
    yield from _hidden_and_shown_again(world, talk, now)
    yield from _looked_at_first(world, talk, now)
    yield from _stopped(world, talk, now)


class _Talk:
    """One discussion."""

    def __init__(self, thread: int) -> None:
        self.thread = thread

    def say(self, user: User, text: str, *, asks: str = "", quote: int | None = None) -> Post:
        return services.post(user, self.thread, body=text, asks=asks, key=uuid.uuid4(), quote=quote)


def _answered_with_a_photo(world: World, talk: _Talk, now: datetime) -> Story:
    yield ago(now, 23, 19)
    neighbours = world.neighbours
    asked = talk.say(neighbours[201], "树坑会不会碰到地下的水管？", asks=Office.PROPERTY)
    yield ago(now, 23, 20)
    for at in (217, 233, 249):
        services.ask_too(neighbours[at], asked.pk)
    yield ago(now, 22, 10)
    body = "水管在路的另一边，两个树坑离它四米以上。附上现场照片。"
    given = services.answer(world["li"], asked.pk, body=body, photos=[photo("square")], key=uuid.uuid4())
    services.outcome(neighbours[201], asked.pk, said="solved", words="看到照片就放心了")
    yield ago(now, 22, 12)
    talk.say(neighbours[265], "那就赶在开春前种。", quote=given.sequence)


def _hidden_and_shown_again(world: World, talk: _Talk, now: datetime) -> Story:
    yield ago(now, 21, 18)
    said = talk.say(world.neighbours[281], "去年种的树没人浇水死了一半，这次谁种谁管，别再糊弄人。")
    yield ago(now, 21, 19)
    services.flag(world.neighbours[297], said.pk, reason=HideReason.INSULT)
    yield ago(now, 20, 9)
    services.hide(world["shen"], said.pk, HideReason.INSULT)
    yield ago(now, 20, 20)
    services.appeal(world.neighbours[281], said.pk, text="我说的是去年的事实，没有骂任何人。")
    yield ago(now, 19, 10)
    services.restore(world["officer"], said.pk)


def _looked_at_first(world: World, talk: _Talk, now: datetime) -> Story:
    yield ago(now, 18, 19)
    said = talk.say(world.neighbours[313], "我认识园林公司的人，可以问价，加我微信不方便的话留在这里也行。")
    yield ago(now, 17, 9)
    services.release(world["shen"], said.pk)
    yield ago(now, 17, 19)
    back = talk.say(world.neighbours[329], "树种好以后在下面放几个石凳吧，写错楼号了，重发。")
    yield ago(now, 17, 19) + timedelta(minutes=4)
    services.withdraw(world.neighbours[329], back.pk)


def _stopped(world: World, talk: _Talk, now: datetime) -> Story:
    yield ago(now, 16, 20)
    said = talk.say(world.neighbours[345], "专业除螨上门，全小区八折，电话联系。")
    services.flag(world["chen"], said.pk, reason=HideReason.ADVERTISING)
    yield ago(now, 15, 9)
    services.hide(world["shen"], said.pk, HideReason.ADVERTISING)
    services.mute(world["shen"], said.pk, days=3)
