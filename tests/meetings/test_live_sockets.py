"""The socket of a hall: what happens arrives, what was missed is fetched, and a closed meeting is not known."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.routing import URLRouter

from portal.kit import clock
from portal.meetings.live import source
from portal.meetings.live.services import pulses, turns
from portal.meetings.live.sockets import routes
from portal.meetings.models import Floor
from portal.meetings.states.hearing import HearingState as H
from portal.threads.hub import hub
from portal.threads.readers import UNKNOWN
from tests.meetings.factories import HELD_AT, Scene, hearing_at
from tests.threads.lines import Line

pytestmark = pytest.mark.django_db(transaction=True)
application = URLRouter(routes)


def line(pk: int, after: int = 0) -> Line:
    """A socket of a hall."""
    opened = Line(pk, after=after, path=f"/ws/halls/{pk}/")
    return opened.open(application)


def stored(scene: Scene) -> dict[int, tuple[int, str]]:
    """What a reload would show of the parts that ever changed."""
    floor = source.floor_of(scene.pk)
    assert floor is not None
    items = [source.part(floor, name, "zh-hans") for name in source.changed(floor, 0)]
    return {item["n"]: (item["rev"], item["html"]) for item in items}


def change(scene: Scene, what: Any) -> None:
    """Something happens in the hall at its hour."""
    with clock.at(HELD_AT):
        what()


def test_every_event_arrives_and_the_end_is_as_a_reload() -> None:
    scene = hearing_at(H.IN_SESSION)
    act = sync_to_async(lambda what: change(scene, what))

    async def scenario() -> None:
        first = line(scene.pk)
        await first.until(lambda one: len(one.texts) >= 1)
        await act(lambda: turns.set_queue(scene.worker, scene.pk, queue="open"))
        await act(lambda: turns.ask_turn(scene.delegates[0], scene.pk))
        await act(
            lambda: pulses.open_pulse(scene.worker, scene.pk, question="同意吗？", options=["是", "否"])
        )
        last = await sync_to_async(lambda: Floor.objects.get(pk=scene.pk).sequence)()
        await first.until(lambda one: one.mirror.last == last)
        late = line(scene.pk, after=last - 1)
        await late.until(lambda one: one.mirror.last == last)
        shown = await sync_to_async(stored)(scene)
        assert {n: rev for n, (rev, _html) in first.mirror.shown.items()} == {
            n: rev for n, (rev, _) in shown.items()
        }
        assert set(late.mirror.shown) == {5, 6}
        assert first.gaps == late.gaps == 0
        await first.shut()
        await late.shut()
        assert hub(source.HALLS).rooms == {}

    async_to_sync(scenario)()


def test_a_meeting_that_must_not_be_known_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = hearing_at(H.IN_SESSION)
    monkeypatch.setattr(source, "seen", lambda user, pk: None)

    async def scenario() -> None:
        for pk in (scene.pk, scene.pk + 999):
            closed = await line(pk).until(lambda one: bool(one.code))
            assert closed.code == UNKNOWN
            await closed.shut()

    async_to_sync(scenario)()
