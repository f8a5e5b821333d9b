"""The pages of whoever runs the portal: what they list, what they ask, and that they ask no more of the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Area, Contact, Kind, Post, RuleSet
from portal.community.rules import rule
from portal.kit import clock
from portal.record.models import Entry
from tests import factories
from tests.administration.factories import District, make_district

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> District:
    """The district, with its operator at the browser."""
    world = make_district()
    client.force_login(world.operator)
    return world


def test_nobody_else_finds_the_pages(client: Client) -> None:
    world = make_district()
    addresses = [reverse("administration:areas")]
    addresses += [
        reverse(f"administration:{name}", args=[world.here.pk]) for name in ("area", "posts", "rules")
    ]
    addresses.append(reverse("administration:area_act", args=[world.here.pk, "retire"]))
    for user in (
        factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here),
        factories.make_user(post=Post.OFFICER, neighbourhood=world.district),
        factories.make_user(post=Post.OPERATOR),
    ):
        client.force_login(user)
        own = addresses[1:] if user.person.appointments.filter(post=Post.OPERATOR).exists() else addresses
        assert {client.get(url).status_code for url in own} == {404}


def test_the_list_names_what_is_missing_and_finds_by_name(client: Client) -> None:
    world = signed_in(client)
    Contact.objects.create(area=world.here, telephone="021-5550 0101")
    factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)

    page = client.get(reverse("administration:areas")).content.decode()
    found = client.get(reverse("administration:areas"), {"q": "1号"}).content.decode()

    assert page.count("没有联系方式") == page.count("没有主任") == 1
    assert "1号楼" not in page
    assert "示范区 › 红林街道 › 天馨 › 天馨花园" in found


def test_the_lists_ask_the_same_of_many(client: Client) -> None:
    world = signed_in(client)
    addresses = [
        reverse("administration:areas"),
        reverse("administration:area", args=[world.subdistrict.pk]),
        reverse("administration:area_act", args=[world.building.pk, "move"]),
    ]
    few = [_asked(client, url) for url in addresses]
    above = world.subdistrict
    Area.objects.bulk_create(
        Area(
            path=Area._get_path(above.path, above.depth + 1, 10 + number),
            depth=above.depth + 1,
            kind=Kind.NEIGHBOURHOOD,
            name=f"居{number}",
            slug=f"ju-{number}",
        )
        for number in range(1000)
    )

    assert [_asked(client, url) for url in addresses] == few


def _asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_buildings_are_added_and_one_moved_by_forms(client: Client) -> None:
    world = signed_in(client)

    add = reverse("administration:area_act", args=[world.estate.pk, "add"])
    assert client.post(add, {"names": "2-4", "ending": "号楼"}).status_code == 302
    move = reverse("administration:area_act", args=[world.building.pk, "move"])
    assert "红林街道 › 绿苑 › 绿苑小区" in client.get(move).content.decode()
    assert client.post(move, {"to": world.other_estate.pk, "reason": "调整"}).status_code == 302

    names = [area.name for area in Area.objects.filter(kind=Kind.BUILDING).order_by("path")]
    assert names == ["2号楼", "3号楼", "4号楼", "1号楼"]
    assert (
        "天馨 天馨花园 → 绿苑 绿苑小区"
        in client.get(reverse("administration:area", args=[world.building.pk])).content.decode()
    )


def test_a_new_neighbourhood_is_gone_on_with_on_its_own_page(client: Client) -> None:
    world = signed_in(client)
    url = reverse("administration:area_act", args=[world.subdistrict.pk, "add"])

    asked = client.get(url).content.decode()
    done = client.post(url, {"names": "彩虹居民区", "slug": "caihong"}, follow=True)
    buildings = client.get(reverse("administration:area_act", args=[world.estate.pk, "add"])).content.decode()

    assert "居民区会有自己的首页" in asked
    assert "居民区会有自己的首页" not in buildings
    assert done.redirect_chain[0][0] == Area.objects.get(slug="caihong").get_absolute_url()
    assert "添加小区、任命主任、填写联系方式" in done.content.decode()


def test_home_pages_lead_whoever_runs_the_portal_to_its_pages(client: Client) -> None:
    world = make_district(pages=True)
    addresses = [reverse("pages:neighbourhood", args=["tianxin"]), reverse("community:choose")]

    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here))
    assert [reverse("administration:areas") in client.get(url).content.decode() for url in addresses] == [
        False,
        False,
    ]
    client.force_login(world.operator)
    for url in addresses:
        assert (
            f'href="{reverse("administration:areas")}">地方、职务和规则' in client.get(url).content.decode()
        )


def test_what_stands_in_the_way_is_said_before_and_after(client: Client) -> None:
    world = signed_in(client)
    factories.make_dwelling(within=world.building)
    url = reverse("administration:area_act", args=[world.building.pk, "retire"])

    asked = client.get(url)
    refused = client.post(url, {"day": clock.today().isoformat(), "reason": "拆除"})

    assert (asked.status_code, refused.status_code) == (409, 409)
    for page in (asked, refused):
        assert "1 套在册房屋" in page.content.decode()


def test_a_rule_is_set_by_its_fields_and_ended(client: Client) -> None:
    world = signed_in(client)
    url = reverse("administration:area_act", args=[world.here.pk, "set-rule"])
    typed = {
        "key": "hearing.notice_days",
        "value_default": "10",
        "value_minimum": "5",
        "since": clock.today().isoformat(),
        "status": "practice",
        "source": "决议",
        "reason": "从宽",
    }

    page = client.get(url, {"key": "hearing.notice_days"}).content.decode()
    wrong = client.post(url, typed | {"value_default": "0"})
    done = client.post(url, typed)

    assert 'name="value_default" value="7"' in page
    assert wrong.status_code == 422
    assert done.headers["Location"] == reverse("administration:rules", args=[world.here.pk])
    assert rule("hearing.notice_days", world.here) == {"default": 10, "minimum": 5}
    row = RuleSet.objects.get(area=world.here)
    assert "决议" in client.get(done.headers["Location"]).content.decode()
    end = reverse("administration:rule_act", args=[row.pk, "end"])
    assert client.post(end, {"until": clock.today().isoformat()}).status_code == 302
    assert rule("hearing.notice_days", world.here) == {"default": 7, "minimum": 3}


def test_without_saying_which_rule_the_page_asks_which(client: Client) -> None:
    world = signed_in(client)
    url = reverse("administration:area_act", args=[world.here.pk, "set-rule"])

    page = client.get(url).content.decode()

    assert "议题讨论" in page
    assert "业主共同决定事项" not in page
    # One thing is asked, in groups, and nothing of a rule that is not chosen yet.
    assert '<form method="get">' in page
    assert page.count("<optgroup") > 3
    assert 'name="reason"' not in page
    for sent in ({}, {"key": "owners.ordinary"}):
        assert 'name="reason"' not in (again := client.post(url, sent)).content.decode()
        assert again.status_code == 422
    assert client.post(url, {"key": "topic.discussion_days"}).status_code == 422


@pytest.mark.parametrize("who", ["operator", "worker"])
def test_contact_details_are_said_by_the_committee_and_by_the_operator(who: str, client: Client) -> None:
    world = make_district(pages=True)
    worker = factories.make_user(post=Post.WORKER, neighbourhood=world.here)
    client.force_login(worker if who == "worker" else world.operator)
    url = reverse("register:contact", args=["tianxin"])
    typed = {"office": "红林路 88 号", "hours": "周一至周五", "telephone": "021-5550 0101"}

    assert client.post(url, {"hours": "周一"}).status_code == 422
    assert client.post(url, {**typed, "telephone": "abc"}).status_code == 422
    assert client.post(url, {**typed, "property_telephone": "1234"}).status_code == 422
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 409

    entry = Entry.objects.get(chain="tianxin", action="contact.changed")
    assert entry.data["is"] == typed
    for page in ("/n/tianxin/", reverse("account_login") + "?n=1"):
        session = Client()
        session.post(reverse("community:choose"), {"slug": "tianxin"})
        shown = session.get(page).content.decode()
        assert "红林路 88 号" in shown
        assert 'href="tel:02155500101"' in shown
        assert "021-5550 0101</" in shown


def test_a_desk_without_contact_details_is_told_so(client: Client) -> None:
    world = make_district(pages=True)
    client.force_login(factories.make_user(post=Post.WORKER, neighbourhood=world.here))

    assert (
        "邻居看不到居委会在哪里" in client.get(reverse("register:people", args=["tianxin"])).content.decode()
    )
    Contact.objects.create(area=world.here, telephone="021-5550 0101")
    assert (
        "邻居看不到居委会在哪里"
        not in client.get(reverse("register:people", args=["tianxin"])).content.decode()
    )


def test_contact_details_that_are_half_there_are_told_by_what_is_missing(client: Client) -> None:
    world = make_district(pages=True)
    Contact.objects.create(area=world.here, office="红林路 88 号", hours="周一")
    client.force_login(world.operator)

    for url in (reverse("administration:areas"), reverse("administration:area", args=[world.subdistrict.pk])):
        assert "缺居委会电话" in client.get(url).content.decode()

    client.force_login(factories.make_user(post=Post.WORKER, neighbourhood=world.here))
    assert (
        "现在还缺：居委会电话" in client.get(reverse("register:letters", args=["tianxin"])).content.decode()
    )


def test_residents_change_no_contact_details(client: Client) -> None:
    world = make_district()
    client.force_login(factories.make_user(post=Post.OFFICER, neighbourhood=world.here))

    assert client.get(reverse("register:contact", args=["tianxin"])).status_code == 403


def test_the_own_page_of_an_operator_leads_there(client: Client) -> None:
    world: Any = signed_in(client)

    assert reverse("administration:areas") in client.get(reverse("register:me")).content.decode()
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here))
    assert reverse("administration:areas") not in client.get(reverse("register:me")).content.decode()


def test_what_two_numbers_of_a_rule_come_to_is_said_to_everybody(client: Client) -> None:
    factories.make_neighbourhood(slug="tianxin")

    page = client.get(reverse("administration:in_force", args=["tianxin"])).content.decode()

    assert "每户只附议一次" in page
