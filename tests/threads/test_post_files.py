"""Photos with ordinary posts: shown with them, gone with them; the good ones wait when one is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.actions import held
from portal.community.models import User
from portal.kit import clock
from portal.register.services import tidying
from portal.threads import fragments, services
from portal.threads.models import Post, Thread
from tests.boards.factories import picture
from tests.community.pictures import brought, heic
from tests.community.pictures import picture as drawn
from tests.threads.factories import make_neighbour, make_thread, make_worker

pytestmark = pytest.mark.django_db


def with_photo(user: User, thread: Thread, body: str = "路灯坏了。") -> Post:
    return services.post(user, thread.pk, body=body, key=uuid4(), photos=[picture()])


def readers(post: Post, *users: User | None) -> list[int]:
    """What the address of the post's photo answers to visitors (None) and accounts."""
    file, found = post.files.get(), []
    for user in users:
        client = Client()
        if user:
            client.force_login(user)
        answer = client.get(file.thumb_url)
        # Read to its end, the file is closed.
        assert b"".join(answer)
        found.append(answer.status_code)
    return found


def in_frame(post: Post) -> bool:
    return (
        f'href="{post.files.get().url}" data-photo'
        in fragments.news(post.thread, 0, "zh-hans")["posts"][-1]["html"]
    )


def test_a_photo_is_shown_and_readable_exactly_as_long_as_its_post() -> None:
    thread = make_thread()
    author, other, worker = make_neighbour(thread), make_neighbour(thread), make_worker(thread)
    everybody, insiders = [200, 200, 200, 200], [404, 404, 200, 200]

    def seen(post: Post) -> tuple[list[int], bool]:
        post.thread.refresh_from_db()
        return readers(post, None, other, author, worker), in_frame(post)

    shown = with_photo(author, thread)
    assert (seen(shown), shown.author_name in shown.files.get().alt) == ((everybody, True), True)
    services.hide(worker, shown.pk, "personal_data")
    assert seen(shown) == (insiders, False)
    services.restore(worker, shown.pk)
    assert seen(shown) == (everybody, True)
    services.withdraw(author, shown.pk)
    assert seen(shown) == (insiders, False)

    services.add_word(worker, thread.neighbourhood.slug, word="骗子")
    waits = with_photo(author, thread, "骗子来过。")
    assert seen(waits) == (insiders, False)
    assert_sees_photo(worker, waits)
    services.release(worker, waits.pk)
    assert seen(waits) == (everybody, True)


def assert_sees_photo(user: User, post: Post) -> None:
    """Whoever decides about a post that waits sees its photo on the post's page."""
    client = Client()
    client.force_login(user)
    assert post.files.get().thumb_url in client.get(post.get_absolute_url()).content.decode()


# --- the good ones wait ---


def send(client: Client, thread: Thread, **values: Any) -> HttpResponse:
    values = {"once": uuid4().hex, "body": "东门的照片。"} | values
    return client.post(reverse("threads:say", args=[thread.pk]), values)  # type: ignore[return-value]


def notes(answer: HttpResponse) -> list[str]:
    return re.findall(r'name="held-photos" value="([^"]+)" checked', answer.content.decode())


def small_ones() -> list[Any]:
    return [brought(drawn(size=(8, 8))) for _n in range(6)]


def test_the_good_photos_wait_when_one_is_refused(client: Client) -> None:
    thread = make_thread()
    author, other = make_neighbour(thread), make_neighbour(thread)
    client.force_login(author)
    four = [
        brought(drawn(), "a.jpg"),
        brought(heic(), "b.heic"),
        brought(b"MZ", "坏.jpg"),
        brought(drawn("PNG"), "d.png"),
    ]

    refused = send(client, thread, photos=four)
    again = send(client, thread, body="", **{"held-photos": notes(refused)})
    kept = notes(again)
    others = Client()
    others.force_login(other)
    send(others, thread, **{"held-photos": kept})
    done = send(client, thread, photos=[picture()], **{"held-photos": kept[1:]})

    assert (refused.status_code, again.status_code, done.status_code) == (422, 422, 302)
    assert "“坏.jpg”" in refused.content.decode()
    assert (len(kept), len(default_storage.listdir(held.FOLDER)[1])) == (3, 3)
    assert [sorted(file.name for file in post.files.all()) for post in thread.posts.all()] == [
        [],
        ["b.heic", "d.png", "photo.png"],
    ]


def test_what_waited_is_forgotten_after_a_day_and_never_more_than_twenty(client: Client) -> None:
    thread = make_thread()
    client.force_login(make_neighbour(thread))
    answers = [send(client, thread, photos=small_ones(), body="") for _ in range(4)]
    assert (len(notes(answers[-1])), len(default_storage.listdir(held.FOLDER)[1])) == (6, held.MOST)

    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        tidying.forget_files(held.FOLDER, held.KEPT_FOR)
    gone = send(client, thread, **{"held-photos": notes(answers[-1])})

    assert (gone.status_code, thread.posts.get().files.count()) == (302, 0)
