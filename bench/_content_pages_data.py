"""The pages of a building's board and of a convention under comment, in two sizes (_content_pages.MAKE).

Prints one JSON object: the addresses of the smaller ones, cookies of residents, and the queries of each size.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from bench._pages_data import cookie_of, queries_of
from portal.boards.cashbook import services as cash_books
from portal.boards.cashbook.states import Earned
from portal.boards.services import boards, notices
from portal.community.models import User
from portal.conventions import services as conventions
from portal.kit import clock
from portal.management.commands.serve import collect_changed_static_files
from portal.pages.versions import version_of
from portal.threads.models import Thread
from tests import factories
from tests.boards.factories import House, make_house, make_must_read, make_photo, make_rota
from tests.conventions.factories import PARKING
from tests.threads.factories import make_posts

SIZES = (1, 10)
# Of the smaller ones.
ARTICLES, SUGGESTIONS, FLATS, PHOTOS, LINES, POSTS, READERS, WEEKS = 12, 3, 12, 5, 6, 10, 12, 2


def main() -> None:
    """Make both sizes, count, say where they are."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    collect_changed_static_files()
    call_command("migrate", verbosity=0)
    said: dict[str, Any] = {"queries": []}
    for size in SIZES:
        house = make_house(name=f"{size}号楼")
        readers = [factories.make_resident(dwelling=home) for home in flats(house, FLATS * size)[:READERS]]
        pages = {
            "board": board_of(house, size),
            "convention": convention_of(house, size, [*readers, house.first, house.second]),
        }
        for what, path in pages.items():
            said["queries"] += [
                (what, who, size, queries_of(path, user))
                for who, user in (("anybody", None), ("resident", readers[0]))
            ]
        said |= {} if size > 1 else {"pages": pages, "cookies": [cookie_of(user) for user in readers]}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(json.dumps(said))


def flats(house: House, count: int) -> list[Any]:
    """More flats of the building, six on a floor."""
    rooms = (f"{4 + at // 6}0{1 + at % 6}" for at in range(count))
    return [factories.make_dwelling(within=house.building, room=room) for room in rooms]


def board_of(house: House, size: int) -> str:
    """The address of a board on which there is everything, so many times."""
    for at in range(notices.MOST):
        make_must_read(house, f"必读{at}")
    make_rota(house, WEEKS * size)
    for _at in range(PHOTOS * size):
        make_photo(house, by=house.head)
    book = cash_books.open_book(house.head, house.pk, clock.today(), 86_000)
    for at in range(LINES * size):
        cash_books.earn(house.head, book.pk, clock.today(), f"卖纸板 {at}", 1_200, Earned.SCRAP)
    boards.leave_message(house.first, house.pk, "三楼的灯又不亮了。", uuid4())
    thread = Thread.objects.get(subject=house.board.record_subject)
    make_posts(thread, POSTS * size, author=factories.person_of(house.second))
    return reverse("boards:board", args=[house.here.slug, house.pk])


def convention_of(house: House, size: int, readers: list[User]) -> str:
    """The address of a convention that is open for comment, with suggestions of these people on a third of it."""
    blocks = [
        {"type": "article", "value": {"title": f"停放与充电（{at}）", "text": PARKING}, "id": f"a{at}"}
        for at in range(ARTICLES * size)
    ]
    chaptered: list[dict[str, Any]] = []
    for at, block in enumerate(blocks):
        if at % 4 == 0:
            chaptered.append({"type": "chapter", "value": {"title": f"第 {at} 节"}, "id": f"c{at}"})
        chaptered.append(block)
    page = conventions.found(house.worker, house.here.slug, "convention", "居民公约", house.here, "起火以后")
    conventions.save_draft(house.worker, page, version_of(page), {"body": chaptered})
    round_ = page.rounds.get()
    conventions.put_to_comment(house.worker, round_.pk)
    for at in range(SUGGESTIONS * size):
        new = PARKING.replace("八小时", f"{at + 2} 小时")
        conventions.suggest(readers[at % len(readers)], round_.pk, f"a{at // 2}", new, "去年冒烟")
    return str(page.get_absolute_url())
