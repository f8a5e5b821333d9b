"""The page of the search: what each reader finds, how it is ordered and marked, and what is typed wrongly."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Area, User, Visitor
from portal.community.models import Post as Office
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.kit import clock
from portal.kit.limits import Limit
from portal.pages import services as pages
from portal.pages.cards.lines import HOTLINES
from portal.pages.disclosure import services as disclosure
from portal.pages.disclosure.models import Period
from portal.pages.resources import services as resources
from portal.pages.resources.models import Kind as ResourceKind
from portal.register.services import contacts
from portal.search import finding, services
from portal.search.jobs import mend_index
from portal.search.kinds import kinds
from portal.search.models import Document
from portal.search.words import asked
from portal.threads.models import HideReason
from portal.threads.services import moderation
from portal.volunteers.models import Visibility
from tests import factories
from tests.deliberation.factories import make_topic
from tests.threads import factories as threads
from tests.volunteers import factories as volunteers
from tests.worlds import kept

pytestmark = pytest.mark.django_db


def address(here: Area, question: str, **more: str) -> str:
    return reverse("search:search", args=[here.slug], query={"q": question, **more})


def found(here: Area, question: str, user: Visitor) -> dict[str, list[int]]:
    return {each.kind.name: list(each.keys) for each in finding.find(asked(question), user, here)}


@kept
def scene() -> tuple[Area, User, Topic, Topic]:
    """A neighbourhood with a topic that names the lift in its title, a later one in its text, and a draft."""
    here = factories.make_neighbourhood()
    proposer = factories.make_resident(within=here)
    person = factories.person_of(proposer)
    titled = make_topic(here, title="二号楼加装电梯", problem="老人下不了楼", proposer=person)
    told = make_topic(here, title="扶手松了", problem="等电梯的时候扶手会摇", proposer=person)
    make_topic(here, title="电梯的草稿", state=State.DRAFT, proposer=person)
    return here, proposer, titled, told


def test_titles_come_first_and_each_reader_finds_what_may_be_read() -> None:
    here, proposer, titled, told = scene()
    draft = Topic.objects.get(state=State.DRAFT)
    services.index(draft)
    Document.objects.update_or_create(
        kind="topic",
        number=draft.pk,
        defaults={"neighbourhood": here, "tag": f"topic{here.pk}", "title": "电梯 梯"},
    )
    other = factories.make_resident(within=here)
    assert found(here, "电梯", other) == {"topic": [titled.pk, told.pk]}
    assert found(here, "电梯", proposer)["topic"][0] == draft.pk
    assert found(here, "dt", other) == {"topic": [titled.pk]}
    assert found(here, "加梯", other) == {"topic": [titled.pk]}
    assert found(factories.make_neighbourhood(), "电梯", other) == {}


def test_a_hidden_post_is_not_found_until_it_is_shown_again() -> None:
    thread = threads.make_thread()
    author, worker = threads.make_neighbour(thread), threads.make_worker(thread)
    post = threads.say(author, thread, "充电桩装在哪里好")
    here = thread.neighbourhood
    assert found(here, "充电桩", author) == {"post": [post.pk]}
    moderation.hide(worker, post.pk, HideReason.values[0])
    assert found(here, "充电桩", author) == found(here, "充电桩", worker) == {}
    assert not Document.objects.filter(kind="post").exists()
    moderation.restore(worker, post.pk)
    assert found(here, "充电桩", worker) == {"post": [post.pk]}


def test_an_activity_of_a_team_is_found_by_those_who_may_read_it() -> None:
    crew = volunteers.make_crew()
    inside = volunteers.make_activity(crew, title="陪老人散步", visibility=Visibility.NEIGHBOURS)
    services.index(inside)
    neighbour = factories.make_resident(within=crew.here)
    stranger = factories.make_resident()
    assert found(crew.here, "散步", neighbour) == {"activity": [inside.pk]}
    assert found(crew.here, "散步", stranger) == {}


def test_a_notice_is_found_while_it_is_published(client: Client) -> None:
    here = factories.make_neighbourhood()
    pages.found_neighbourhood(here)
    director = factories.make_user(post=Office.DIRECTOR, neighbourhood=here)
    fields = {"title": "停水通知", "body": "周五清洗水箱。", "day": clock.today(), "shown_until": None}
    page = pages.add_page(director, here, "notice", fields)
    assert found(here, "水箱", director) == {}
    pages.publish(director, page.pk)
    assert found(here, "水箱", director) == {"notice": [page.pk]}
    answer = client.get(address(here, "水箱")).content.decode()
    assert "周五清洗<mark>水箱</mark>。" in answer
    assert page.get_absolute_url() in answer
    pages.withdraw(director, page.pk)
    assert found(here, "水箱", director) == {}


def test_what_was_typed_is_marked_and_nothing_is_let_through(client: Client) -> None:
    here = factories.make_neighbourhood()
    make_topic(here, title="<b>电梯</b> & Lift")
    answer = client.get(address(here, "电梯")).content.decode()
    assert "&lt;b&gt;<mark>电梯</mark>&lt;/b&gt; &amp; Lift" in answer
    assert "<mark>Lift</mark>" in client.get(address(here, "ｌｉｆｔ")).content.decode()
    make_topic(here, title="Ｌｉｆｔ，坏了")
    make_topic(here, title="12㎡ 的凉亭")
    assert "1<mark>2㎡</mark> 的凉亭" in client.get(address(here, "2m")).content.decode()
    assert "12<mark>㎡</mark> 的凉亭" in client.get(address(here, "m 2 凉")).content.decode().replace(
        "<mark>2</mark>", "2"
    ).replace("<mark>凉</mark>", "凉")
    assert "<mark>Ｌｉｆｔ</mark>，坏了" in client.get(address(here, "lift")).content.decode()


def test_an_empty_answer_says_how_to_go_on(client: Client) -> None:
    here = factories.make_neighbourhood()
    answer = client.get(address(here, "没有的事"))
    assert reverse("deliberation:propose", args=[here.slug]) in answer.content.decode()
    assert answer.context["every"] == []


def test_a_part_of_the_words_is_shown_where_nothing_holds_all_and_that_is_said(client: Client) -> None:
    here, _proposer, titled, _told = scene()
    answer = client.get(address(here, "加装电梯 停车"))
    assert answer.context["words"].part
    assert [found.keys for found in answer.context["every"]] == [[titled.pk]]
    assert not client.get(address(here, "加装电梯 号楼")).context["words"].part


def test_rooms_cards_the_catalogue_and_the_map_are_found(client: Client) -> None:
    here = factories.make_neighbourhood()
    director = factories.make_user(post=Office.DIRECTOR, neighbourhood=here)
    telephones = {"telephone": "5580 1234", "property_telephone": "5580 9999"}
    contacts.change(director, here.slug, {"office": "", "hours": "", **telephones})
    item = {"title": "公共收益收支", "group": "财务", "contents": "收了多少", "period": Period.QUARTERLY}
    disclosure.add(director, here.slug, item)
    choir = resources.enter(director, here.slug, ResourceKind.ORGANISATION, {"title": "夕阳红合唱队"})
    waiting = factories.make_resident(within=here)
    skill = resources.offer(waiting, here.slug, {"title": "合唱队伴奏"})
    assert found(here, "合唱队", waiting) == {"resource": [choir.pk]}
    resources.show(director, skill.pk)
    assert found(here, "合唱队", waiting) == {"resource": [skill.pk, choir.pk]}
    resources.withdraw(waiting, skill.pk)
    assert found(here, "合唱队", waiting) == {"resource": [choir.pk]}
    assert found(here, "收益", waiting).keys() == {"disclosure"}
    assert found(here, HOTLINES[0], waiting) == found(here, "5580 9999", waiting) == {"card": [here.pk]}
    answer = client.get(address(here, "资源图")).content.decode()
    assert reverse("pages:resources", args=[here.slug]) in answer
    assert reverse("deliberation:propose", args=[here.slug]) not in answer


BAD = [
    "",
    " ",
    "，。！",
    "电" * 10_000,
    "梯 " * 10_000,
    "\0",
    "电\0梯",
    "NEAR(电 梯, 2)",
    '"',
    "'",
    "*",
    "title:电",
    "- ^ + AND OR NOT",
    "\\",
    "电:*A",
    "% _",
    "😀🏢",
    "<script>",
    "\ud7ff\U0010ffff",
]


def test_nothing_that_is_typed_breaks_the_page(client: Client) -> None:
    here, _proposer, titled, _told = scene()
    answers = {typed[:20]: client.get(address(here, typed)).status_code for typed in BAD}
    assert set(answers.values()) == {200}, answers
    assert str(titled.pk) in client.get(address(here, '"电梯" *')).content.decode()
    assert client.get(address(here, "电梯", kind="nothing", page="-3")).status_code == 200


def test_a_kind_is_read_page_by_page_with_the_same_number_of_queries(client: Client) -> None:
    here = factories.make_neighbourhood()
    make_topic(here, title="路灯 0")
    with CaptureQueriesContext(connection) as few:
        client.get(address(here, "路灯", kind="topic"))
    for number in range(1, 30):
        make_topic(here, title=f"路灯 {number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get(address(here, "路灯", kind="topic", page="2"))
    assert len(page.context["results"]) == 10
    assert len(many) == len(few)


def test_too_many_questions_are_asked_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = factories.make_neighbourhood()
    monkeypatch.setattr("portal.search.views.SHARED", Limit(1, 60))
    assert [client.get(address(here, "路灯")).status_code for _ in range(2)] == [200, 429]


def test_what_was_missed_is_mended_and_what_is_gone_leaves() -> None:
    here, _proposer, titled, _told = scene()
    right = rows()
    Document.objects.filter(number=titled.pk).update(title="")
    Document.objects.create(kind="topic", number=10**9, neighbourhood=here, tag=f"topic{here.pk}", title="x")
    Document.objects.exclude(number=titled.pk).filter(number__lt=10**9).delete()
    mend_index()
    assert rows() == right
    for kind in kinds():
        services.rebuild(kind)
    assert rows() == right


def rows() -> set[tuple[object, ...]]:
    return set(Document.objects.values_list("kind", "number", "tag", "title", "initials", "body"))


def test_from_anywhere_the_question_goes_along(client: Client) -> None:
    here = factories.make_neighbourhood()
    assert client.get(reverse("search:anywhere", query={"q": "电梯"}))["Location"] == address(here, "电梯")
