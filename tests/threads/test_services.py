from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.threads import services
from portal.threads.models import Post, Thread
from portal.threads.states import State
from tests.factories import make_neighbourhood, make_resident, person_of
from tests.threads.factories import (
    known,
    make_neighbour,
    make_thread,
    make_worker,
    say,
)

pytestmark = pytest.mark.django_db


def actions(thread: Thread) -> list[str]:
    return list(
        Entry.objects.filter(chain=thread.neighbourhood.slug, subject=thread.subject)
        .order_by("sequence")
        .values_list("action", flat=True)
    )


def news_of(user: object) -> list[str]:
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


# --- threads ---


def test_a_subject_has_one_thread() -> None:
    here = make_neighbourhood()

    first = services.open_thread("topic:1", neighbourhood=here, title="小门", url="/topics/1/")
    again = services.open_thread("topic:1", neighbourhood=here, title="小门", url="/topics/1/")

    assert (first.pk, first.sequence, first.is_open) == (again.pk, 0, True)


def test_a_closed_thread_takes_no_posts_until_it_is_opened_again() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)
    services.close_thread(thread.pk)

    with pytest.raises(NotPossible):
        say(neighbour, thread)

    services.open_thread(thread.subject, neighbourhood=thread.neighbourhood, title="", url="")
    assert say(neighbour, thread).sequence == 1


def test_a_retry_after_closing_gets_the_post_that_was_accepted() -> None:
    thread = make_thread()
    neighbour, key = make_neighbour(thread), uuid4()
    first = services.post(neighbour, thread.pk, body="赞成", key=key)
    services.close_thread(thread.pk)

    assert services.post(neighbour, thread.pk, body="赞成", key=key) == first


def test_closing_is_by_the_clock() -> None:
    thread = make_thread()
    thread.closes_at = clock.now() + timedelta(hours=1)
    thread.save()
    neighbour = make_neighbour(thread)
    say(neighbour, thread)

    with clock.at(thread.closes_at), pytest.raises(NotPossible):
        say(neighbour, thread)


# --- posts ---


def test_posts_are_numbered_and_signed_as_written() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread, name="陈阿姨")

    first, second = say(neighbour, thread), say(make_worker(thread), thread, "请大家说说。")

    assert [first.sequence, first.revision, second.sequence] == [1, 1, 2]
    assert (first.author_name, first.official, first.state) == ("陈阿姨", False, State.VISIBLE)
    assert second.author_name == "居委会 沈老师"
    person_of(neighbour).display_name = "别的名字"
    person_of(neighbour).save()
    first.refresh_from_db()
    assert first.author_name == "陈阿姨"


def test_posts_leave_no_entry_in_the_record_and_no_flood_of_news() -> None:
    thread = make_thread()
    say(make_neighbour(thread), thread)

    assert actions(thread) == []
    assert Notice.objects.count() == 0


def test_the_same_key_is_the_same_post() -> None:
    thread = make_thread()
    neighbour, key = make_neighbour(thread), uuid4()

    first = services.post(neighbour, thread.pk, body="赞成", key=key)
    again = services.post(neighbour, thread.pk, body="赞成", key=key)

    assert first == again
    assert Post.objects.count() == 1


def test_a_key_used_in_another_discussion_gives_nothing_away() -> None:
    thread = make_thread()
    key, author = uuid4(), make_neighbour(thread)
    services.post(author, thread.pk, body="赞成", key=key)

    with pytest.raises(NotPossible):
        services.post(author, make_thread(neighbourhood=thread.neighbourhood).pk, body="反对", key=key)


@pytest.mark.parametrize("body", ["", "  \n ", "字" * 4001])
def test_a_text_has_one_to_4000_characters(body: str) -> None:
    thread = make_thread()

    with pytest.raises(NotPossible):
        say(make_neighbour(thread), thread, body)


def test_4000_characters_are_kept() -> None:
    thread = make_thread()

    assert len(say(make_neighbour(thread), thread, "字" * 4000).body) == 4000


# --- pace ---


def test_a_new_account_posts_three_times_in_five_minutes_and_is_told_when_it_goes_on() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)
    start = clock.at_time(clock.today(), 14) + timedelta(days=2)
    # Everything of this neighbour is two days old.
    for minute in (0, 1, 2):
        with clock.at(start + timedelta(minutes=minute)):
            say(newcomer, thread)

    with clock.at(start + timedelta(minutes=4, seconds=59)), pytest.raises(NotPossible, match="14:05"):
        say(newcomer, thread)
    with clock.at(start + timedelta(minutes=5)):
        assert say(newcomer, thread).sequence == 4


def test_a_new_account_posts_ten_times_a_day() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)
    start = clock.now() + timedelta(days=1)
    for hour in range(10):
        with clock.at(start + timedelta(hours=hour)):
            say(newcomer, thread)

    with clock.at(start + timedelta(hours=11)), pytest.raises(NotPossible):
        say(newcomer, thread)
    with clock.at(start + timedelta(hours=24)):
        say(newcomer, thread)


def test_a_known_account_posts_twenty_times_in_five_minutes() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)
    for _time in range(20):
        say(neighbour, thread)

    with pytest.raises(NotPossible):
        say(neighbour, thread)
    with clock.at(clock.now() + timedelta(minutes=6)):
        say(neighbour, thread)


def test_a_flat_verified_long_ago_is_known_though_the_account_is_new() -> None:
    thread = make_thread()
    with clock.at(clock.now() - timedelta(days=8)):
        newcomer = make_resident(within=thread.neighbourhood)
    for _time in range(4):
        say(newcomer, thread)


def test_the_pace_holds_over_all_threads() -> None:
    first = make_thread()
    newcomer = make_resident(within=first.neighbourhood)
    for _time in range(3):
        say(newcomer, first)

    with pytest.raises(NotPossible):
        say(newcomer, make_thread(neighbourhood=first.neighbourhood))


def test_links_of_a_new_account() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)
    say(newcomer, thread, "http://a.example 和 www.b.example")

    with pytest.raises(NotPossible):
        say(newcomer, thread, "http://a.example https://b.example www.c.example")
    say(known(newcomer), thread, "http://a.example https://b.example www.c.example")
