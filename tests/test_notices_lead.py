"""Every notice leads to a page that its reader may open and on which that stands which it speaks of.

The world of tests/test_answers.py makes one of each thing in its states, and with that most kinds of notices; what
happens to a post is sent here besides, after so much else was said that the newest page does not show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from portal.community.models import Post as Office
from portal.community.models import User
from portal.kit import clock
from portal.notifications.kinds import KINDS
from portal.notifications.models import Notice
from portal.threads import services
from portal.threads.models import PORTION, Post, Thread
from tests import leads
from tests.factories import make_user
from tests.test_answers import World
from tests.threads.factories import make_manager, make_neighbour, make_posts, make_thread, make_worker, say

pytestmark = pytest.mark.django_db
# Fewer kinds than these, and the world has become poorer than what the walk is meant to see.
AT_LEAST = 45
# What is said after an answer is sent in tests/threads/test_outcomes.py, and compared with the table there.
AFTERWARDS = {"thread.outcome", "thread.again", "thread.called_back", "thread.more"}


def notices() -> Iterator[Notice]:
    """The newest of each kind."""
    seen = set()
    for notice in Notice.objects.select_related("user").order_by("-pk"):
        if notice.kind not in seen:
            seen.add(notice.kind)
            yield notice


def astray(notice: Notice) -> str:
    """What is wrong with where a notice leads; empty where it leads to what it speaks of."""
    client = Client()
    client.force_login(notice.user)
    path, _, place = notice.url.partition("#")
    answer = client.get(path, follow=True)
    if answer.status_code != 200:
        return f"{notice.kind} {notice.url}: {answer.status_code}"
    if place and f'id="{place}"' not in answer.content.decode():
        return f"{notice.kind} {notice.url}: nothing stands there"
    return ""


def happened_to_posts(thread: Thread) -> dict[str, Post]:
    """Everything that can happen to posts of a discussion, and of which post its notice speaks."""
    manager, worker = make_manager(thread), make_worker(thread)
    overseer = make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood)
    asked, away, kept, gone, shown = (
        say(make_neighbour(thread), thread, f"第{n}个说法", asks="property" if n < 2 else "")
        for n in range(5)
    )
    services.more_time(manager, asked.pk, reason="等配件。", last_day=clock.today() + timedelta(days=12))
    services.answer(manager, asked.pk, body="下周三修好。")
    services.ask_too(make_neighbour(thread), away.pk)
    services.hand_on(manager, away.pk, to="worker", reason="街面。")
    followed = services.answer(worker, away.pk, body="已报市政。")
    services.hide(worker, followed.pk, "insult")
    services.restore(worker, followed.pk)
    replied = services.post(manager, thread.pk, body="看到了。", key=uuid4(), to=kept.sequence)
    services.add_word(worker, thread.neighbourhood.slug, word="红酒")
    held = say(make_neighbour(thread), thread, "红酒便宜。")
    services.release(worker, held.pk)
    services.flag(make_neighbour(thread), kept.pk, reason="insult")
    services.keep(worker, kept.pk)
    for post in (gone, shown):
        services.hide(worker, post.pk, "insult")
    services.restore(worker, shown.pk)
    services.appeal(User.objects.get(person=gone.author_id), gone.pk, text="请再看看。")
    services.uphold(overseer, gone.pk)
    make_posts(thread, PORTION + 10)
    return {
        "thread.asked": away,
        "thread.later": asked,
        "thread.answered": followed,
        "thread.answered_too": followed,
        "thread.handed_on": away,
        "thread.handed_to": away,
        "thread.followed": followed,
        "thread.reopened": away,
        "thread.answer_back": away,
        "thread.replied": replied,
        "thread.held": held,
        "thread.released": held,
        "thread.flag_settled": kept,
        "thread.hidden": shown,
        "thread.restored": shown,
        "thread.upheld": gone,
    }


def test_every_notice_of_the_world_leads_to_a_page_its_reader_may_open() -> None:
    World()
    found = list(notices())

    assert [wrong for notice in found if (wrong := astray(notice))] == []
    assert len(found) >= AT_LEAST


def test_every_notice_about_a_post_leads_to_that_post_however_much_was_said_since() -> None:
    speaks_of = happened_to_posts(make_thread())

    found = {notice.kind: notice for notice in notices() if notice.kind.startswith("thread.")}

    about_posts = {
        name for name in KINDS if name.startswith("thread.") and leads.wanted(name) == "threads:post"
    }
    assert about_posts - AFTERWARDS == set(speaks_of) <= set(found)
    for kind, post in speaks_of.items():
        client = Client()
        client.force_login(found[kind].user)
        assert f'id="post-{post.sequence}"' in client.get(found[kind].url).content.decode(), kind


def test_every_kind_of_notice_has_its_place_in_the_table() -> None:
    """What each test sends is compared with it (tests/leads.py); here, that no kind is without, and none left over."""
    rows = set(leads.LEADS)
    groups = {name.partition(".")[0] for name in leads.REAL}

    assert {name for name in leads.REAL if not {name, name.partition(".")[0]} & rows} == set()
    assert {row for row in rows if row not in leads.REAL and row not in groups} == set()
    assert len(leads.REAL) > 350


@pytest.mark.parametrize(("kind", "url"), [("topic.adopted", "/"), ("topic.step_done", "/topics/1/")])
def test_a_notice_that_leads_elsewhere_fails_where_it_is_sent(kind: str, url: str) -> None:
    assert leads.wrong(kind, url)
    assert not leads.wrong("topic.adopted", "/topics/1/")
    assert not leads.wrong("topic.step_done", "/topics/1/#step-7")
