"""A meeting with 300 phones: a quick question is answered by all within 10 s, while all of them read along by socket.

Under Daphne, as `manage.py serve` runs it. Each phone answers at a moment of its own, over a connection of its own;
how long that took is counted from that moment. Every answer has to be counted, and every phone to see the last figure.
`python -m bench._meetings_live make|counted` are the steps in a process of their own.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

from bench._http import HOST, exchange
from bench._sockets import Reader, gather
from bench._voting_load import form, sound
from bench.pages import portal
from bench.report import progress, report
from bench.voting import step

PHONES, SECONDS, OPTIONS = 300, 10.0, 3
SEQUENCE = re.compile(rb'"sequence":(\d+)')
PATIENCE = 5.0


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"{PHONES} phones answer on {name}")
    said = step(place, database, "make", module="_meetings_live")
    with portal(place, database) as port:
        taken, late, missed = asyncio.run(_meet(port, said))
    counted = step(place, database, "counted", module="_meetings_live")["counted"]
    what = f"{name}: {PHONES} phones answer a quick question in {SECONDS:.0f} s"
    report("meetings", f"{what}, answers not counted", PHONES - counted, "answers", goal="<= 0")
    report("meetings", f"{what}, p95", 1000 * sorted(taken)[int(PHONES * 0.95)], "ms", goal="<= 500")
    report("meetings", f"{what}, phones without the last figure", missed, "phones", goal="<= 0")
    report("meetings", f"{what}, last answer to the last phone", 1000 * late, "ms", goal="<= 1000")


async def _meet(port: int, said: dict[str, Any]) -> tuple[list[float], float, int]:
    """How long each answer took (s), how late the last phone saw the last figure (s), and how many never did."""
    readers = await gather(PHONES, port, f"/ws/halls/{said['meeting']}/?after=0&lang=zh-hans", SEQUENCE)
    await asyncio.sleep(1)
    dice = random.Random(15)
    begin = time.monotonic() + 0.2
    moments = [begin + dice.random() * SECONDS for _phone in range(PHONES)]
    answered = await asyncio.gather(*(_answer(port, said, at, moment) for at, moment in enumerate(moments)))
    last = max(end for _taken, end in answered)
    await asyncio.sleep(PATIENCE)
    seen = [_first_seen(reader, said["sequence"] + PHONES) for reader in readers]
    arrived = [at for at in seen if at is not None]
    return (
        [taken for taken, _end in answered],
        max(0.0, max(arrived, default=last) - last),
        PHONES - len(arrived),
    )


async def _answer(port: int, said: dict[str, Any], at: int, moment: float) -> tuple[float, float]:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
    fields = {"csrfmiddlewaretoken": said["token"], "pulse": str(said["pulse"]), "option": str(at % OPTIONS)}
    reader, writer = await asyncio.open_connection(HOST, port)
    path = f"/live/{said['meeting']}/answer-pulse/"
    sound(await exchange(reader, writer, form(path, port, said["cookies"][at], fields)), 302)
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


def counted() -> dict[str, int]:
    """How many answers were counted."""
    import django  # noqa: PLC0415 - as above

    django.setup()
    from portal.meetings.live.boards import answers_of  # noqa: PLC0415
    from portal.meetings.models import Pulse  # noqa: PLC0415

    return {"counted": sum(answers_of(Pulse.objects.get()))}


if __name__ == "__main__":
    json.dump({"make": make, "counted": counted}[sys.argv[1]](), sys.stdout)
