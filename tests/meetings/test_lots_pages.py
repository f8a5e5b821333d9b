"""The page of a draw and its forms, as residents and the committee meet them."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from portal.community.models import User
from portal.kit import clock
from portal.meetings.lots import seating, services
from portal.meetings.models import PanelDraw
from tests import factories
from tests.meetings.test_lots_services import CLOSES_AT, PLANNED_AT, SEED_AT, Lot

pytestmark = pytest.mark.django_db

SOUND = "群体，业主，2，2\n群体，租户，1，1\n年龄，60 岁及以上，0，2"


def client_of(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_a_committee_opens_a_draw_on_the_hearings_page() -> None:
    lot = Lot(0)
    with clock.at(PLANNED_AT):
        services.call_off(lot.worker, lot.pk, reason="重来")
        client = client_of(lot.worker)
        url = f"/hearings/{lot.scene.pk}/open-draw/"
        assert client.get(url).status_code == 200
        sent = {
            "size": "3",
            "closes_at": CLOSES_AT.strftime("%Y-%m-%dT%H:%M"),
            "closes_at_meant": CLOSES_AT.strftime("%Y-%m-%dT%H:%M"),
            "quotas": f"{SOUND}\n颜色，红，1，1\n性别，女，3，1\n楼栋，不存在，1，1",
        }
        wrong = client.post(url, sent)
        assert wrong.status_code == 422
        text = wrong.content.decode()
        assert all(f"第 {n} 行" in text for n in (4, 5, 6))
        assert "第 3 行" not in text
        sent["quotas"] = f"{SOUND}\n性别，女，1，3"
        done = client.post(url, sent)
    made = PanelDraw.objects.latest("pk")
    assert (done.status_code, done.headers["Location"]) == (302, f"/lots/{made.pk}/")
    assert made.quotas == [
        ["group", "业主", 2, 2],
        ["group", "租户", 1, 1],
        ["age", "60+", 0, 2],
        ["sex", "female", 1, 3],
    ]


def test_a_resident_signs_up_and_finds_code_and_chance() -> None:
    lot = Lot()
    user = factories.make_resident(within=lot.scene.here)
    client = client_of(user)
    with clock.at(PLANNED_AT):
        form = client.get(f"/lots/{lot.pk}/volunteer/").content.decode()
        assert 'name="sex"' in form
        assert 'name="age"' not in form
        done = client.post(f"/lots/{lot.pk}/volunteer/", {"group": "租户", "sex": ""})
        assert done.status_code == 302
        page = client.get(f"/lots/{lot.pk}/").content.decode()
        mine = lot.draw.volunteers.get(person=user.person)
        assert mine.code in page
        assert "您的中签机会" not in page
    lot.commit()
    with clock.at(CLOSES_AT):
        assert "您的中签机会" in client.get(f"/lots/{lot.pk}/").content.decode()
        assert client.get(f"/lots/{lot.pk}/withdraw/").status_code == 409


def test_before_the_tickets_nobody_reads_who_signed_up_or_the_files() -> None:
    lot = Lot()
    with clock.at(PLANNED_AT):
        page = client_of().get(f"/lots/{lot.pk}/").content.decode()
        assert not any(one.code in page for one in lot.draw.volunteers.all())
        assert not any(user.public_name in page for user in lot.users)
        assert client_of().get(f"/lots/{lot.pk}/tickets.json").status_code == 404
        assert client_of().get(f"/lots/{lot.pk}/list.csv").status_code == 404


def test_the_committee_sees_the_trial_run_and_residents_do_not() -> None:
    lot = Lot(2)
    with clock.at(PLANNED_AT):
        assert "只能坐满 2 席" in client_of(lot.worker).get(f"/lots/{lot.pk}/").content.decode()
        assert "试抽" not in client_of(lot.users[0]).get(f"/lots/{lot.pk}/").content.decode()
        for number in range(6):
            lot.sign_up(factories.make_resident(within=lot.scene.here), number)
        assert "可以抽签" in client_of(lot.worker).get(f"/lots/{lot.pk}/").content.decode()
        services.set_quotas(
            lot.worker, lot.pk, size=3, quotas=[["group", "业主", 1, 3], ["age", "60+", 1, 2]]
        )
        assert "由 1–2 改为 0–2" in client_of(lot.worker).get(f"/lots/{lot.pk}/").content.decode()


def test_the_files_are_what_was_hashed_and_the_page_says_how_to_repeat_the_draw() -> None:
    lot = Lot().drawn()
    with clock.at(SEED_AT):
        client = client_of()
        page = client.get(f"/lots/{lot.pk}/").content.decode()
        for name, said in (("tickets.json", lot.draw.tickets_sha256), ("list.csv", lot.draw.pool_sha256)):
            content = client.get(f"/lots/{lot.pk}/{name}").content
            assert hashlib.sha256(content).hexdigest() == said
            assert said in page
        assert b"def draw(" in client.get("/lots/redraw.py").content
        assert "4 2 6" in page
        assert "由抽签产生" in client.get(f"/hearings/{lot.scene.pk}/").content.decode()


def test_the_seed_is_read_by_another_and_the_first_is_told_so() -> None:
    lot = Lot().commit()
    with clock.at(CLOSES_AT):
        assert client_of(lot.worker).get(f"/lots/{lot.pk}/enter-seed/").status_code == 409
    with clock.at(SEED_AT):
        first, second = client_of(lot.worker), client_of(lot.director)
        assert "三粒骰子" in first.get(f"/lots/{lot.pk}/enter-seed/").content.decode()
        assert first.post(f"/lots/{lot.pk}/enter-seed/", {"seed": "4 2 6"}).status_code == 302
        assert first.get(f"/lots/{lot.pk}/draw/").status_code == 409
        assert second.post(f"/lots/{lot.pk}/draw/", {"seed": "4 2 5"}).status_code == 409
        assert second.post(f"/lots/{lot.pk}/draw/", {"seed": "4 2 6"}).status_code == 302
    assert len(lot.panel()) == 3


def test_who_was_drawn_can_decline_on_the_page() -> None:
    lot = Lot(12).drawn()
    member = lot.scene.hearing.participants.filter(group="业主").first()
    assert member is not None
    user = User.objects.get(person=member.person)
    with clock.at(SEED_AT):
        client = client_of(user)
        assert f"/lots/{lot.pk}/decline/" in client.get(f"/lots/{lot.pk}/").content.decode()
        assert client.post(f"/lots/{lot.pk}/decline/").status_code == 302
        page = client.get(f"/lots/{lot.pk}/").content.decode()
        assert "您已放弃席位" in page
        assert f"/lots/{lot.pk}/decline/" not in page
        assert not seating.on_panel(lot.draw, user)
