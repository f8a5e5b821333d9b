"""The workbench, the public figures and the page of a public notice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.duties import services
from portal.duties.models import Objection, PublicNotice
from portal.kit import clock
from tests import factories
from tests.duties.factories import make_duty, make_notice

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨")


def browser(user: User | None = None) -> Client:
    """An English reader's browser: its words are those of the source."""
    client = Client(headers={"Accept-Language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


# --- the workbench ---

WORKS = {
    Role.BUILDING_HEAD: "mine",
    Role.PROPERTY: "mine",
    Role.OWNERS_COMMITTEE: "mine",
    Role.WORKER: "all",
    Role.DIRECTOR: "all",
    Role.PARTY: "all",
    Role.OVERSIGHT: "all",
    Role.OFFICER: "all",
    Role.AUDITOR: "all",
    Role.EDITOR: "",
    Role.OPERATOR: "",
    Role.RESIDENT: "",
    Role.OWNER: "",
    Role.ACCOUNT: "",
}


@pytest.mark.parametrize(("role", "sees"), WORKS.items())
def test_who_has_a_workbench_and_what_it_shows(here: Area, role: Role, sees: str) -> None:
    client = browser(factories.make_user(role, neighbourhood=here))
    make_duty(here, post=Post.PROPERTY, title="修路灯")
    make_duty(here, person=factories.make_person(), title="签纪要")

    response = client.get(f"/n/{here.slug}/work/?whose=all")

    assert response.status_code == (200 if sees else 403)
    assert ("修路灯" in text(response)) == (sees == "all" or role == Role.PROPERTY)
    assert ("签纪要" in text(response)) == (sees == "all")


def test_a_stranger_signs_in_first(here: Area) -> None:
    response = browser().get(f"/n/{here.slug}/work/")

    assert (response.status_code, response["Location"]) == (
        302,
        f"/accounts/login/?next=/n/{here.slug}/work/",
    )


def test_a_workbench_begins_with_the_own_and_the_most_urgent(here: Area) -> None:
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)
    make_duty(here, title="不急的事")
    urgent = make_duty(here, title="过期的事", due=clock.now() + timedelta(days=1))
    make_duty(here, post=Post.DIRECTOR, title="主任的事")

    with clock.at(urgent.due_at + timedelta(hours=1)):
        page = text(browser(shen).get(f"/n/{here.slug}/work/"))

    assert page.index("过期的事") < page.index("不急的事")
    assert "主任的事" not in page
    assert "1 overdue" in page


def test_what_waits_in_another_neighbourhood_is_mentioned_only(here: Area) -> None:
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)
    elsewhere = factories.make_neighbourhood()
    factories.make_appointment(factories.person_of(shen), Post.WORKER, elsewhere)
    make_duty(elsewhere, title="那边的事")

    page = text(browser(shen).get(f"/n/{here.slug}/work/"))

    assert "那边的事" not in page
    assert "1 more waits for you in another neighbourhood." in page


@pytest.mark.parametrize(
    "query", ["whose=everything", "page=x", "page=-1", "page=99999999999999999999", "whose=all&page=2"]
)
def test_odd_questions_get_an_ordinary_page(here: Area, query: str) -> None:
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)
    make_duty(here, title="初审")

    response = browser(shen).get(f"/n/{here.slug}/work/?{query}")

    assert response.status_code == 200
    assert "初审" in text(response)


@pytest.mark.parametrize("n", [1, 5])
def test_the_workbench_costs_the_same_however_much_is_owed(
    here: Area, n: int, django_assert_max_num_queries: Queries
) -> None:
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    for _ in range(n):
        make_duty(here)
        make_duty(here, person=factories.make_person())

    with django_assert_max_num_queries(26):
        client.get(f"/n/{here.slug}/work/?whose=all")


def test_an_unknown_neighbourhood_has_neither_workbench_nor_figures() -> None:
    client = browser(factories.make_user(post=Post.WORKER))

    assert [client.get(f"/n/nowhere/{page}/").status_code for page in ("work", "promises")] == [404, 404]


# --- the public figures ---


def test_the_figures_are_public_and_name_no_subject(here: Area) -> None:
    make_duty(here, post=Post.PROPERTY, title="核实某某的住址")
    kept = make_duty(here, post=Post.PROPERTY)
    services.close(kept.kind, kept.subject)

    with clock.at(kept.due_at + timedelta(days=30)):
        page = text(browser().get(f"/n/{here.slug}/promises/"))

    assert "1 of 2 in time" in page
    assert "50%" in page
    assert "property manager" in page
    assert "核实某某的住址" not in page


def test_without_promises_the_page_says_when_figures_come(here: Area) -> None:
    assert "No promise has come due here yet." in text(browser().get(f"/n/{here.slug}/promises/"))


# --- a public notice ---


@pytest.fixture
def notice(here: Area) -> PublicNotice:
    return make_notice(here, title="关于<b>扶手</b>的公示", body="第一段\n\n第二段<script>")


def test_everybody_reads_a_notice_with_its_objections_under_public_names(
    here: Area, notice: PublicNotice
) -> None:
    chen = factories.make_resident(within=here, name="陈阿姨")
    services.object_to(chen, notice.pk, "<img src=x onerror=alert(1)>挡窗")

    page = text(browser().get(f"/public-notices/{notice.pk}/"))

    assert "关于&lt;b&gt;扶手&lt;/b&gt;的公示" in page
    assert "<p>第二段&lt;script&gt;</p>" in page
    assert "&lt;img src=x onerror=alert(1)&gt;挡窗" in page
    assert "陈阿姨" in page
    assert factories.person_of(chen).real_name not in page
    assert "1 objection" in page
    assert 'class="qr"' in page


def test_a_notice_not_yet_posted_does_not_exist(here: Area, notice: PublicNotice) -> None:
    with clock.at(notice.starts_at - timedelta(seconds=1)):
        assert browser().get(f"/public-notices/{notice.pk}/").status_code == 404
    assert browser().get("/public-notices/999999/").status_code == 404


def test_a_neighbour_objects_once_and_sees_it(here: Area, notice: PublicNotice) -> None:
    client = browser(factories.make_resident(within=here))

    response = client.post(
        f"/public-notices/{notice.pk}/object/", {"text": "太吵", "once": uuid.uuid4().hex}, follow=True
    )

    assert response.redirect_chain == [(f"/public-notices/{notice.pk}/", 302)]
    assert "太吵" in text(response)
    assert "Publish my objection" not in text(response)


def test_the_same_form_sent_twice_counts_once(here: Area, notice: PublicNotice) -> None:
    client, sent = browser(factories.make_resident(within=here)), {"text": "太吵", "once": uuid.uuid4().hex}

    answers = [client.post(f"/public-notices/{notice.pk}/object/", sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Objection.objects.count() == 1


def test_a_second_objection_is_refused_with_the_text_kept(here: Area, notice: PublicNotice) -> None:
    client = browser(factories.make_resident(within=here))
    client.post(f"/public-notices/{notice.pk}/object/", {"text": "太吵"})

    response = client.post(f"/public-notices/{notice.pk}/object/", {"text": "还是太吵"})

    assert response.status_code == 409
    assert "You have already objected to this notice" in text(response)
    assert "还是太吵" in text(response)


def test_too_late_is_refused_with_the_text_kept(here: Area, notice: PublicNotice) -> None:
    client = browser(factories.make_resident(within=here))

    with clock.at(notice.ends_at):
        response = client.post(f"/public-notices/{notice.pk}/object/", {"text": "太吵"})

    assert response.status_code == 409
    assert "The notice period is over." in text(response)
    assert "太吵" in text(response)


@pytest.mark.parametrize("typed", ["", "   ", "吵" * 1001])
def test_nothing_or_too_much_is_a_message_at_the_field(here: Area, notice: PublicNotice, typed: str) -> None:
    client = browser(factories.make_resident(within=here))

    response = client.post(f"/public-notices/{notice.pk}/object/", {"text": typed})

    assert response.status_code == 422
    assert 'class="errorlist"' in text(response)
    assert Objection.objects.count() == 0


def test_others_have_no_form_and_cannot_send_one(here: Area, notice: PublicNotice) -> None:
    for user in (
        factories.make_user(),
        factories.make_user(post=Post.WORKER, neighbourhood=here),
        factories.make_resident(),
    ):
        client = browser(user)

        assert "Publish my objection" not in text(client.get(f"/public-notices/{notice.pk}/"))
        assert client.post(f"/public-notices/{notice.pk}/object/", {"text": "太吵"}).status_code == 403


def test_who_is_not_signed_in_is_asked_to_and_keeps_the_text(here: Area, notice: PublicNotice) -> None:
    chen = factories.make_resident(within=here)
    client = browser()
    page = f"/public-notices/{notice.pk}/"

    assert "Sign in to object" in text(client.get(page))
    response = client.post(f"{page}object/", {"text": "太吵了，请改期", "page": page})
    assert response["Location"] == f"/accounts/login/?next={page}"
    session = dict(client.session)
    client.force_login(chen)
    kept = client.session
    kept.update({name: value for name, value in session.items() if name == "typed"})
    kept.save()

    assert "太吵了，请改期" in text(client.get(page))


def test_a_notice_that_is_over_takes_no_objection(here: Area, notice: PublicNotice) -> None:
    client = browser(factories.make_resident(within=here))

    with clock.at(notice.ends_at):
        page = text(client.get(f"/public-notices/{notice.pk}/"))

    assert "Publish my objection" not in page
    assert "the notice is over" in page


def test_the_form_has_a_page_of_its_own_that_leads_back_to_the_notice(
    here: Area, notice: PublicNotice
) -> None:
    client = browser(factories.make_resident(within=here))

    page = text(client.get(f"/public-notices/{notice.pk}/object/"))

    assert "Publish my objection" in page
    assert f'href="/public-notices/{notice.pk}/"' in page
