"""The search over many posts, measured within one process on the database of the environment; prints lines of JSON.

Pages are asked for as a browser does, through all of the portal's layers, by a resident. Posts are said by the service
in turns with and without their pieces.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import timedelta
from statistics import median, quantiles
from unittest import mock
from uuid import uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from portal.community.models import Person, User  # noqa: E402
from portal.community.rules import load  # noqa: E402
from portal.kit.limits import Limit  # noqa: E402
from portal.management.commands.serve import collect_changed_static_files  # noqa: E402
from portal.search import services as search  # noqa: E402
from portal.search import views  # noqa: E402
from portal.search.kinds import kind_of  # noqa: E402
from portal.threads import services  # noqa: E402
from portal.threads.limits import Limit as Pace  # noqa: E402
from portal.threads.models import Post, Thread  # noqa: E402
from tests import factories  # noqa: E402
from tests.threads.factories import known  # noqa: E402

SIZES, BATCH, THREADS = (100_000, 300_000), 2_000, 100
# Everybody's, the rare ones, and what is asked.
COMMON = """
电梯 加装 楼道 路灯 停车 充电 电瓶车 物业 居委会 小门 绿化 垃圾 噪音 广场舞 水管 屋顶 漏水 维修 资金 业委会 投票 听证
老人 孩子 邻居 大家 我们 觉得 应该 可以 希望 时间 晚上 早上 周末 三号楼 五号楼 二十一号 门口 门禁 快递 柜子 宠物 遛狗
晾衣 消防 通道 赞成 反对 意见 费用 分摊 公示 安全 监控 摄像头 花坛 健身 器材 凉亭 长椅 公约 楼组长 志愿者 活动 社区
街道 办理 回复 什么时候
""".split()  # noqa: SIM905 - one word after another is easier to read
RARE = "鹦鹉 蜂窝 裂缝 白蚁 篮球 羽毛球 桂花 天台 蓄水池 伸缩门".split()  # noqa: SIM905
QUESTIONS = """
电 梯 门 的 鹦 电梯 楼道 门口 我们 路灯 白蚁 蜂窝 天台 梯加 电瓶车 加梯 居委会 羽毛球 蓄水池 物业费 什么时候 加装电梯
二十一号 伸缩门口 没有这话 不会有的 dt 12 a1 晚上噪音 电梯+投票 维修+资金+分摊
""".split()  # noqa: SIM905 - one word after another is easier to read


def main() -> None:
    """Fill, ask, say; fill more, ask again."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    call_command("migrate", verbosity=0)
    collect_changed_static_files()
    load()
    here = factories.make_neighbourhood(slug="tianxin")
    reader = known(factories.make_resident(within=here))
    threads = [
        services.open_thread(f"topic:{n}", neighbourhood=here, title=f"议题 {n}", url=f"/topics/{n}/")
        for n in range(THREADS)
    ]
    random.seed(12)
    there = 0
    for size in SIZES:
        begun = time.perf_counter()
        fill(threads, factories.person_of(reader), there, size)
        there = size
        say(f"index.{size}", time.perf_counter() - begun)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        ask(reader, here.slug, size)
        if size == SIZES[0]:
            speak(reader, threads[0])


def fill(threads: list[Thread], author: Person, first: int, last: int) -> None:
    """Posts of some 120 characters, a batch a statement, and their rows in the index."""
    kind = kind_of(Post(thread=threads[0]))
    for begin in range(first, last, BATCH):
        made = Post.objects.bulk_create(
            Post(
                thread=threads[n % THREADS],
                sequence=1_000_000 + n,
                revision=1_000_000 + n,
                author=author,
                author_name="居民",
                body=text(),
            )
            for n in range(begin, begin + BATCH)
        )
        search.write([search.document(kind, post) for post in made])


def text() -> str:
    """What somebody might write: words that everybody uses and now and then a rare one."""
    weights = [1 / (at + 3) for at in range(len(COMMON))]
    words = random.choices(COMMON, weights, k=52)
    if random.random() < 0.02:
        words.insert(20, random.choice(RARE))
    return "".join(f"{word}，" if at % 7 == 6 else word for at, word in enumerate(words))


def ask(reader: User, slug: str, size: int) -> None:
    """Every question three times over, as pages of a signed-in resident (ms)."""
    client, taken = Client(), []
    vars(views)["OWN"] = Limit(10**9, 60)
    client.force_login(reader)
    for turn in range(4):
        for question in QUESTIONS:
            address = reverse("search:search", args=[slug], query={"q": question.replace("+", " ")})
            begun = time.perf_counter()
            answer = client.get(address)
            spent = (time.perf_counter() - begun) * 1000
            assert answer.status_code == 200
            if turn:
                taken.append(spent)
            print(f"{question} {spent:.0f} ms", file=sys.stderr)
    say(f"median.{size}", median(taken))
    say(f"p95.{size}", quantiles(taken, n=20)[-1])


def speak(author: User, thread: Thread) -> None:
    """Posts by the service, in turns with and without their pieces (ms, median)."""
    with_pieces: list[float] = []
    without: list[float] = []
    with mock.patch("portal.threads.services.talking.TRUSTED", [Pace(10**9, timedelta(minutes=1))]):
        for turn in range(400):
            taken = without if turn % 2 else with_pieces
            with mock.patch.object(search, "index", (lambda thing: None) if turn % 2 else search.index):
                begun = time.perf_counter()
                services.post(author, thread.pk, body=text(), key=uuid4())
                taken.append((time.perf_counter() - begun) * 1000)
    say("post.with", median(with_pieces))
    say("post.without", median(without))


def say(name: str, value: float) -> None:
    print(json.dumps([name, value]), flush=True)


if __name__ == "__main__":
    main()
