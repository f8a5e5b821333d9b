"""The cover of a topic, and how a place was before and after."""

from __future__ import annotations

import uuid

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from portal.community.models import Area, Post, User
from portal.community.uploads import accept, publish
from portal.deliberation.models import Topic
from portal.deliberation.services import topics
from portal.deliberation.services.pictures import Hung, hang
from portal.deliberation.states import State
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from tests.community.pictures import brought, picture
from tests.deliberation.factories import make_topic
from tests.factories import make_neighbourhood, make_resident, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return make_neighbourhood(slug="tianxin")


@pytest.fixture
def worker(here: Area) -> User:
    return make_user(post=Post.WORKER, neighbourhood=here)


def test_the_first_picture_is_the_cover_until_it_is_taken_away(here: Area) -> None:
    user = make_resident(within=here)
    topic = topics.propose(user, here, {"area": here, "title": "小门", "own_role": "affected"})
    first, second = (accept(user, here, brought(picture()), alt=alt) for alt in ("门", "路"))

    topics.edit(user, topic.pk, {}, photos=[first, second])
    before = Topic.objects.get(pk=topic.pk)
    topics.edit(user, topic.pk, {}, without=[first])
    after = Topic.objects.get(pk=topic.pk)

    assert (before.cover, before.picture, after.cover) == (first, None, second)


def test_a_cover_stands_on_top_of_the_page_and_beside_the_title_in_the_list(
    client: Client, here: Area, worker: User
) -> None:
    topic = make_topic(here, state=State.DISCUSSING, title="开一扇小门方便步行")
    hang(worker, topic.pk, cover=Hung(brought(picture()), "小门", "效果图，业委会绘"))

    page = BeautifulSoup(client.get(topic.get_absolute_url()).content, "html.parser")
    listed = BeautifulSoup(client.get("/n/tianxin/topics/").content, "html.parser")

    assert page.select_one(".cover img")["alt"] == "小门"  # type: ignore[index]
    assert page.select_one(".cover figcaption").get_text() == "效果图，业委会绘"  # type: ignore[union-attr]
    assert len(listed.select(".media .pic img")) == 1
    assert listed.select_one(".media h3 .nowrap").get_text() == "方便步行"  # type: ignore[union-attr]
    assert set(Entry.objects.get(action="topic.pictured").data) == {"cover"}


def test_a_picture_says_what_it_shows_and_is_one(client: Client, here: Area, worker: User) -> None:
    topic = make_topic(here, state=State.DISCUSSING)
    client.force_login(worker)

    answer = client.post(
        f"/topics/{topic.pk}/picture/", {"once": uuid.uuid4().hex, "cover": brought(picture())}
    )

    assert answer.status_code == 422
    with pytest.raises(NotPossible):
        hang(worker, topic.pk, cover=Hung(paper(worker, here), "文件"))


def paper(user: User, here: Area) -> object:
    upload = accept(user, here, brought(picture()), alt="x")
    upload.content_type = "application/pdf"
    return upload


def test_while_a_vote_runs_nothing_changes_of_what_is_voted_on(here: Area, worker: User) -> None:
    topic = make_topic(here, state=State.VOTING)

    with pytest.raises(NotPossible):
        hang(worker, topic.pk, cover=None)


def test_before_and_after_are_hung_where_something_was_done(client: Client, here: Area, worker: User) -> None:
    topic = make_topic(here, state=State.EVALUATING)
    client.force_login(worker)
    send = {
        "once": uuid.uuid4().hex,
        "before": brought(picture()),
        "before_alt": "旧长凳",
        "after": brought(picture()),
        "after_alt": "新长凳",
    }

    done = client.post(f"/topics/{topic.pk}/picture/", send)
    page = BeautifulSoup(client.get(topic.get_absolute_url()).content, "html.parser")

    assert done.status_code == 302
    assert [image["alt"] for image in page.select(".pair img")] == ["旧长凳", "新长凳"]


def test_a_cover_can_be_taken_down(client: Client, here: Area, worker: User) -> None:
    photo = accept(worker, here, brought(picture()), alt="门")
    publish([photo])
    topic = make_topic(here, state=State.DISCUSSING, cover=photo)
    client.force_login(worker)

    client.post(f"/topics/{topic.pk}/picture/", {"once": uuid.uuid4().hex, "choose": "none"})

    assert Topic.objects.get(pk=topic.pk).cover is None
