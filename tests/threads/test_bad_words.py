"""Whatever is typed is text: on the page, in the push, in quotes and earlier words, and where it is searched for."""

from __future__ import annotations

import itertools
from html import unescape
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.threads import fragments, services
from portal.threads.models import LONGEST, Post
from tests.threads.factories import make_neighbour, make_thread, say

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
