"""A meeting with 300 phones: a quick question is answered by all within 10 s, while all of them read along by socket.

Under Daphne, as `manage.py serve` runs it. Each phone answers at a moment of its own, over a connection of its own;
how long that took is counted from that moment. Every answer has to be counted, and every phone to see the last figure.
Beside it, in the same run, what the same answers cost a bare Django with Channels (bench._meetings_bare): once with the
same 300 readers, each told of each answer, and once as an INSERT alone, which nobody hears of. What the server's
process spent on an answer, reading along included, is the figure that a busy machine does not change.
`python -m bench._meetings_live make|counted` are the steps in a process of their own.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._http import HOST, exchange
from bench._live_crowd import cpu
from bench._sockets import Reader, gather
from bench._voting_load import form, sound
from bench.pages import PORTALS, daphne, free_port, surroundings
from bench.report import progress, report
from bench.voting import step

PHONES, SECONDS, OPTIONS = 300, 10.0, 3
SEQUENCE = re.compile(rb'"sequence":\s*(\d+)')
PATIENCE = 5.0
BARE = "bench._meetings_bare:application"


@dataclass(frozen=True)
class Hall:
    """What is answered where: `readers` at the address of the socket; the request of each phone; the last number."""

    socket: str
    request: Callable[[int, int], bytes]
    last: int
    readers: int = PHONES


@dataclass(frozen=True)
class Run:
    """How long each answer took (s), how late the last phone saw the last figure, how many never did, and the cost."""

    taken: list[float]
    late: float
    missed: int
    cpu_ms: float

    @property
    def p95(self) -> float:
        """What one answer in twenty took longer than (ms)."""
        return 1000 * sorted(self.taken)[int(len(self.taken) * 0.95)]


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"{PHONES} phones answer on {name}")
    said = step(place, database, "make", module="_meetings_live")
    ours = _served(PORTALS["daphne"], _ours(said), place, database)
    counted = step(place, database, "counted", module="_meetings_live")["counted"]
    readers, alone = (_served(BARE, hall, place, database) for hall in (_bare(PHONES), _bare(0)))
    what = f"{name}: {PHONES} phones answer a quick question in {SECONDS:.0f} s"
    report("meetings", f"{what}, answers not counted", PHONES - counted, "answers", goal="<= 0")
    report("meetings", f"{what}, p95", ours.p95, "ms", goal="<= 500")
    report(
        "meetings",
        f"{what}, p95 beside a bare view whose readers hear each",
        ours.p95,
        "ms",
        limit=readers.p95,
    )
    report("meetings", f"{what}, phones without the last figure", ours.missed, "phones", goal="<= 0")
    report("meetings", f"{what}, last answer to the last phone", 1000 * ours.late, "ms", goal="<= 1000")
    cost = f"{what}, CPU of the server an answer"
    for beside, bare, goal in (
        ("a bare view telling each reader", readers, "<= 1"),
        ("a bare silent INSERT", alone, "<= 3"),
    ):
        report("meetings", f"{cost}, beside {beside}", ours.cpu_ms, "ms", limit=bare.cpu_ms, goal=goal)
    report("meetings", f"{what}, bare: phones without the last figure", readers.missed, "phones")


def _ours(said: dict[str, Any]) -> Hall:
    meeting = said["meeting"]

    def request(at: int, port: int) -> bytes:
        fields = {
            "csrfmiddlewaretoken": said["token"],
            "pulse": str(said["pulse"]),
            "option": str(at % OPTIONS),
        }
        return form(f"/live/{meeting}/answer-pulse/", port, said["cookies"][at], fields)

    return Hall(f"/ws/halls/{meeting}/?after=0&lang=zh-hans", request, said["sequence"] + PHONES)


def _bare(readers: int) -> Hall:
    # The second run goes on where the first one ended: one row a person.
    first = 0 if readers else PHONES

    def request(at: int, port: int) -> bytes:
        fields = {"person": str(first + at), "option": str(at % OPTIONS)} | ({"tell": "1"} if readers else {})
        return form("/answer/", port, "", fields)

    return Hall("/ws/", request, PHONES, readers)


def _served(application: str, hall: Hall, place: Path, database: str) -> Run:
    port = free_port()
    with daphne(application, port, surroundings(place, database, port)) as process:
        return asyncio.run(_meet(port, process, hall))


async def _meet(port: int, process: int, hall: Hall) -> Run:
    readers = await gather(hall.readers, port, hall.socket, SEQUENCE)
    await asyncio.sleep(1)
    dice, before = random.Random(15), cpu(process)
    begin = time.monotonic() + 0.2
    moments = [begin + dice.random() * SECONDS for _phone in range(PHONES)]
    answered = await asyncio.gather(*(_answer(port, hall, at, moment) for at, moment in enumerate(moments)))
    last = max(end for _taken, end in answered)
    await asyncio.sleep(PATIENCE)
    seen = [_first_seen(reader, hall.last) for reader in readers]
    arrived = [at for at in seen if at is not None]
    return Run(
        [taken for taken, _end in answered],
        max(0.0, max(arrived, default=last) - last),
        hall.readers - len(arrived),
        1000 * (cpu(process) - before) / PHONES,
    )


async def _answer(port: int, hall: Hall, at: int, moment: float) -> tuple[float, float]:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
    reader, writer = await asyncio.open_connection(HOST, port)
    sound(await exchange(reader, writer, hall.request(at, port)), 302)
    writer.close()
    now = time.monotonic()
    return now - moment, now


def _first_seen(reader: Reader, number: int) -> float | None:
    return next((at for seen, at in reader.seen if seen >= number), None)


# --- in a process of its own ---


def make() -> dict[str, Any]:
    """A hearing in session, a quick question that is open, and 300 residents who are signed in."""
    import django  # noqa: PLC0415 - only here

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from bench._bulk import lay_tables  # noqa: PLC0415
    from portal.community.rules import load  # noqa: PLC0415
    from portal.meetings.live.services import pulses  # noqa: PLC0415
    from portal.meetings.models import Floor  # noqa: PLC0415
    from portal.meetings.states.hearing import HearingState  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415
    from tests.meetings.factories import make_hearing, make_scene  # noqa: PLC0415

    lay_tables()
    lay_bare()
    load()
    scene = make_scene()
    hearing = make_hearing(HearingState.IN_SESSION, topic=scene.topic)
    pulse = pulses.open_pulse(
        scene.worker, hearing.pk, question="晚上22:30关门，您同意吗？", options=["同意", "看情况", "不同意"]
    )
    token, cookies = "x" * 32, []
    for _phone in range(PHONES):
        user = factories.make_resident(within=scene.here)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies.append(
            f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
        )
    sequence = Floor.objects.get(pk=hearing.pk).sequence
    return {
        "meeting": hearing.pk,
        "pulse": pulse.pk,
        "sequence": sequence,
        "cookies": cookies,
        "token": token,
    }


def lay_bare() -> None:
    """The table of the bare view."""
    from django.db import connection  # noqa: PLC0415 - as above

    key = "integer" if connection.vendor == "sqlite" else "bigserial"
    moment = "datetime" if connection.vendor == "sqlite" else "timestamptz"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_answer (id {key} PRIMARY KEY, person bigint UNIQUE, option integer, at {moment})"
        )


def counted() -> dict[str, int]:
    """How many answers were counted."""
    import django  # noqa: PLC0415 - as above

    django.setup()
    from portal.meetings.live.boards import answers_of  # noqa: PLC0415
    from portal.meetings.models import Pulse  # noqa: PLC0415

    return {"counted": sum(answers_of(Pulse.objects.get()))}


if __name__ == "__main__":
    json.dump({"make": make, "counted": counted}[sys.argv[1]](), sys.stdout)
