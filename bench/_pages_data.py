"""The data of the pages benchmark, made in a process of its own (pages.MAKE).

Fills the database step by step (10, 100, 10,000 topics; discussions of 5 and 500 posts), counts the queries of
the pages at each size, and keeps a copy at 100 topics. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import get_random_string

from portal.community.models import Contact, Dwelling, Ownership, Person, Post, Residency, User
from portal.deliberation.models import Category, Seconding, Step, Topic
from portal.deliberation.states import ENDED, State
from portal.duties.models import Duty
from portal.kit import clock
from portal.management.commands.serve import collect_changed_static_files
from portal.pages.services import found_neighbourhood
from portal.record.models import Chain, Entry
from portal.record.services import begin
from portal.search import services as search
from portal.search.kinds import kind_of
from portal.threads.models import Thread
from tests import factories
from tests.threads.factories import make_posts

FEW, MANY, SIZES = 100, 10_000, (10, 100, 10_000)
HOMES, READERS = 120, 20
STATES = [state for state in State if state not in {State.DRAFT, State.MERGED, State.VOTING}]
OWED = {
    State.SCREENING: "topic.screen",
    State.RETURNED: "topic.complete",
    State.IN_FORUM: "topic.decide",
    State.ADOPTED: "topic.execute",
}
WORDS = ["小门", "车棚", "路灯", "花园", "电梯", "楼道", "垃圾", "停车", "滑梯", "井盖", "雨棚", "围墙"]
PROBLEM = "从正门到地铁站要绕行九百米，雨天积水，老人推车尤其不便。大家都说改一改就好。"
BATCH = 1000


class Crowd:
    """A neighbourhood that grows: its people first, then as many topics as are wanted."""

    def __init__(self) -> None:
        self.here = factories.make_neighbourhood(name="天馨花园居民区", slug="tianxin")
        begin(self.here.slug)
        Contact.objects.create(area=self.here, office="红林路 88 号")
        found_neighbourhood(self.here, greeting="在这里提议题、议方案、投一票。")
        building = factories.make_building(parent=self.here)
        numbers = range(HOMES)
        self.people = Person.objects.bulk_create(
            Person(real_name=f"陈{at}", display_name=f"邻居{at}", phone=f"137{at:08d}") for at in numbers
        )
        self.homes = Dwelling.objects.bulk_create(
            Dwelling(building=building, entrance="1", room=str(at), exclusive_area=8000) for at in numbers
        )
        self._settle()
        self.staff = factories.make_user(post=Post.DIRECTOR, neighbourhood=self.here, name="王主任")
        self.readers = [factories.make_account(person=person) for person in self.people[:READERS]]
        self.topics = 0
        self.short, self.long = self._talk(5), self._talk(500)

    def grow(self, size: int) -> None:
        """Add topics in all states until there are so many."""
        start = clock.now()
        made = Topic.objects.bulk_create(
            (self._topic(at, start) for at in range(self.topics, size)), batch_size=BATCH
        )
        self.topics = size
        self._index(made)
        self._second(made)
        self._owe(made)
        self._record(made)

    def _topic(self, at: int, start: Any) -> Topic:
        state = STATES[at % len(STATES)]
        since = start - timedelta(minutes=7 * at + 5)
        area = self.here if at % 3 else self.homes[0].building
        return Topic(
            neighbourhood=self.here,
            area=area,
            number=f"2026-{at:05d}",
            category=Category.values[at % len(Category)],
            title=f"{WORDS[at % 12]}和{WORDS[at // 12 % 12]}的改造方案（{at}）",
            place=f"{at % 30}号楼北侧",
            problem=PROBLEM,
            affected="三百多户每天步行上班的邻居",
            wish="请大家一起议：样式、时间、钱从哪里来。",
            proposer=self.people[at % HOMES],
            signed=f"邻居{at % HOMES}",
            state=state,
            state_since=since,
            state_until=None if state in ENDED else start + timedelta(days=1 + at % 25),
            submitted_at=since,
            needs={"persons": 5, "households": 3, "days": 30, "number": 5},
            reason="理由" if state in {State.REJECTED, State.RETURNED} else "",
            ended_at=since if state in ENDED else None,
            responsible_post=Post.PROPERTY if state in {State.EXECUTING, State.EVALUATING} else "",
            responsible_name="物业 李经理" if state in {State.EXECUTING, State.EVALUATING} else "",
        )

    def _talk(self, posts: int) -> Topic:
        """A topic whose discussion has so many posts, every tenth of them a question that is owed an answer."""
        topic = self._topic(STATES.index(State.DISCUSSING), clock.now())
        topic.number, topic.title = f"2026-T{posts}", f"{posts} 条讨论的议题"
        topic.save()
        topic.thread = Thread.objects.create(
            neighbourhood=self.here,
            subject=f"topic:{topic.pk}",
            title=topic.title,
            url=topic.get_absolute_url(),
        )
        topic.save(update_fields=["thread"])
        make_posts(topic.thread, posts, author=self.people[0])
        now = clock.now()
        asked = topic.thread.posts.filter(sequence__in=range(0, posts + 1, 10))
        asked.update(asks=Post.PROPERTY, asked_at=now, due_at=now + timedelta(days=3))
        topic.thread.posts.update(body=PROBLEM)
        self._record([topic])
        return topic

    def _settle(self) -> None:
        verified = {"since": factories.SINCE, "status": "verified", "verified_at": clock.now()}
        at_home = list(zip(self.people, self.homes, strict=True))
        Residency.objects.bulk_create(
            Residency(person=who, dwelling=home, **verified) for who, home in at_home
        )
        Ownership.objects.bulk_create(
            Ownership(person=who, dwelling=home, **verified) for who, home in at_home
        )

    def _index(self, topics: list[Topic]) -> None:
        kind = kind_of(topics[0])
        for at in range(0, len(topics), BATCH):
            search.write([search.document(kind, topic) for topic in topics[at : at + BATCH]])

    def _second(self, topics: list[Topic]) -> None:
        Seconding.objects.bulk_create(
            (
                Seconding(topic=topic, person=self.people[at], dwelling=self.homes[at])
                for topic in topics
                for at in {(topic.pk + step) % HOMES for step in (1, 2, 3)}
            ),
            batch_size=BATCH,
        )

    def _owe(self, topics: list[Topic]) -> None:
        owed = [topic for topic in topics if topic.state in OWED]
        Duty.objects.bulk_create(
            (
                Duty(
                    neighbourhood=self.here,
                    kind=OWED[State(topic.state)],
                    subject=f"topic:{topic.pk}",
                    title=topic.title,
                    url=topic.get_absolute_url(),
                    post=Post.WORKER,
                    area=self.here,
                    due_at=topic.state_until or clock.now(),
                )
                for topic in owed
            ),
            batch_size=BATCH,
        )
        carried = [topic for topic in topics if topic.state == State.EXECUTING]
        Step.objects.bulk_create(
            (Step(topic=topic, number=1, text="第一步", due_on=clock.today()) for topic in carried),
            batch_size=BATCH,
        )

    def _record(self, topics: Iterable[Topic]) -> None:
        """Three entries a topic, as quick as can be: nobody verifies this record."""
        head = Chain.objects.get(pk=self.here.slug)
        entries, numbers = [], count(head.sequence + 1)
        for topic in topics:
            for action in ("seconding", "screening", topic.state):
                number = next(numbers)
                entries.append(
                    Entry(
                        chain=head,
                        sequence=number,
                        at=topic.state_since,
                        actor="系统",
                        action=f"topic.{action}",
                        subject=f"topic:{topic.pk}",
                        title=topic.title,
                        previous=f"{number - 1:064x}",
                        hash=f"{number:064x}",
                    )
                )
        Entry.objects.bulk_create(entries, batch_size=BATCH)
        head.sequence, head.hash = entries[-1].sequence, entries[-1].hash
        head.save()


def main() -> None:
    """Fill, count, copy; say where everything is."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    collect_changed_static_files()
    call_command("migrate", verbosity=0)
    crowd = Crowd()
    cookies, queries = [cookie_of(user) for user in crowd.readers], []
    for size in SIZES:
        crowd.grow(size)
        queries += counted(crowd, size)
        if size == FEW:
            keep_copy(os.environ["BENCH_COPY"])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    said = {
        "list": f"/n/{crowd.here.slug}/topics/",
        "topic": crowd.long.get_absolute_url(),
        "cookies": cookies,
        "staff": cookie_of(crowd.staff),
        "queries": queries,
    }
    print(json.dumps(said))


def counted(crowd: Crowd, size: int) -> list[tuple[str, str, int, int]]:
    """Queries of each page for each reader: what, who, how much there is, how many."""
    pages = [("topic list", size, f"/n/{crowd.here.slug}/topics/")]
    if size == MANY:
        pages += [("topic page", len_, topic.get_absolute_url()) for len_, topic in talks(crowd)]
    return [
        (what, who, much, queries_of(path, user))
        for what, much, path in pages
        for who, user in (("anybody", None), ("resident", crowd.readers[0]))
    ]


def talks(crowd: Crowd) -> list[tuple[int, Topic]]:
    """The topics with a short and with a long discussion."""
    return [(5, crowd.short), (500, crowd.long)]


def queries_of(path: str, user: User | None) -> int:
    """How many queries a page takes that nobody has seen yet."""
    client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-CN"})
    if user is not None:
        client.force_login(user, "portal.register.backends.NameBackend")
    for name in settings.CACHES:
        caches[name].clear()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(captured)


def cookie_of(user: User) -> str:
    """The cookies of a browser in which somebody signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "portal.register.backends.NameBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"


def keep_copy(name: str) -> None:
    """Copy the database as it is now: a file beside it, or a database of that name."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [name])
        return
    original = connection.settings_dict["NAME"]
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
