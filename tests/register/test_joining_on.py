"""Joining leads on to what somebody wanted to do: through sign-up, the code, the letter or the committee's answer."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.community.models import Residency
from portal.notifications.models import Notice
from portal.register.models import Onward
from portal.register.services import joining, mailings
from tests import factories
from tests.browserless import Person
from tests.deliberation.factories import World
from tests.register import texting

pytestmark = pytest.mark.django_db
PASSWORD = "gongzhi-demo-2026"


def _open_account(newcomer: Person) -> str:
    """On the page of sign-up: the account, and the code that came to the phone."""
    newcomer.send(contact="13900000001", name="新来的", password1=PASSWORD, consent="on")
    return newcomer.send(code=texting.code())


def _letter(world: World) -> str:
    home = factories.make_dwelling(within=world.building, room="909")
    return mailings.issue(world.worker, [home])[0].code


def test_what_was_typed_waits_through_sign_up_and_the_letter(texts: list[tuple[str, str]]) -> None:
    world, newcomer = World(), Person()
    topic = world.discussing()
    with world.at():
        code = _letter(world)
        newcomer.open(topic.get_absolute_url())
        say = reverse("threads:say", args=[topic.thread_id])
        newcomer._arrive(newcomer.client.post(say, {"body": "我家也想要", "page": topic.get_absolute_url()}))
        assert "登录" in newcomer.text
        newcomer.press("注册账号")
        _open_account(newcomer)
        assert newcomer.at == topic.get_absolute_url()

        newcomer.press("核实住处")
        newcomer.send(code=code, real_name="辛来", ties=["living"], adult="yes")

    assert newcomer.at == topic.get_absolute_url()
    typed = newcomer.page.select_one("textarea[name=body]")
    assert typed is not None
    assert "我家也想要" in typed.text


def test_the_act_that_is_not_open_yet_says_what_is_missing_and_comes_after_the_letter(
    texts: list[tuple[str, str]],
) -> None:
    world, newcomer = World(), Person()
    topic = world.sent()
    with world.at():
        code = _letter(world)
        act = reverse("deliberation:act", args=[topic.pk, "second"])
        newcomer.open(topic.get_absolute_url())
        newcomer.press("登录后附议")
        newcomer.press("注册账号")
        newcomer.send(contact="13900000001", name="新来的", password1=PASSWORD, consent="on")
        refused = newcomer.client.post("/accounts/phone/verify/", {"code": texting.code()}, follow=True)

        newcomer.page = BeautifulSoup(refused.content, "html.parser")
        newcomer.press("我有带邀请码的信")
        newcomer.send(code=code, real_name="辛来", ties=["living"], adult="yes")

    assert refused.status_code == 403
    assert newcomer.at == act
    assert Onward.objects.count() == 0


@pytest.mark.parametrize("confirmed", [True, False])
def test_days_later_the_committees_yes_leads_to_what_was_wanted(confirmed: bool) -> None:
    world = World()
    topic, home = world.sent(), factories.make_dwelling(within=world.building, room="909")
    newcomer, user = Person(), factories.make_user(name="新来的")
    act = reverse("deliberation:act", args=[topic.pk, "second"])
    newcomer.client.force_login(user)
    with world.at():
        newcomer.open(f"/join/request/?building={world.building.pk}&next={act}")
        newcomer.send(dwelling=str(home.pk), real_name="辛来", ties=["living"])
        asked = Residency.objects.get(person=user.person_id)
        assert newcomer.at == "/me/"
    world.wait(2)
    with world.at():
        if confirmed:
            joining.approve(world.worker, "residency", asked.pk)
        else:
            joining.refuse(world.worker, "residency", asked.pk, "名字对不上。")

    told = Notice.objects.filter(user=user).latest("pk")
    assert (told.url == act) is confirmed
    assert Onward.objects.exists() is not confirmed


def test_where_somebody_goes_on_is_a_page_of_this_site_and_no_entrance() -> None:
    user = factories.make_user()
    client = Client()
    client.force_login(user)
    asked = {
        path: client.get("/join/", {"next": path}).content.decode()
        for path in ("/n/", "//evil.example", "/accounts/login/")
    }

    assert ["办完后会回到" in page for page in asked.values()] == [True, False, False]


def test_the_home_of_somebody_not_verified_says_what_is_next_and_by_when() -> None:
    world = World()
    home = factories.make_dwelling(within=world.building, room="909")
    user, client = factories.make_user(name="新来的"), Client(headers={"Accept-Language": "zh-CN"})
    client.force_login(user)
    here = reverse("pages:neighbourhood", args=[world.here.slug])
    with world.at():
        first = client.get(here).content.decode()
        joining.request(factories.person_of(user), home, Residency)
        waits = client.get(here).content.decode()
        joining.refuse(
            world.worker, "residency", Residency.objects.get(person=user.person_id).pk, "名字对不上。"
        )
        refused = client.get(here).content.decode()

    assert "我有带邀请码的信" in first
    assert "到时会通知您" in waits
    assert ("名字对不上" in refused, "再次申请" in refused or "重新申请" in refused) == (True, True)


def test_joining_is_offered_on_every_public_page_and_at_the_act() -> None:
    world = World()
    topic = world.discussing()
    with world.at():
        page = Client().get(topic.get_absolute_url()).content.decode()
        header = BeautifulSoup(page, "html.parser").select("header a[href^='/join/']")
        at_act = BeautifulSoup(page, "html.parser").select("#speak a[href^='/join/']")

    assert [link["href"] for link in header] == [f"/join/?next={topic.get_absolute_url()}"]
    assert [link["href"] for link in at_act] == [f"/join/?next={topic.get_absolute_url()}"]
