"""The data of the voting benchmark: an estate of as many owners as a whole district has, all with accounts.

`python -m bench._voting_data make` fills the database and draws the roll, `… count PK` counts a vote in a process of
its own, so that its memory can be told. Each prints one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from unittest.mock import patch

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, Model, Sum  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench._pages_data import cookie_of  # noqa: E402
from portal.community.models import Area, Dwelling, Kind, Ownership, Person, Post, User  # noqa: E402
from portal.community.rules import load  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.management.commands.serve import collect_changed_static_files  # noqa: E402
from portal.notifications import delivery  # noqa: E402
from portal.notifications.models import Delivery, Notice  # noqa: E402
from portal.voting import result, rolls, services, tally  # noqa: E402
from portal.voting.models import Ballot, Choice, Electorate, LegalEffect, RollEntry, Vote  # noqa: E402
from tests import factories  # noqa: E402

CALLED_AT = datetime(2026, 11, 2, 2, tzinfo=UTC)
OPENS_AT = datetime(2026, 11, 17, 16, tzinfo=UTC)
CLOSES_AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
BATCH, TIMES = 5000, 3
PEOPLE, VOTERS = 180_700, 4_000
Row = TypeVar("Row", bound=Model)


class District:
    """One estate; each owner has one flat, every hundredth the flat beside it too."""

    def __init__(self, people: int) -> None:
        load()
        self.neighbourhood = factories.make_neighbourhood(name="天馨花园居民区", slug="tianxin")
        self.estate = factories.make_area(Kind.ESTATE, parent=self.neighbourhood)
        self.staff = factories.make_user(post=Post.DIRECTOR, neighbourhood=self.neighbourhood)
        houses = [factories.make_building(parent=self.estate) for _house in range(max(1, people // 500))]
        persons = (
            Person(real_name=f"陈{at}", phone=f"137{at:08d}", adult_on=factories.ADULT_ON)
            for at in range(people)
        )
        self.people = filled(Person, persons)
        homes = (self._home(houses, at) for at in range(people + people // 100))
        self.homes = filled(Dwelling, homes)
        users = (
            User(username=f"u{at}", person=person, password="!") for at, person in enumerate(self.people)
        )
        self.users = filled(User, users)
        held = {"status": "verified", "since": factories.SINCE, "verified_at": clock.now()}
        owners = ((self.people[at % people], home) for at, home in enumerate(self.homes))
        filled(Ownership, (Ownership(person=who, dwelling=home, **held) for who, home in owners))
        settle()

    @staticmethod
    def _home(houses: list[Area], at: int) -> Dwelling:
        house = houses[at % len(houses)]
        return Dwelling(building=house, entrance="1", room=str(at), exclusive_area=8000 + at % 4000)

    def question(self) -> dict[str, Any]:
        """What call_vote is given."""
        return {
            "neighbourhood": self.neighbourhood,
            "scope": self.estate,
            "subject": "topic:1",
            "subject_url": "/topics/1/",
            "title": "是否同意开通红林路小门？",
            "explanation": "夜间关闭，刷卡出入。",
            "electorate": Electorate.OWNERS,
            "matter": "ordinary",
            "opens_at": OPENS_AT,
            "closes_at": CLOSES_AT,
            "legal_effect": LegalEffect.CONSULTATIVE,
        }


def filled(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    """Write rows, and have them back with their keys."""
    rows, made = iter(rows), []
    while batch := list(islice(rows, BATCH)):
        made += model._default_manager.bulk_create(batch)
    return made


def all_vote(vote: Vote) -> None:
    """A ballot of everybody on the roll."""
    lines = RollEntry.objects.filter(vote=vote).values_list("pk", flat=True)
    caster = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    ballots = (
        Ballot(
            vote=vote,
            entry_id=line,
            choice=Choice.values[line % 3],
            receipt=f"{at:012d}",
            cast_at=OPENS_AT + timedelta(hours=1),
            cast_by_id=caster,
        )
        for at, line in enumerate(lines)
    )
    filled(Ballot, ballots)
    settle()


def settle() -> None:
    """What a database does for itself some time after much was loaded."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- what is measured beside the data ---


def main(arguments: list[str]) -> None:
    """Do one step and print what came of it."""
    step = arguments[0]
    print(json.dumps(make() if step == "make" else counted(int(arguments[1]))))


def make() -> dict[str, Any]:
    """Fill the database, draw the roll beside a bare copy of as many rows; a vote that is over, one that is open."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    call_command("migrate", verbosity=0)
    collect_changed_static_files()
    bare_table()
    district = District(int(os.environ.get("BENCH_PEOPLE", PEOPLE)))
    with clock.at(CALLED_AT):
        called, past = timed(lambda: services.call_vote(district.staff, **district.question()))
        news, _slices = timed(deliver)
        settle()
        drawn, copied = freezing(past)
        fingerprint, _text = timed(lambda: rolls.fingerprint(past))
    all_vote(past)
    return {
        "heads": past.heads,
        "call": called + news,
        "draw": drawn,
        "copy": copied,
        "fingerprint": fingerprint,
        "vote": past.pk,
        "open": open_vote(district).pk,
        "voters": [cookie_of(user) for user in district.users[:VOTERS]],
    }


def freezing(vote: Vote) -> tuple[float, float]:
    """How long the roll takes (s), and a bare copy of its rows; in turns, each undone."""
    ours, bare = [], []
    columns = 'number, person_id, building_id, "where", area, served'
    for _turn in range(TIMES):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM voting_rollentry")
            copy, again = twin(vote), twin(vote)
            sql = f"INSERT INTO voting_rollentry (vote_id, {columns}) SELECT {copy.pk}, {columns} FROM kept"
            bare.append(timed(partial(cursor.execute, sql))[0])
            ours.append(timed(partial(rolls.draw, again))[0])
            transaction.set_rollback(True)
    return median(ours), median(bare)


def twin(vote: Vote) -> Vote:
    """The same vote once more, without a roll."""
    copy = Vote.objects.get(pk=vote.pk)
    copy.pk, copy.public_id = None, uuid.uuid4()
    copy.save(force_insert=True)
    return copy


def open_vote(district: District) -> Vote:
    """A vote that is open now."""
    now = clock.now()
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1)}
    with clock.at(now - timedelta(days=40)):
        vote = services.call_vote(district.staff, **(district.question() | times))
    # Beside the ballots nothing else is measured.
    Delivery.objects.all().delete()
    settle()
    return vote


def counted(vote_pk: int) -> dict[str, float]:
    """Count a vote; what that takes (s), beside one bare GROUP BY, and how much memory (MB) above what was there."""
    vote = Vote.objects.get(pk=vote_pk)
    ballots = Ballot.objects.filter(vote=vote).order_by().values("choice")
    whole = ballots.annotate(heads=Count("pk"), area=Sum("entry__area"))
    few = ballots.annotate(heads=Count("pk"))
    said = {
        "group": median(timed(lambda: list(whole.all()))[0] for _turn in range(TIMES)),
        "group_heads": median(timed(lambda: list(few.all()))[0] for _turn in range(TIMES)),
        "take": median(timed(lambda: tally.take(vote))[0] for _turn in range(TIMES)),
    }
    before = memory()
    # As any command does before it begins: what is imported with the addresses is not part of the count.
    reverse("voting:vote", args=[vote_pk])
    with clock.at(vote.closes_at + timedelta(minutes=1)):
        with transactions() as taken:
            said["count"], vote = timed(lambda: services.count(vote_pk))
        said["longest"] = max(taken)
        with transactions() as taken:
            said["news"], _slices = timed(deliver)
        said["longest_news"] = max(taken)
    if Notice.objects.filter(kind="vote.counted").count() < vote.heads:
        raise RuntimeError("not everybody was told")
    said["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000 - before
    said["fingerprint"], _hash = timed(lambda: result.fingerprint(result.flowing(vote)))
    with Path(os.environ["BENCH_FILE"]).open("wb") as file:
        file.writelines(result.text(vote))
    return said


def deliver() -> None:
    """All news that wait, as the periodic work delivers them minute by minute."""
    while Delivery.objects.exists():
        delivery.deliver_due()


@contextmanager
def transactions() -> Iterator[list[float]]:
    """How long each transaction of a block takes (s)."""
    taken, begun = list[float](), [0.0]
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entered(atomic: transaction.Atomic) -> None:
        if not connection.in_atomic_block:
            begun[0] = time.perf_counter()
        enter(atomic)

    def left(atomic: transaction.Atomic, *error: Any) -> None:
        leave(atomic, *error)
        if not connection.in_atomic_block:
            taken.append(time.perf_counter() - begun[0])

    with patch.multiple(transaction.Atomic, __enter__=entered, __exit__=left):
        yield taken


def memory() -> float:
    """What this process holds now (MB)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1_000_000


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long something takes (s), and what it gives."""
    start = time.perf_counter()
    given = work()
    return time.perf_counter() - start, given


def bare_table() -> None:
    """The table of the bare counterpart: a key and one more unique column, as a ballot has at least."""
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_ballot (id {key} PRIMARY KEY, line bigint UNIQUE, choice varchar(20), "
            f"at {connection.data_types['DateTimeField']})"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
