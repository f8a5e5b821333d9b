"""The home of a neighbourhood: its blocks, their order, who is shown what first, and composing it."""

from __future__ import annotations

import uuid
from contextlib import closing

import pytest
from bs4 import BeautifulSoup
from django.http import Http404
from django.test import Client

from portal.actions.versions import Overtaken
from portal.community.models import Area, Contact, Post, User
from portal.community.uploads import accept, publish
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.kit.errors import NotPossible
from portal.pages import home_blocks, homes
from portal.pages.home import USUAL, rows
from portal.pages.home_blocks import WIDE, LiveKind, Setting, Visit, live_kind, register_block
from portal.pages.models import NeighbourhoodPage
from portal.pages.services import found_neighbourhood
from portal.pages.streams import section
from portal.pages.versions import draft_of, raw_of, version_of
from portal.record.models import Entry
from tests.community.pictures import brought, picture
from tests.deliberation.factories import make_topic
from tests.factories import make_neighbourhood, make_resident, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return make_neighbourhood(slug="tianxin")


@pytest.fixture
def home(here: Area) -> NeighbourhoodPage:
    return found_neighbourhood(here)


@pytest.fixture
def worker(here: Area) -> User:
    return make_user(post=Post.WORKER, neighbourhood=here)


def live(kind: str, **said: str) -> dict[str, object]:
    return section("live", {"kind": kind, "heading": "", "most": "", **said})


def composed(worker: User, home: NeighbourhoodPage, *blocks: dict[str, object]) -> NeighbourhoodPage:
    page = NeighbourhoodPage.objects.get(pk=home.pk)
    homes.compose(worker, page, version(page), {"blocks": list(blocks)})
    homes.publish(worker, page.pk)
    return NeighbourhoodPage.objects.get(pk=page.pk)


def version(page: NeighbourhoodPage) -> str:
    return version_of(NeighbourhoodPage.objects.get(pk=page.pk))


def seen(client: Client, path: str = "/n/tianxin/") -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content.decode(), "html.parser")


def headings(soup: BeautifulSoup) -> list[str]:
    return [" ".join(found.get_text().split()) for found in soup.select("main h2")]


def test_a_visitor_reads_how_a_matter_goes_and_finds_the_way_in(
    client: Client, home: NeighbourhoodPage
) -> None:
    soup = seen(client)

    assert [step.get_text() for step in soup.select(".how b")] == ["提议", "讨论", "表决", "执行", "评议"]
    assert [link["href"] for link in soup.select("main .actions a")] == ["/join/", "/accounts/login/"]
    assert soup.select(".cover") == []


def test_an_editor_puts_blocks_in_order_and_writes_between_them(
    client: Client, home: NeighbourhoodPage, worker: User
) -> None:
    Contact.objects.create(area=home.area, office="红林路 88 号", telephone="021-5550 0101")
    composed(
        worker, home, live("contact", heading="找我们"), section("text", "我们的**约定**。"), live("notices")
    )

    soup = seen(client)

    assert headings(soup)[1:] == ["找我们", "通知"]
    assert soup.select_one("main .prose strong").get_text() == "约定"  # type: ignore[union-attr]
    assert Entry.objects.filter(action="page.home").count() == 1


def test_a_draft_is_seen_by_nobody_before_it_is_published(
    client: Client, home: NeighbourhoodPage, worker: User
) -> None:
    homes.compose(worker, home, version(home), {"greeting": "新的一句话", "blocks": [live("notices")]})
    before = client.get("/n/tianxin/").content.decode()
    client.force_login(worker)
    preview = client.get(f"/n/tianxin/edit/home/{home.pk}/preview/").content.decode()
    homes.publish(worker, home.pk)
    client.logout()

    assert [
        "新的一句话" in page for page in (before, preview, client.get("/n/tianxin/").content.decode())
    ] == [
        False,
        True,
        True,
    ]


def test_sections_are_added_moved_and_taken_out_by_plain_forms(
    client: Client, home: NeighbourhoodPage, worker: User
) -> None:
    client.force_login(worker)
    edit = f"/n/tianxin/edit/home/{home.pk}/"

    added = client.post(
        edit, {"once": uuid.uuid4().hex, "version": version(home), "do": "add:", "add-": "live"}
    )
    block = (
        NeighbourhoodPage.objects.get(pk=home.pk).get_latest_revision_as_object().blocks.get_prep_value()[0]
    )
    key = block["id"]
    typed = {
        "version": version(home),
        "section": f"{key}:live",
        f"{key}-kind": "contact",
        f"{key}-most": "13",
    }
    refused = client.post(edit, {"once": uuid.uuid4().hex, "do": "save", **typed})
    typed[f"{key}-most"] = "2"
    kept = client.post(edit, {"once": uuid.uuid4().hex, "do": "save", **typed})
    draft = NeighbourhoodPage.objects.get(pk=home.pk).get_latest_revision_as_object()

    assert (added.status_code, refused.status_code, kept.status_code) == (302, 422, 302)
    assert [part.value["kind"] for part in draft.blocks] == ["contact"]


def test_the_second_of_two_editors_overwrites_nothing(home: NeighbourhoodPage, worker: User) -> None:
    opened = version(home)
    homes.compose(worker, home, opened, {"greeting": "一"})

    with pytest.raises(Overtaken):
        homes.compose(worker, home, opened, {"greeting": "二"})


def test_another_neighbourhoods_committee_composes_nothing_here(
    client: Client, home: NeighbourhoodPage
) -> None:
    stranger = make_user(post=Post.DIRECTOR, neighbourhood=make_neighbourhood(slug="other"))
    client.force_login(stranger)

    answers = [client.get(f"/n/tianxin/edit/home/{home.pk}/{page}").status_code for page in ("", "preview/")]

    assert answers == [403, 403]
    with pytest.raises(Http404):
        homes.publish(stranger, home.pk + 99)


def test_a_cover_without_a_picture_is_not_published(home: NeighbourhoodPage, worker: User) -> None:
    homes.compose(
        worker, home, version(home), {"blocks": [section("cover", {"upload": "", "alt": "", "caption": ""})]}
    )

    with pytest.raises(NotPossible):
        homes.publish(worker, home.pk)


def test_a_cover_is_public_with_the_home_and_the_usual_blocks_stay(
    client: Client, home: NeighbourhoodPage, worker: User
) -> None:
    photo = accept(worker, home.area, brought(picture()), alt="小区花园")
    composed(
        worker, home, section("cover", {"upload": str(photo.pk), "alt": "小区花园", "caption": "效果图"})
    )

    soup = seen(client)
    image = soup.select_one(".cover img")

    assert image is not None
    assert (image["alt"], image["width"], image["height"]) == ("小区花园", "400", "200")
    with closing(client.get(str(image["src"]))) as file:
        assert file.status_code == 200
    assert "大家在议" in headings(soup)


def test_a_finished_work_shows_how_it_was_and_became(
    client: Client, home: NeighbourhoodPage, worker: User
) -> None:
    photos = [accept(worker, home.area, brought(picture()), alt=alt) for alt in ("旧长凳", "新长凳")]
    publish(photos)
    done = make_topic(home.area, state=State.CLOSED, title="换长凳", before=photos[0], after=photos[1])
    make_topic(home.area, state=State.CLOSED, title="没有照片的事")

    pair = seen(client).select(".pair .pic")

    assert [(frame.img["alt"], frame.b.get_text()) for frame in pair] == [  # type: ignore[index, union-attr]
        ("旧长凳", "改造前"),
        ("新长凳", "改造后"),
    ]
    assert done.get_absolute_url() in client.get("/n/tianxin/").content.decode()


def test_a_topic_without_a_picture_has_no_frame(client: Client, home: NeighbourhoodPage) -> None:
    make_topic(home.area, title="门口的灯")

    row = seen(client).select_one(".topic-card")

    assert row is not None
    assert row.select(".pic") == []


def test_an_app_adds_a_kind_of_block(home: NeighbourhoodPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_blocks, "_LIVE", dict(home_blocks._LIVE))
    register_block(LiveKind("books", "账", "pages/home/_record.html", lambda visit, setting: {"sum": 1}))
    worker = make_user(post=Post.WORKER, neighbourhood=home.area)
    page = composed(worker, home, live("topics"), live("books"), live("gone"))

    found = rows(Visit(worker, home.area, page, member=True))

    assert [(row.shape, len(row.blocks)) for row in found] == [("left", 2)]
    assert found[0].blocks[1].data == {"sum": 1}


def test_in_the_usual_order_no_half_stands_alone_beside_a_hole(home: NeighbourhoodPage, worker: User) -> None:
    found = rows(Visit(worker, home.area, home, member=True))

    assert [(row.shape, [block.width == WIDE for block in row.blocks]) for row in found][0] == (
        "left",
        [False, False],
    )
    assert Setting().most == 0


def test_elders_get_one_thing_and_four_doors(client: Client, home: NeighbourhoodPage) -> None:
    resident = make_resident(within=home.area)
    client.force_login(resident)
    client.post("/me/mode/", {"mode": "elder", "next": "/n/tianxin/", "once": uuid.uuid4().hex})

    soup = seen(client, "/n/tianxin/?thing=7")

    assert soup.select(".media, .dated, .how") == []
    assert [link["href"] for link in soup.select(".four a")][:3] == [
        "/n/tianxin/topics/new/",
        "/n/tianxin/votes/",
        "/n/tianxin/notices/",
    ]


def test_a_home_asks_the_same_of_the_database_for_one_topic_and_for_many(
    client: Client, home: NeighbourhoodPage, worker: User, django_assert_num_queries: object
) -> None:
    photo = accept(worker, home.area, brought(picture()), alt="门")
    publish([photo])
    client.force_login(worker)
    counts = []
    for amount in (3, 9):
        for _ in range(amount):
            make_topic(home.area, state=State.DISCUSSING, cover=photo)
        client.get("/n/tianxin/")
        with django_assert_num_queries(24, exact=False) as asked:  # type: ignore[operator]
            client.get("/n/tianxin/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert Topic.objects.filter(cover=photo).count() == 12


def test_composing_begins_with_the_usual_order_and_says_what_is_left_out(
    client: Client, home: NeighbourhoodPage, worker: User
) -> None:
    client.force_login(worker)
    edit = f"/n/tianxin/edit/home/{home.pk}/"

    client.post(edit, {"do": "usual", "version": version(home), "once": "usual-order-1"})
    begun = draft_of(NeighbourhoodPage.objects.get(pk=home.pk))
    homes.compose(worker, home, version(home), {"blocks": [live("notices")]})
    left = client.get(f"{edit}preview/").context["left_out"]

    kinds = [block["value"]["kind"] for block in raw_of(begun, "blocks")]
    assert kinds == [name for name in USUAL if live_kind(name)]
    assert [kind.name for kind in left] == [name for name in kinds if name != "notices"]
