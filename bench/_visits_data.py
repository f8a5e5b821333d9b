"""The notes of the benchmark of visits, and the pages of a committee that looks among them. `NAME` of the database."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench._bulk import lay_tables  # noqa: E402
from bench.report import progress, report  # noqa: E402
from portal.community.models import Area, Post  # noqa: E402
from portal.community.rules import load  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.management.commands.serve import collect_changed_static_files  # noqa: E402
from portal.search.grams import grams  # noqa: E402
from portal.surveys.models import VisitNote  # noqa: E402
from portal.surveys.models.desk import NOTE_WORDS, marks_of  # noqa: E402
from tests import factories  # noqa: E402

NOTES, OTHERS, BUILDINGS, DAYS = 1_054_000, 9, 40, 8 * 365
GOAL, ROUNDS = 200, 4
PLACES = [
    "楼道",
    "小门",
    "花园",
    "车棚",
    "地下车库",
    "健身角",
    "垃圾房",
    "北门",
    "中心广场",
    "屋顶",
    "电梯口",
    "围墙边",
]
THINGS = [
    "电梯",
    "路灯",
    "长椅",
    "坡道",
    "充电桩",
    "水管",
    "门禁",
    "监控",
    "扶手",
    "快递柜",
    "晾衣架",
    "雨棚",
]
WISHES = [
    "坏了要修",
    "想加一个",
    "晚上太吵",
    "早点开工",
    "没人打扫",
    "太暗了",
    "收费说不清",
    "什么时候有答复",
]
KINDS = ["visit"] * 8 + ["counter", "reception", "phone"]
# What stands in one note of ten thousand.
RARE = "蜂窝"
BARE: dict[str, tuple[str, list[str]]] = {
    "the newest": ("", []),
    "a rare word": (" AND asked LIKE %s", [f"%{RARE}%"]),
    "a word that is nowhere": (" AND asked LIKE %s", ["%孔雀%"]),
}
NEWEST = """SELECT * FROM surveys_visitnote WHERE neighbourhood_id = %s{} ORDER BY heard_on DESC, id DESC LIMIT 50"""
COLUMNS = "neighbourhood_id building_id kind asked heard_on written_by_id written_at "
COLUMNS += "state state_since subject answer words"


def main(name: str) -> None:
    """Write, then look."""
    settings.ALLOWED_HOSTS = ["*"]
    lay_tables()
    collect_changed_static_files()
    load()
    here = factories.make_neighbourhood(slug="tianxin")
    others = [factories.make_neighbourhood(parent=here.get_parent()) for _other in range(OTHERS)]
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    buildings = {
        area: [factories.make_building(parent=area) for _one in range(BUILDINGS)] for area in (here, *others)
    }
    began = time.monotonic()
    write(rows(here, buildings, factories.person_of(worker).pk))
    progress(f"{name}: written in {time.monotonic() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(worker)
    look(name, client, here, buildings[here])


def rows(here: Area, buildings: dict[Area, list[Area]], writer: int) -> Iterator[tuple[Any, ...]]:
    """The notes from the oldest to the newest; nine of ten are done with, most are of visits."""
    chance, today, now = random.Random(13), clock.today(), clock.now()
    areas = list(buildings)
    said = {text: grams(text) for text in (f"{p}的{t}{w}" for p in PLACES for t in THINGS for w in WISHES)}
    texts = list(said)
    for number in range(NOTES):
        area = here if number % 2 else areas[chance.randrange(len(areas))]
        building = chance.choice(buildings[area]).pk if number % 7 else None
        kind = KINDS[chance.randrange(len(KINDS))]
        day = today - timedelta(days=DAYS - number * DAYS // NOTES)
        state = "answered" if number % 10 else "noted"
        text = chance.choice(texts)
        asked = f"{text}，{RARE}也要管" if number % 10_000 == 1 else text
        words = f"{marks_of(area.pk, building, kind, day, state)} {said.get(asked) or grams(asked)}"
        yield (area.pk, building, kind, asked, str(day), writer, str(now), state, str(now), "", "", words)


def write(notes: Iterator[tuple[Any, ...]]) -> None:
    """As fast as each database takes them: the index of words is made once they are all there."""
    names = ", ".join(COLUMNS.split())
    words = next(one for one in VisitNote._meta.constraints if one.name == NOTE_WORDS)
    with connection.schema_editor() as editor:
        editor.remove_constraint(VisitNote, words)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY surveys_visitnote ({names}) FROM STDIN") as copy:
                for row in notes:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(COLUMNS.split()))
            bare: Any = connection.connection
            bare.executemany(f"INSERT INTO surveys_visitnote ({names}) VALUES ({marks})", notes)
    progress("the rows are there")
    with connection.schema_editor() as editor:
        editor.add_constraint(VisitNote, words)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {NOTE_WORDS}({NOTE_WORDS}) VALUES ('rebuild')")


def look(name: str, client: Client, here: Area, buildings: list[Area]) -> None:
    """Each kind of look so many times, the whole page each time; what all took, and the slowest kind."""
    old = clock.today().year - 3
    deep = VisitNote.objects.filter(neighbourhood=here).order_by("-pk")[200_000].pk
    kinds = {
        "the newest": "",
        "after 200,000": f"before={deep}",
        "of a building": f"building={buildings[7].pk}",
        "open ones": "state=noted",
        "by telephone": "kind=phone",
        "a quarter three years ago": f"period=q{old}2",
        "a word in one of twelve": "q=电梯",
        "the same, after 200,000": f"q=电梯&before={deep}",
        "a word in one of twelve, three years ago": f"q=电梯&period=q{old}2",
        "two words": "q=电梯口 扶手",
        "a long word": "q=地下车库的充电桩收费说不清",
        "one character": "q=灯",
        "a rare word": f"q={RARE}",
        "a rare word of a building": f"q={RARE}&building={buildings[7].pk}",
        "a word of open ones": "q=门禁&state=noted",
        "words that do not stand together": "q=充电椅",
        "a word that is nowhere": "q=孔雀",
    }
    client.get(f"/n/{here.slug}/visit-notes/")
    busy = time.process_time()
    took = {kind: [timed(client, here, query) for _round in range(ROUNDS)] for kind, query in kinds.items()}
    busy = (time.process_time() - busy) * 1000 / (ROUNDS * len(kinds))
    every = sorted(taken for each in took.values() for taken in each)
    p95 = every[len(every) * 95 // 100]
    report(
        "visits",
        f"{name}: list and search among {NOTES:,} notes, 95th of 100 pages",
        p95,
        "ms",
        goal=f"<= {GOAL}",
    )
    report("visits", f"{name}: the middle one", median(every), "ms")
    report("visits", f"{name}: processor time of this process a page, on average", busy, "ms")
    for kind, each in sorted(took.items(), key=lambda one: -median(one[1]))[:4]:
        report("visits", f"{name}: among the slowest: {kind}", median(each), "ms")
    beside(name, here, took)


def beside(name: str, here: Area, took: dict[str, list[float]]) -> None:
    """Two of the pages beside the statement alone that somebody would write without an index of words."""
    for kind, (more, values) in BARE.items():
        bare = median(selected(more, [here.pk, *values]) for _round in range(ROUNDS))
        report("visits", f"{name}: {kind}, beside one bare SELECT", median(took[kind]), "ms", limit=bare)


def selected(more: str, values: list[Any]) -> float:
    """The newest notes of a neighbourhood for which something holds, as rows, in milliseconds."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(NEWEST.format(more), values)
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000


def timed(client: Client, here: Area, query: str) -> float:
    """A page, in milliseconds."""
    began = time.perf_counter()
    answer = client.get(f"/n/{here.slug}/visit-notes/?{query}")
    taken = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{query}: {answer.status_code}")
    return taken


if __name__ == "__main__":
    main(sys.argv[1])
