"""A new neighbourhood's committee reads on its home page what it does first, until all of it is done."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.community import places
from portal.community.models import Area, Contact, Kind, Post, User
from portal.pages import services
from portal.pages.first_steps import FirstStep, first_steps, page_of
from portal.register.services import mailings
from tests import factories

pytestmark = pytest.mark.django_db


def steps(user: User, here: Area) -> list[FirstStep]:
    return first_steps(page_of(user, here), here)


@pytest.fixture
def here() -> Area:
    return places.plant(Kind.NEIGHBOURHOOD, "彩虹居民区", "caihong", parent=factories.make_subdistrict())


def test_each_step_leads_on_and_all_vanish_when_they_are_done(client: Client, here: Area) -> None:
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    client.force_login(director)

    assert [client.get(step.url).status_code for step in steps(director, here)] == [200] * 4
    assert "先做这几件事" in client.get("/n/caihong/").content.decode()

    home = factories.make_dwelling(within=here)
    assert [step.done for step in steps(director, here)] == [False, True, False, False]
    mailings.issue(director, [home])
    fields = {"title": "停水", "body": "周三", "picture": None, "day": "2026-11-20", "shown_until": None}
    notice = services.add_page(director, here, "notice", fields)
    assert [step.done for step in steps(director, here)] == [False, True, True, False]
    services.publish(director, notice.pk)
    contact = Contact.objects.create(area=here, office="彩虹路 1 号", hours="周一")
    assert [step.done for step in steps(director, here)] == [False, True, True, True]
    Contact.objects.filter(pk=contact.pk).update(telephone="021-55550101")

    assert steps(director, here) == []
    assert "先做这几件事" not in client.get("/n/caihong/").content.decode()


def test_nobody_else_reads_them(client: Client, here: Area) -> None:
    resident = factories.make_resident(within=here)
    client.force_login(resident)

    assert "先做这几件事" not in client.get("/n/caihong/").content.decode()
    assert steps(resident, here) == []
