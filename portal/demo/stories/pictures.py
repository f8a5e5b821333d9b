"""Pictures on what the other stories tell: covers, a place before and after, the home of the neighbourhood."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.deliberation.models import Topic
from portal.deliberation.services.pictures import Hung, hang
from portal.demo.drawings import SHOWS, drawing, photo
from portal.demo.engine import Story
from portal.demo.world import World
from portal.pages import homes
from portal.pages.permissions import home_page
from portal.pages.streams import section
from portal.pages.versions import version_of
from portal.volunteers.models import Activity
from portal.volunteers.services.activities import edit

# While a vote runs nothing changes of what is voted on, so the gate has its picture before.
GATE = ("开通红林路小门", "gate", "小门效果图，业委会绘")
COVERS = (
    ("把 3 号楼北侧空地改成共享菜园", "garden", "设想图，3 号楼居民绘"),
    ("电动自行车集中充电棚怎么建", "chargers", "示意图，物业绘"),
    ("12 号楼前小广场补种两棵遮荫树", "square", "设想图，12 号楼居民绘"),
    ("7 至 11 号楼楼道加装扶手和折叠凳", "stairs", "示意图：照 9 号楼的样子"),
    ("中心花园长椅加装靠背和扶手", "bench-after", "中心花园，装好以后"),
)
ACTIVITIES = (
    ("中心花园认养", "flowers"),
    ("一起清一次楼道", "stairs"),
    ("包饺子", "meeting"),
    ("夜间楼道", "building-9"),
)
BENCH = "中心花园长椅加装靠背和扶手"


def story(world: World, now: datetime) -> Story:
    """First the gate, while it is discussed; the rest at last."""
    yield now - timedelta(days=60)
    _hang(world, *GATE)
    yield now - timedelta(minutes=4)
    for cover in COVERS:
        _hang(world, *cover)
    hang(
        world["wang"],
        _topic(BENCH).pk,
        before=Hung(photo("bench-before"), SHOWS["bench-before"], "中心花园，换装以前"),
        after=Hung(photo("bench-after"), SHOWS["bench-after"], "中心花园，装好以后"),
    )
    _activities(world)
    _home(world)


def _topic(title: str) -> Topic:
    return Topic.objects.get(title__startswith=title)


def _hang(world: World, title: str, name: str, caption: str) -> None:
    hang(world["wang"], _topic(title).pk, cover=Hung(photo(name), SHOWS[name], caption))


def _activities(world: World) -> None:
    for title, name in ACTIVITIES:
        for activity in Activity.objects.posted().filter(title__startswith=title):
            edit(world["wang"], activity.pk, {"photos": [photo(name)], "alt": SHOWS[name]})


def _home(world: World) -> None:
    user, page = world["wang"], home_page(world.neighbourhood)
    cover = drawing(user, world.neighbourhood, "estate")
    parts = [section("cover", {"upload": str(cover.pk), "alt": cover.alt, "caption": ""})]
    greeting = "楼里楼外的事，在这里提出来、商量好、定下来，再一起看着它办成。"
    homes.compose(user, page, version_of(page), {"greeting": greeting, "blocks": parts})
    homes.publish(user, page.pk)
