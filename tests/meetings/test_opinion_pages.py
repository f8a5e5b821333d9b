"""The map as it is read: what is lacking, the picture, where the reader stands, one statement at a time, the list."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Post, User
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.opinions import pictures
from portal.meetings.opinions.rules import least_reactions
from portal.meetings.opinions.standing import standing
from portal.meetings.states.hearing import HearingState
from portal.record import services as record
from portal.threads.models import HideReason
from tests import factories
from tests.deliberation.factories import make_topic
from tests.meetings.factories import make_hearing
from tests.meetings.opinion_factories import Opined, make_grouped, make_opined

pytestmark = pytest.mark.django_db


def read(client: Client, path: str, user: User | None = None) -> str:
    """A page as somebody reads it."""
    if user is None:
        client.logout()
    else:
        client.force_login(user)
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def test_before_there_is_a_map_the_page_says_what_is_lacking_and_shows_bars(client: Client) -> None:
    opined = make_opined(people=6, statements=4)
    opined.react([[1, 1, 1, None]] * 4 + [[-1, 1, 0, None]])
    opined.reckon()
    page = read(client, opined.map.get_absolute_url())

    assert "还差 1 句话" in page
    assert "还需要 15 人，每人至少对 5 句话表态" in page
    assert "赞成 80%，不赞成 20%，说不准 0%" in page
    assert "polygon" not in page


def test_people_who_are_not_enough_are_counted_down(client: Client) -> None:
    opined = make_opined(people=12, statements=5)
    opined.react([[1, 1, 1, 1, 1]] * 11 + [[1, None, None, None, None]])
    opined.reckon()

    assert "还需要 4 人，每人至少对 5 句话表态" in read(client, opined.map.get_absolute_url())


def test_few_reactions_are_only_counted(client: Client) -> None:
    opined = make_opined(people=4)
    opined.react([[1, 1, 1], [1, -1, None]])
    opined.reckon()

    assert "2 人表了态；满 5 人才显示占比" in read(client, opined.map.get_absolute_url())
    assert (
        "%"
        not in read(client, reverse("meetings:statements", args=[opined.map.pk])).split('class="wishes"')[1]
    )


def test_the_groups_are_drawn_with_their_table_and_without_a_name(client: Client) -> None:
    opined = make_grouped()
    page = read(client, opined.map.get_absolute_url())

    assert page.count("<polygon") == 2
    assert "意见图。甲组 9 人；乙组 7 人。数字见下表" in page
    assert re.search(
        r'<th scope="row">第 8 句话</th>\s*<td class="num">100</td>\s*<td class="num">100</td>', page
    )
    assert "mehere" not in page
    assert all(factories.person_of(user).public_name not in page for user in opined.people)


def test_only_the_reader_sees_where_the_reader_stands(client: Client) -> None:
    opined = make_grouped()
    page = read(client, opined.map.get_absolute_url(), opined.people[0])

    assert "您离甲组最近" in page
    assert "甲组：您有看法的 8 句里，8 句和多数人一样" in page
    assert "乙组：您有看法的 8 句里，1 句和多数人一样" in page
    assert "mehere" in page
    assert "您离乙组最近" in read(client, opined.map.get_absolute_url(), opined.people[-1])
    new = factories.make_resident(within=opined.here)
    assert "再对 7 句话表态" in read(client, opined.map.get_absolute_url(), new)


def test_a_reader_is_placed_where_the_map_would_place_the_same_reactions() -> None:
    opined = make_grouped()
    snapshot = opined.map.snapshot
    mine = {one.pk: 1 if place % 2 == 0 or place == 7 else -1 for place, one in enumerate(opined.statements)}
    own = standing(snapshot, mine, least_reactions(8))

    assert own is not None
    # All nine of the group said the very same: there is one mark, and it is here.
    assert snapshot["groups"][0]["marks"] == [[round(own.x), round(own.y), 9]]
    assert own.alike == (8, 1)
    assert standing(snapshot, dict(list(mine.items())[:6]), least_reactions(8)) is None


def test_statements_come_one_after_the_other_those_first_that_few_have_answered(client: Client) -> None:
    opined = make_opined(people=4)
    opined.react([[1, 1, None], [1, None, None]])
    opined.reckon()
    me, home = opined.people[3], opined.map.get_absolute_url()
    client.force_login(me)
    asked = []
    for _round in range(3):
        page = client.get(home).content.decode()
        pk = int(re.findall(r"/opinion-maps/statements/(\d+)/react/", page)[0])
        asked.append([one.pk for one in opined.statements].index(pk))
        answer = client.post(reverse("meetings:statement_act", args=[pk, "react"]), {"value": "1"})
        assert answer["Location"] == f"{home}#next"

    assert asked == [2, 1, 0]
    assert "您对每句话都表了态" in client.get(home).content.decode()
    assert Reaction.objects.filter(person=me.person).count() == 3


def test_an_answer_is_changed_in_the_list(client: Client) -> None:
    opined = make_opined()
    one, me = opined.statements[1], opined.people[0]
    client.force_login(me)
    address = reverse("meetings:statement_act", args=[one.pk, "react-listed"])
    for value in ("1", "-1"):
        answer = client.post(address, {"value": value})
        assert answer["Location"] == f"/opinion-maps/{opined.map.pk}/statements/#statement-2"

    assert Reaction.objects.get().value == -1
    page = client.get(one.get_absolute_url()).content.decode()
    assert page.count('aria-pressed="true"') == 1
    assert client.post(address, {"value": "7"}).status_code == 422


def test_a_statement_taken_down_leaves_its_reason_and_not_its_words(client: Client) -> None:
    opined = make_grouped()
    opined.take_down(0, HideReason.ADVERTISING)
    opined.reckon()
    listed = read(client, reverse("meetings:statements", args=[opined.map.pk]))

    assert "1. 已撤下。原因：广告" in listed
    for page in (listed, read(client, opined.map.get_absolute_url())):
        assert "第 1 句话" not in page
        assert "第 2 句话" in page
    assert "恢复这句话" in read(client, reverse("meetings:statements", args=[opined.map.pk]), opined.worker)


def test_until_it_is_reckoned_anew_a_statement_taken_down_is_left_out(client: Client) -> None:
    opined = make_grouped()
    opined.take_down(7)

    assert "第 8 句话" not in read(client, opined.map.get_absolute_url())


def test_the_committee_sees_what_is_new(client: Client) -> None:
    opined = make_opined()
    client.force_login(opined.people[0])
    address = reverse("meetings:opinion_map_act", args=[opined.map.pk, "put"])
    answer = client.post(address, {"text": "新提的一句"})
    new = Statement.objects.latest("pk")
    assert answer["Location"] == new.get_absolute_url()

    listed = reverse("meetings:statements", args=[opined.map.pk])
    assert '<span class="tag amber">新增</span>' in re.sub(r"\s+", " ", read(client, listed, opined.worker))
    assert "新提的话予以保留" in read(client, opined.map.get_absolute_url(), opined.worker)
    client.post(reverse("meetings:opinion_map_act", args=[opined.map.pk, "screen"]))
    assert "新提的话予以保留" not in read(client, opined.map.get_absolute_url(), opined.worker)


def test_a_map_is_begun_from_the_page_of_a_topic(client: Client) -> None:
    here = factories.make_neighbourhood()
    topic, one = make_topic(here, state=State.DISCUSSING), factories.make_resident(within=here)
    begin = reverse("meetings:opinion_begin", args=["topic", topic.pk])
    assert begin in read(client, topic.get_absolute_url())

    client.force_login(one)
    assert client.get(begin).status_code == 200
    assert client.post(begin, {"text": ""}).status_code == 422
    begun = client.post(begin, {"text": "晚上九点以后不放音响"})
    map_ = OpinionMap.objects.get()
    assert begun["Location"] == map_.get_absolute_url()
    assert client.get(begin)["Location"] == map_.get_absolute_url()
    assert map_.get_absolute_url() in read(client, topic.get_absolute_url())
    client.force_login(factories.make_user())
    assert client.post(begin, {"text": "外人"}).status_code == 403


def test_a_map_is_not_begun_out_of_season(client: Client) -> None:
    here = factories.make_neighbourhood()
    topic = make_topic(here, state=State.SCREENING)
    client.force_login(factories.make_resident(within=here))
    begin = reverse("meetings:opinion_begin", args=["topic", topic.pk])

    assert client.get(begin).status_code == 409
    assert client.post(begin, {"text": "太早"}).status_code == 409
    assert not OpinionMap.objects.exists()


def test_the_topic_shows_what_all_share_and_follows_what_is_reckoned(client: Client) -> None:
    opined = make_opined(people=16, statements=8)
    page = read(client, opined.topic.get_absolute_url())
    assert "去看看，也表个态" in page
    opined.react([[1 if place == 7 or place % 2 == n % 2 else -1 for place in range(8)] for n in range(16)])
    opined.reckon()
    page = read(client, opined.topic.get_absolute_url())

    assert "看法分成 2 组" in page
    assert "有 1 句话各组看法一致" in page
    assert "第 8 句话" in page


def test_afterwards_the_map_is_read_and_not_answered(client: Client) -> None:
    opined = make_grouped()
    Topic.objects.filter(pk=opined.topic.pk).update(state=State.VOTING)
    page = read(client, opined.map.get_absolute_url(), opined.people[0])

    assert "这里不再收集表态" in page
    assert "/react/" not in page
    assert "提一句话" not in page
    answer = client.post(
        reverse("meetings:statement_act", args=[opined.statements[0].pk, "react"]), {"value": "1"}
    )
    assert answer.status_code == 409


def test_a_hearing_shows_its_map(client: Client) -> None:
    planned, announced = make_hearing(HearingState.PLANNED), make_hearing(HearingState.ANNOUNCED)

    assert "opinion-maps" not in read(client, planned.get_absolute_url())
    assert f"/opinion-maps/about/hearing/{announced.pk}/" in read(client, announced.get_absolute_url())


@pytest.mark.parametrize("name", ["opinion_map", "statements"])
def test_a_page_asks_no_more_of_more_statements(client: Client, name: str) -> None:
    def asked(opined: Opined) -> int:
        path = reverse(f"meetings:{name}", args=[opined.map.pk])
        read(client, path, opined.people[0])
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    assert asked(make_grouped(statements=6)) == asked(make_grouped(sizes=(20, 15), statements=40))


def test_a_long_list_is_read_in_portions(client: Client) -> None:
    opined = make_opined(statements=60)

    assert opined.statements[59].get_absolute_url().endswith("/statements/?page=2#statement-60")
    page = read(client, opined.statements[59].get_absolute_url())
    assert "60. 第 60 句话" in page
    assert "第 50 句话" not in page


@pytest.mark.parametrize(
    ("spots", "corners"),
    [
        ([(1, 1)], [(1, 1)]),
        ([(0, 0), (4, 4), (0, 0)], [(0, 0), (4, 4)]),
        ([(0, 0), (4, 0), (4, 4), (0, 4), (2, 2), (2, 0)], [(0, 0), (4, 0), (4, 4), (0, 4)]),
        ([(0, 0), (1, 1), (2, 2)], [(0, 0), (2, 2)]),
    ],
)
def test_the_area_of_a_group_has_its_outermost_marks_for_corners(
    spots: list[tuple[int, int]], corners: list[tuple[int, int]]
) -> None:
    assert pictures.hull(spots) == corners


@pytest.mark.parametrize("post", [Post.PROPERTY, Post.OFFICER, Post.OVERSIGHT])
def test_beginning_a_map_is_shown_to_whoever_may(client: Client, post: Post) -> None:
    topic = make_topic(factories.make_neighbourhood(), state=State.DISCUSSING)
    hearing = make_hearing(HearingState.ANNOUNCED)
    for thing in (topic, hearing):
        official = factories.make_user(post=post, neighbourhood=thing.neighbourhood)
        begin = reverse("meetings:opinion_begin", args=record.key(thing).split(":"))
        assert begin not in read(client, thing.get_absolute_url(), official)
        assert client.get(begin).status_code == 403
        assert begin in read(client, thing.get_absolute_url())
