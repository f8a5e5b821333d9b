from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.threads import fragments, hub, services
from portal.threads.live import group
from portal.threads.models import Post, Thread
from tests.examples import examples
from tests.threads.factories import (
    make_neighbour,
    make_posts,
    make_question,
    make_thread,
    make_worker,
    say,
)
from tests.threads.lines import Line, live, shut, stored

pytestmark = pytest.mark.django_db(transaction=True)
say_ = sync_to_async(say)


def event(thread: Thread, after: int) -> dict[str, Any]:
    """The event of the one change after a number, as services send it."""
    return event_of(thread, thread.posts.drawn().get(revision=after + 1))


def event_of(thread: Thread, post: Post) -> dict[str, Any]:
    """The event of a post's last change."""
    return {
        "type": "thread.news",
        "thread": thread.pk,
        "after": post.revision - 1,
        "sequence": post.revision,
        "open": True,
        "posts": {code: [fragments.item(post, code)] for code in fragments.LANGUAGES},
    }


# --- arriving ---


def test_a_reader_gets_what_came_after_its_number() -> None:
    thread = make_thread()
    make_posts(thread, 7)

    async def scenario() -> None:
        line = await Line(thread.pk, after=4).open().until(lambda line: line.mirror.last == 7)
        assert (line.accepted, line.told, line.gaps) == (True, [(5, 5), (6, 6), (7, 7)], 0)
        await shut(line)

    live(scenario)


def test_a_reader_who_was_away_long_gets_all() -> None:
    thread = make_thread()
    make_posts(thread, 450)

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: line.mirror.last == 450)
        assert (line.told, line.gaps) == ([(n, n) for n in range(1, 451)], 0)
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("after", [10**6, 10**18])
def test_a_number_from_the_future_is_no_error(after: int) -> None:
    thread = make_thread()
    make_posts(thread, 2)

    async def scenario() -> None:
        line = await Line(thread.pk, after=after).open().until(lambda line: len(line.texts) == 1)
        assert [frame["sequence"] for frame in line.frames] == [2]
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("path", ["/ws/threads/999999/", "/ws/threads/x/", "/ws/", f"/ws/threads/{10**30}/"])
def test_what_is_not_there_is_accepted_and_closed_with_4404(path: str) -> None:
    async def scenario() -> None:
        line = await Line(0, path=path).open().until(lambda line: line.code > 0)
        assert (line.accepted, line.code, line.texts) == (True, 4404, [])
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("query", [b"", b"after=&lang=", b"after=-1&lang=xx", b"after=%00&lang=%ff", b"&&=&"])
def test_senseless_questions_are_answered_from_the_beginning(query: bytes) -> None:
    thread = make_thread()
    make_posts(thread, 2)

    async def scenario() -> None:
        line = await Line(thread.pk, query_string=query).open().until(lambda line: line.mirror.last == 2)
        assert line.told == [(1, 1), (2, 2)]
        await shut(line)

    live(scenario)


# --- reading along ---


def test_a_post_reaches_every_reader_once_with_the_same_words() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)

    async def scenario() -> None:
        lines = [Line(thread.pk).open() for _time in range(5)]
        for line in lines:
            await line.until(lambda line: len(line.texts) == 1)
        await say_(neighbour, thread, "赞成。")
        for line in lines:
            await line.until(lambda line: line.mirror.last == 1)
        assert [line.told for line in lines] == [[(1, 1)]] * 5
        assert len({line.texts[-1] for line in lines}) == 1
        assert lines[0].mirror.shown == await stored(thread)
        await shut(*lines)

    live(scenario)


def test_each_reader_is_told_in_the_language_of_the_page() -> None:
    thread = make_thread()

    async def scenario() -> None:
        chinese, english = Line(thread.pk).open(), Line(thread.pk, language="en").open()
        for line in (chinese, english):
            await line.until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_question)(thread)
        for line, language in ((chinese, "zh-hans"), (english, "en")):
            await line.until(lambda line: line.mirror.last == 1)
            assert line.mirror.shown == await stored(thread, language)
        assert chinese.mirror.shown != english.mirror.shown
        await shut(chinese, english)

    live(scenario)


def test_state_and_event_are_as_a_fresh_fetch_for_every_change() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        said = await say_(author, thread)
        steps = [
            lambda: services.ask(author, said.pk, asks="worker"),
            lambda: services.acknowledge(worker, said.pk),
            lambda: services.answer(worker, said.pk, body="好。", key="5f3c3b40-9e2f-4a57-9f5e-8a1d9c7a1b11"),
            lambda: services.hide(worker, said.pk, "insult"),
            lambda: services.appeal(author, said.pk, text="请再看看。"),
            lambda: services.restore(worker, said.pk),
        ]
        for step in steps:
            await sync_to_async(step)()
            sequence = await sync_to_async(lambda: Thread.objects.get(pk=thread.pk).sequence)()
            await line.until(lambda line, sequence=sequence: line.mirror.last == sequence)
            assert line.mirror.shown == await stored(thread)
        assert (line.gaps, line.mirror.doubles) == (0, 0)
        await shut(line)

    live(scenario)


def test_closing_a_thread_is_told() -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        await sync_to_async(services.close_thread)(thread.pk)
        await line.until(lambda line: line.frames[-1]["open"] is False)
        await shut(line)

    live(scenario)


def test_whoever_comes_after_hiding_gets_no_word_of_it() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)

    async def scenario() -> None:
        first = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        said = await say_(author, thread, "密语-77F2")
        await first.until(lambda line: line.mirror.last == 1)
        await sync_to_async(services.hide)(worker, said.pk, "insult")
        await first.until(lambda line: line.mirror.last == 2)
        late = await Line(thread.pk).open().until(lambda line: line.mirror.last == 2)
        assert "".join(late.texts).count("密语") == 0
        assert late.mirror.shown == first.mirror.shown
        await shut(first, late)

    live(scenario)


# --- losing nothing ---


def test_a_burst_of_500_loses_nothing_though_the_layer_does() -> None:
    thread = make_thread()

    async def scenario() -> None:
        lines = [Line(thread.pk).open() for _time in range(5)]
        for line in lines:
            await line.until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_posts)(thread, 500)
        events = await sync_to_async(lambda: [event_of(thread, post) for post in thread.posts.drawn()])()
        layer = get_channel_layer()
        await asyncio.gather(*(layer.group_send(group(thread.pk), one) for one in events))
        for line in lines:
            await line.until(lambda line: line.mirror.last == 500)
        assert [line.told == [(n, n) for n in range(1, 501)] for line in lines] == [True] * 5
        assert [(line.gaps, line.mirror.doubles) for line in lines] == [(0, 0)] * 5
        await shut(*lines)

    live(scenario)


def test_what_another_process_did_without_a_word_arrives_within_seconds() -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_posts)(thread, 230)
        await line.until(lambda line: line.mirror.last == 230, seconds=hub.LOOK + 4)
        assert (line.told, line.gaps) == ([(n, n) for n in range(1, 231)], 0)
        await shut(line)

    live(scenario)


@settings(max_examples=examples(8), deadline=None)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11)), st.integers(0, 12))
def test_lost_doubled_and_overtaking_events_change_nothing(
    order: list[int], lost: set[int], joins_at: int
) -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)
    said = [say(author, thread, f"第 {n} 条") for n in range(9)]
    for post in said[:3]:
        services.hide(worker, post.pk, "insult")
    deliveries = [number for number in order if number not in lost] + list(order[:2])

    async def scenario() -> None:
        first = await Line(thread.pk, after=12).open().until(lambda line: len(line.texts) == 1)
        # The room knows everything; a room that knew nothing hears the same events.
        room = hub.hub().rooms[thread.pk]
        room.newest = room.flushed = room.floor = 0
        first.mirror.last = 0
        events = {number: await sync_to_async(made)(thread, number) for number in deliveries}
        late = None
        for at, number in enumerate(deliveries):
            if at == joins_at:
                late = Line(thread.pk).open()
            if events[number]:
                room.hear(events[number])
            await asyncio.sleep(0)
        late = late or Line(thread.pk).open()
        room.check(12, is_open=True)
        for line in (first, late):
            await line.until(lambda line: line.mirror.last == 12)
            assert line.mirror.shown == await stored(thread)
            assert line.gaps == 0
        await shut(first, late)

    live(scenario)
    thread.posts.all().delete()


def made(thread: Thread, number: int) -> dict[str, Any] | None:
    """The event after a number; None where that post has changed again since."""
    exists = thread.posts.filter(revision=number + 1).exists()
    return event(thread, number) if exists else None
