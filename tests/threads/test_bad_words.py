"""Whatever is typed is text: on the page, in the push, in quotes and earlier words, and where it is searched for."""

from __future__ import annotations

import itertools
import json
from html import unescape
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.community.models import Post as Office
from portal.notifications.carriers import day_mail
from portal.notifications.models import Notice
from portal.notifications.parcels import Load
from portal.notifications.pushing import payload
from portal.threads import fragments, services
from portal.threads.models import LONGEST, Post
from tests.threads.factories import make_manager, make_neighbour, make_thread, make_worker, say

pytestmark = pytest.mark.django_db

TAGS = [
    "<script>{0}</script>",
    "<img src=x onerror={0}>",
    "<svg/onload={0}>",
    "</div><iframe srcdoc={0}>",
    "<a href=javascript:{0}>x</a>",
]
BREAKS = ["", '"', "'", "-->", "]]>", "</article>", "{{% endif %}}", "\u2028"]
CALLS = ["alert(1)", "alert`1`", "top[/al/.source+/ert/.source](1)", "eval(atob('YQ=='))", "&#97;lert(1)"]
INJECTIONS = [break_ + tag.format(call) for tag, break_, call in itertools.product(TAGS, BREAKS, CALLS)]
ODD = [
    "字",
    "👩\u200d👩\u200d👧 全家",
    "مرحبا \u202e反过来",
    "a\u200bb",
    "{{ 7 }}{% now %}",
    "字" * LONGEST,
]


def test_two_hundred_injections_are_text_wherever_a_post_is_drawn() -> None:
    assert len(INJECTIONS) == 200
    thread = make_thread()
    author = make_neighbour(thread, name="<b>陈")
    said = say(author, thread)
    quoting = services.post(author, thread.pk, body="看上面", key=uuid4(), quote=1)

    for words in INJECTIONS:
        Post.objects.filter(pk=said.pk).update(body=words)
        for post in Post.objects.drawn().filter(pk__in=[said.pk, quoting.pk]):
            soup = BeautifulSoup(fragments._draw(post, "zh-hans"), "html.parser")
            assert [tag.name for tag in soup.find_all(["script", "img", "iframe", "b", "style"])] == []
            assert {tuple(svg["class"]) for svg in soup.find_all("svg")} == {("icon",)}
            assert [a["href"] for a in soup.find_all("a") if not str(a["href"]).startswith("/")] == []
            assert [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")] == []
            if post == said:
                assert soup.find_all("div", class_="say")[0].text == words


@pytest.mark.parametrize("words", [*INJECTIONS[::40], *ODD])
def test_what_is_typed_comes_back_as_it_was(client: Client, words: str) -> None:
    thread = make_thread()
    author = make_neighbour(thread)
    client.force_login(author)

    answer = client.post(reverse("threads:say", args=[thread.pk]), {"body": words, "once": uuid4().hex})
    said = Post.objects.get()
    services.edit(author, said.pk, body="改了")
    page = client.get(reverse("threads:post", args=[said.pk])).content.decode()

    assert answer.status_code == 302
    assert said.body in unescape(page).replace("<br>", "\n")
    assert "<script>alert" not in page


@pytest.mark.parametrize("words", ["字" * (LONGEST + 1), "x" * 10_000, "", "\u200b\u200b", " \n "])
def test_nothing_and_too_much_are_refused_and_kept_in_the_form(client: Client, words: str) -> None:
    thread = make_thread()
    client.force_login(make_neighbour(thread))

    answer = client.post(reverse("threads:say", args=[thread.pk]), {"body": words, "once": uuid4().hex})

    assert (answer.status_code, Post.objects.count()) == (422, 0)
    if words.strip() and "\u200b" not in words:
        assert words in answer.content.decode()


def test_what_leaves_the_portal_is_text_too(client: Client) -> None:
    """In the payload of a push, in the mail (plain text, its subject one line) and in the file of the record."""
    thread = make_thread()
    asker, manager = make_neighbour(thread), make_manager(thread)
    asked = say(asker, thread, "谁锁门？", asks=Office.PROPERTY)
    make_worker(thread)
    services.hand_on(manager, asked.pk, to=Office.WORKER, reason=INJECTIONS[0])
    notice = Notice.objects.select_related("user", "neighbourhood").get(kind="thread.handed_on")

    for words in [*INJECTIONS, *ODD[:-1], "一\r\nBcc: all@example.org"]:
        notice.params |= {"title": words, "reason": words}
        load = Load(notice.user, [notice], daily=True, key="parcel-1")
        assert " ".join(words.split()) in json.loads(payload(load))["title"]
        mail = day_mail(load).message()
        assert mail.get_content_type() == "text/plain"
        assert mail["Bcc"] is None
        assert words.splitlines()[0] in mail.get_payload(decode=True).decode()
    file = client.get(reverse("record:export", args=[thread.neighbourhood.slug]))
    assert file["Content-Type"].startswith("application/jsonl")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert all(json.loads(line) for line in b"".join(file.streaming_content).splitlines())
