from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import Post as Office
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.threads import services
from portal.threads.models import Post, Thread
from tests.factories import make_user
from tests.threads.factories import (
    make_manager,
    make_neighbour,
    make_posts,
    make_question,
    make_thread,
    make_worker,
    say,
)

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def thread() -> Thread:
    return make_thread()


def page(client: Client, thread: Thread, query: str = "") -> str:
    answer = client.get(reverse("threads:thread", args=[thread.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- speaking ---


def values(**changes: str) -> dict[str, str]:
    return {"body": "我赞成。", "asks": "", "once": uuid4().hex, **changes}


def test_posting_without_scripts_leads_to_the_post(client: Client, thread: Thread) -> None:
    client.force_login(make_neighbour(thread))

    answer = client.post(reverse("threads:say", args=[thread.pk]), values())

    assert (answer.status_code, answer["Location"]) == (302, f"{thread.url}#post-1")


def test_posting_by_script_tells_what_is_new(client: Client, thread: Thread) -> None:
    make_posts(thread, 2)
    client.force_login(make_neighbour(thread))

    answer = client.post(reverse("threads:say", args=[thread.pk]), values(after="1"), headers=JSON)

    told = answer.json()
    assert (answer.status_code, told["said"], [post["n"] for post in told["news"]["posts"]]) == (
        201,
        3,
        [2, 3],
    )


def test_a_form_sent_twice_is_one_post(client: Client, thread: Thread) -> None:
    client.force_login(make_neighbour(thread))
    sent = values()

    places = [client.post(reverse("threads:say", args=[thread.pk]), sent)["Location"] for _time in range(3)]

    assert (places, Post.objects.count()) == ([f"{thread.url}#post-1"] * 3, 1)


@pytest.mark.parametrize(
    "wrong", [{"body": ""}, {"body": "字" * 4001}, {"asks": "mayor"}, {"once": "x"}, {"body": "a\x00b"}]
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    client: Client, thread: Thread, wrong: dict[str, str]
) -> None:
    client.force_login(make_neighbour(thread))
    sent = values(**wrong)

    answer = client.post(reverse("threads:say", args=[thread.pk]), sent)
    by_script = client.post(reverse("threads:say", args=[thread.pk]), sent, headers=JSON)

    assert (answer.status_code, by_script.status_code, Post.objects.count()) == (422, 422, 0)
    assert by_script.json()["refusal"] != ""
    if "once" in wrong:
        assert answer.content.decode().count("我赞成。</textarea>") == 1


def test_a_refusal_says_what_to_do_and_keeps_the_text(client: Client, thread: Thread) -> None:
    client.force_login(make_neighbour(thread))
    services.open_thread(thread.subject, neighbourhood=thread.neighbourhood, title="", url="")
    for _time in range(20):
        client.post(reverse("threads:say", args=[thread.pk]), values())

    answer = client.post(reverse("threads:say", args=[thread.pk]), values(body="最后一句"))

    assert (answer.status_code, answer.content.decode().count("最后一句</textarea>")) == (409, 1)


@pytest.mark.parametrize("who", ["nobody", "account"])
def test_others_only_read(client: Client, thread: Thread, who: str) -> None:
    if who == "account":
        client.force_login(make_user())

    answer = client.post(reverse("threads:say", args=[thread.pk]), values())

    assert (answer.status_code, Post.objects.count()) == (302 if who == "nobody" else 403, 0)


def test_what_was_typed_before_the_session_ended_is_there_again(client: Client, thread: Thread) -> None:
    client.post(reverse("threads:say", args=[thread.pk]), values(body="写到一半的话", page=thread.url))
    neighbour = make_neighbour(thread)
    typed = client.session["typed"]
    client.force_login(neighbour)
    kept = client.session
    kept["typed"] = typed
    kept.save()

    assert page(client, thread).count("写到一半的话</textarea>") == 1


# --- one post ---


def acts_offered(client: Client, post: Post, user: User | None) -> list[str]:
    browser = Client(headers={"Accept-Language": "zh-CN"})
    if user:
        browser.force_login(user)
    html = browser.get(reverse("threads:post", args=[post.pk])).content.decode()
    return re.findall(rf'(?:action|href)="/posts/{post.pk}/(\w+)/"', html)


def test_each_reader_is_offered_what_they_may_do(client: Client, thread: Thread) -> None:
    question = make_question(thread)
    author = User.objects.get(person=question.author)

    assert acts_offered(client, question, None) == []
    assert acts_offered(client, question, make_user()) == []
    assert acts_offered(client, question, author) == ["edit", "withdraw", "flag"]
    assert acts_offered(client, question, make_manager(thread)) == ["answer", "acknowledge", "flag"]
    assert acts_offered(client, question, make_worker(thread)) == ["hide", "flag"]
    services.flag(make_neighbour(thread), question.pk, reason="insult")
    assert acts_offered(client, question, make_worker(thread)) == ["keep", "hide", "flag"]
    services.hide(make_worker(thread), question.pk, "insult")
    assert acts_offered(client, question, author) == ["appeal"]


def test_the_manager_answers_from_the_page_of_the_post(client: Client, thread: Thread) -> None:
    question = make_question(thread)
    client.force_login(make_manager(thread))
    html = client.get(reverse("threads:post", args=[question.pk])).content.decode()
    form = html[html.index(f'action="/posts/{question.pk}/answer/"') :]
    key = re.findall(r'name="once" value="([^"]+)"', form[: form.index("</form>")])[-1]
    address = reverse("threads:act", args=[question.pk, "answer"])

    answers = [client.post(address, {"body": "保安锁门。", "once": key}) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Post.objects.filter(official=True).count() == 1


def test_acts_work_by_their_addresses(client: Client, thread: Thread) -> None:
    said = say(make_neighbour(thread), thread)
    client.force_login(make_worker(thread))

    refused = client.post(reverse("threads:act", args=[said.pk, "hide"]), {"reason": "disagrees"})
    hidden = client.post(reverse("threads:act", args=[said.pk, "hide"]), {"reason": "insult"})
    again = client.post(reverse("threads:act", args=[said.pk, "hide"]), {"reason": "insult"})
    unknown = client.post(reverse("threads:act", args=[said.pk, "burn"]))

    assert [answer.status_code for answer in (refused, hidden, again, unknown)] == [422, 302, 409, 404]


def test_a_post_page_for_every_state(client: Client, thread: Thread) -> None:
    question = make_question(thread)
    worker = make_worker(thread)
    author = User.objects.get(person=question.author)
    officer = make_user(post=Office.OFFICER, neighbourhood=thread.neighbourhood)
    manager = make_manager(thread)
    steps = [
        lambda: services.acknowledge(manager, question.pk),
        lambda: services.answer(manager, question.pk, body="好。", key=uuid4()),
        lambda: services.hide(worker, question.pk, "insult"),
        lambda: services.appeal(author, question.pk, text="请再看看。"),
        lambda: services.uphold(officer, question.pk),
    ]
    for step in steps:
        step()
        for reader in (None, author, worker, officer, manager):
            browser = Client(headers={"Accept-Language": "zh-CN"})
            if reader:
                browser.force_login(reader)
            assert browser.get(reverse("threads:post", args=[question.pk])).status_code == 200


def test_waiting_time_is_said_in_words(client: Client, thread: Thread) -> None:
    question = make_question(thread)
    with clock.at(clock.now() + timedelta(days=2, hours=1)):
        services.answer(make_manager(thread), question.pk, body="好。", key=uuid4())
        english = Client(headers={"Accept-Language": "en"})
        html = english.get(reverse("threads:thread", args=[thread.pk])).content.decode()

    assert html.count("answered after 2 days") == 1


def test_the_notice_of_an_answer_leads_to_it_however_many_posts_came_after(
    client: Client, thread: Thread
) -> None:
    manager, asker = make_manager(thread), make_neighbour(thread)
    asked = say(asker, thread, "电梯什么时候修？", asks="property")
    given = services.answer(manager, asked.pk, body="下周三修好。", key=uuid4())
    make_posts(thread, 60)

    notice = Notice.objects.get(user=asker, kind__contains="answered")
    assert "下周三修好。" in client.get(notice.url).content.decode()
    back = client.get(given.get_absolute_url()).context["back"]
    query, anchor = back.removeprefix(thread.url).split("#")
    assert f'id="{anchor}"' in page(client, thread, query)
    assert anchor == f"post-{given.sequence}"


@pytest.mark.parametrize(
    "text", ["\u200b", "\u2800", "\u3164", "\u00ad", "\ufeff\u200d", "\u202e", " \u3164\n"]
)
def test_a_post_that_nobody_sees_is_no_post(client: Client, thread: Thread, text: str) -> None:
    user = make_neighbour(thread)
    with pytest.raises(NotPossible):
        say(user, thread, text)
    client.force_login(user)
    answer = client.post(reverse("threads:say", args=[thread.pk]), values(body=text))
    assert (answer.status_code, Post.objects.count()) == (422, 0)
