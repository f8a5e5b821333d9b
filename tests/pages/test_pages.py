"""Home pages, notices, and the small editing screens over Wagtail."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.duties.tick import run
from portal.kit import clock
from portal.pages import services
from portal.pages.models import NeighbourhoodPage, NoticePage
from portal.pages.prose import prose
from portal.record.models import Entry
from tests.factories import make_neighbourhood, make_resident, make_subdistrict, make_user

pytestmark = pytest.mark.django_db
CANARY = "乙区密语-9C1E"


@pytest.fixture
def here() -> Area:
    return make_neighbourhood(slug="tianxin")


@pytest.fixture
def place(here: Area) -> NeighbourhoodPage:
    return services.found_neighbourhood(here)


@pytest.fixture
def worker(here: Area) -> User:
    return make_user(post=Post.WORKER, neighbourhood=here)


def write(client: Client, **changes: str) -> dict[str, str]:
    typed = {"title": "停水通知", "body": "周三停水。", "day": "2026-11-20", "once": uuid.uuid4().hex}
    return typed | changes


def version(page: NoticePage) -> str:
    return NoticePage.objects.get(pk=page.pk).version


def written(page: NoticePage, body: str, **changes: str) -> dict[str, str]:
    """What the editor sends: the page's own fields, and its one section of text."""
    section = page.get_latest_revision_as_object().raw[0]["id"]
    typed = {"title": "停水通知", "day": "2026-11-20", "once": uuid.uuid4().hex, "version": version(page)}
    return typed | {"section": f"{section}:text", f"{section}-text": body, "do": "save"} | changes


def notice(
    user: User, place: NeighbourhoodPage, *, title: str = "停水通知", body: str = "周三停水。"
) -> NoticePage:
    fields = {"title": title, "body": body, "picture": None, "day": clock.today(), "shown_until": None}
    page = services.add_page(user, place.area, "notice", fields)
    assert isinstance(page, NoticePage)
    return page


def test_a_notice_is_drafted_previewed_and_published(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    client.force_login(worker)

    drafted = client.post("/n/tianxin/edit/new/notice/", write(client))
    page = NoticePage.objects.get()
    preview = client.get(drafted["Location"])
    before = client.get("/n/tianxin/notices/").content.decode()
    client.post(f"/n/tianxin/edit/{page.pk}/publish/", {"once": uuid.uuid4().hex})
    after = client.get("/n/tianxin/notices/").content.decode()

    assert drafted["Location"] == f"/n/tianxin/edit/{page.pk}/preview/"
    assert "周三停水。" in preview.content.decode()
    assert ("停水通知" in before, "停水通知" in after) == (False, True)
    assert Entry.objects.get(action="page.published").title == "停水通知"


def test_a_draft_is_not_known_to_neighbours(client: Client, place: NeighbourhoodPage, worker: User) -> None:
    page = notice(worker, place)

    assert client.get(f"/n/tianxin/p/{page.pk}/").status_code == 404


def test_what_is_published_stays_until_the_new_draft_is(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    page = notice(worker, place)
    services.publish(worker, page.pk)
    client.force_login(worker)

    client.post(f"/n/tianxin/edit/{page.pk}/", written(page, "改到周四停水。"))
    read = Client().get(f"/n/tianxin/p/{page.pk}/").content.decode()

    assert ("周三停水" in read, "周四停水" in read) == (True, False)


def test_history_shows_what_changed_and_brings_an_old_version_back(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    page = notice(worker, place)
    client.force_login(worker)
    client.post(f"/n/tianxin/edit/{page.pk}/", written(page, "周四停水。"))
    first = page.revisions.order_by("created_at").first()
    assert first is not None

    history = client.get(f"/n/tianxin/edit/{page.pk}/history/").content.decode()
    client.post(f"/n/tianxin/edit/{page.pk}/history/{first.pk}/", {"once": uuid.uuid4().hex})

    assert "<ins>周四停水。</ins>" in history
    assert "<del>周三停水。</del>" in history
    assert page.get_latest_revision_as_object().text == "周三停水。"


def test_of_two_editors_the_second_reads_both_texts(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    page = notice(worker, place)
    client.force_login(worker)
    read = version(page)
    client.post(f"/n/tianxin/edit/{page.pk}/", written(page, "改到周四停水。", version=read))

    late = client.post(f"/n/tianxin/edit/{page.pk}/", written(page, "改到周五停水。", version=read))
    text = re.sub("</?(ins|del)>", "", client.get(late["Location"]).content.decode())
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object().text
    chosen = {"take": "mine", "version": version(page), "once": uuid.uuid4().hex}
    again = client.post(late["Location"], chosen)

    assert late["Location"].startswith(f"/n/tianxin/edit/{page.pk}/both/")
    assert "改到周四停水。" in text
    assert "改到周五停水。" in text
    assert draft == "改到周四停水。"
    assert again.status_code == 302
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().text == "改到周五停水。"


def test_a_page_can_be_taken_off_the_site_again(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    page = notice(worker, place)
    services.publish(worker, page.pk)
    client.force_login(worker)

    client.post(f"/n/tianxin/edit/{page.pk}/withdraw/", {"once": uuid.uuid4().hex})

    assert Client().get(f"/n/tianxin/p/{page.pk}/").status_code == 404
    assert Entry.objects.filter(action="page.withdrawn").count() == 1


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OWNER, Role.PROPERTY, Role.AUDITOR, Role.OFFICER])
def test_only_the_committee_and_editors_write(
    client: Client, here: Area, place: NeighbourhoodPage, role: Role
) -> None:
    client.force_login(make_user(role, neighbourhood=here))

    codes = {client.get(f"/n/tianxin/edit/{path}").status_code for path in ("", "new/notice/")}

    assert codes == {403}


def test_another_neighbourhoods_drafts_are_not_reached_by_their_number(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    elsewhere = make_neighbourhood(slug="elsewhere")
    stranger = make_user(post=Post.WORKER, neighbourhood=elsewhere)
    page = notice(stranger, services.found_neighbourhood(elsewhere), title=CANARY)
    client.force_login(worker)

    paths = ("p/{}/", "edit/{}/", "edit/{}/preview/", "edit/{}/history/")
    codes = {client.get("/n/tianxin/" + path.format(page.pk)).status_code for path in paths}
    index = client.get("/n/tianxin/edit/").content.decode()

    assert codes == {404}
    assert CANARY not in index


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "很" * 61}, "title"),
        ({"body": ""}, "body"),
        ({"day": "20-11-2026"}, "day"),
        ({"shown_until": "2026-11-01"}, "shown_until"),
    ],
)
def test_bad_input_is_refused_and_what_was_typed_kept(
    client: Client, place: NeighbourhoodPage, worker: User, changes: dict[str, str], field: str
) -> None:
    client.force_login(worker)

    answer = client.post("/n/tianxin/edit/new/notice/", write(client, **changes) | {"alt": "留着我"})

    assert list(answer.context["form"].errors) == [field]
    assert "留着我" in answer.content.decode()
    assert NoticePage.objects.count() == 0


def test_a_second_sending_makes_no_second_page(
    client: Client, place: NeighbourhoodPage, worker: User
) -> None:
    client.force_login(worker)
    typed = write(client)

    places = {client.post("/n/tianxin/edit/new/notice/", typed)["Location"] for _ in range(2)}

    assert (len(places), NoticePage.objects.count()) == (1, 1)


def test_markdown_cannot_carry_scripts() -> None:
    html = prose("# 标题\n<script>alert(1)</script>\n[点我](javascript:alert(1)) **重点**")

    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript:alert(1))", "")
    assert html.startswith("<h2>标题</h2>")


@pytest.mark.parametrize(("post", "code"), [(Post.WORKER, 403), (Post.DIRECTOR, 403), (Post.OFFICER, 403)])
def test_the_stock_admin_is_closed_to_neighbourhood_staff(
    client: Client, here: Area, post: Post, code: int
) -> None:
    client.force_login(make_user(post=post, neighbourhood=here))

    assert client.get("/cms/").status_code == code


def test_the_stock_admin_opens_to_district_editors_and_closes_with_the_post(client: Client) -> None:
    editor = make_user(post=Post.EDITOR, neighbourhood=make_subdistrict())
    client.force_login(editor)

    opened = client.get("/cms/").status_code
    editor.person.appointments.update(until=clock.today())  # type: ignore[union-attr]
    closed = client.get("/cms/").status_code

    assert (opened, closed, editor.groups.count()) == (200, 403, 0)


@pytest.mark.parametrize("amount", [1, 5])
def test_home_asks_the_same_number_of_queries_however_much_there_is(
    client: Client,
    here: Area,
    place: NeighbourhoodPage,
    worker: User,
    amount: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(amount):
        services.publish(worker, notice(worker, place).pk)
    client.force_login(worker)
    client.get("/n/tianxin/")

    with django_assert_max_num_queries(23):
        page = client.get("/n/tianxin/")

    assert page.content.decode().count("/p/") >= min(amount, 4)


def test_a_notice_leaves_the_home_page_after_its_last_day(
    client: Client, here: Area, place: NeighbourhoodPage, worker: User
) -> None:
    page = notice(worker, place)
    page.shown_until = clock.today()
    page.save_revision()
    services.publish(worker, page.pk)

    with clock.at(clock.now() + timedelta(days=1)):
        tomorrow = client.get("/n/tianxin/").content.decode()
    today = client.get("/n/tianxin/").content.decode()

    assert ("停水通知" in today, "停水通知" in tomorrow) == (True, False)


def test_the_periodic_work_publishes_and_takes_down_what_is_due(
    worker: User, place: NeighbourhoodPage, client: Client
) -> None:
    page = notice(worker, place)
    later = timezone.now() + timedelta(minutes=5)
    page.go_live_at, page.expire_at = later, later + timedelta(days=1)
    page.save_revision().publish()
    run()
    page.refresh_from_db()
    assert not page.live
    for passed, live in ((timedelta(minutes=6), True), (timedelta(days=2), False)):
        then = timezone.now() + passed
        with clock.at(then), mock.patch("django.utils.timezone.now", return_value=then):
            assert "publish_scheduled" not in " ".join(run())
        page.refresh_from_db()
        assert page.live is live
        assert client.get(page.url).status_code == (200 if live else 404)


def test_a_page_whose_whole_time_fell_into_a_pause_is_taken_down_in_the_same_round(
    worker: User, place: NeighbourhoodPage, client: Client
) -> None:
    page, back = notice(worker, place), timezone.now() + timedelta(days=3)
    page.go_live_at, page.expire_at = back - timedelta(days=2), back - timedelta(days=1)
    page.save_revision().publish()
    with clock.at(back), mock.patch("django.utils.timezone.now", return_value=back):
        run()

    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_a_new_notice_is_called_so_and_has_no_picture_to_remove(client: Client) -> None:
    here = make_neighbourhood(slug="tianxin")
    client.force_login(make_user(post=Post.WORKER, neighbourhood=here))

    page = client.get("/n/tianxin/edit/new/notice/").content.decode()

    assert "<title>写通知" in page
    assert "去掉图片" not in page


def test_notices_are_read_as_a_feed_with_their_texts_and_no_draft_among_them(
    client: Client, place: NeighbourhoodPage, worker: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for body in ("周三停水。", "周四停水。"):
        services.publish(worker, notice(worker, place, body=body).pk)
    notice(worker, place, title="还没发布")
    client.get("/n/tianxin/notices.atom")

    with django_assert_num_queries(4):
        feed = client.get("/n/tianxin/notices.atom")

    text = feed.content.decode()
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert ("停水通知" in text, "周三停水。" in text, "还没发布" in text) == (True, True, False)
    assert f"http://testserver/n/tianxin/p/{NoticePage.objects.live().latest('pk').pk}/" in text


def test_only_who_may_raise_a_topic_is_led_to_it_where_people_take_part(client: Client) -> None:
    here = make_neighbourhood()
    way = reverse("deliberation:propose", args=[here.slug])
    page = reverse("pages:take_part", args=[here.slug])
    assert way in client.get(page).text
    for user, led in (
        (make_resident(within=here), True),
        (make_user(post=Post.OFFICER, neighbourhood=here), False),
        (make_user(post=Post.AUDITOR, neighbourhood=here), False),
    ):
        client.force_login(user)
        assert (way in client.get(page).text) is led
