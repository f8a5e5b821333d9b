"""Posts that no desk gives: of wider areas, and the first director; who ends whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.administration.services import officers
from portal.administration.services.officers import Newcomer
from portal.community.models import Appointment, Post, User
from portal.community.permissions import Role, operates, roles_in
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.register.models import CounterCode
from portal.register.services import accounts, posts, proofs, undoing
from portal.register.services.posts import Term
from tests import factories
from tests.administration.factories import make_district

pytestmark = pytest.mark.django_db


def term(post: Post, area: Any, title: str = "称谓") -> Term:
    """A post from today on."""
    return Term(post, area, title, clock.today())


def test_an_officer_of_a_subdistrict_is_in_the_record_of_each_neighbourhood_and_told() -> None:
    world = make_district()
    somebody = factories.make_user()

    given = officers.give(
        world.operator, factories.person_of(somebody), term(Post.OFFICER, world.subdistrict, "街道办")
    )

    assert given.code == ""
    assert Role.OFFICER in roles_in(somebody, world.here)
    for slug in ("tianxin", "lvyuan"):
        assert Entry.objects.filter(chain=slug, action="appointment.made").count() == 1
    assert Notice.objects.get(user=somebody).kind == "appointment.given"


def test_a_first_director_without_an_account_gets_one_and_a_code_for_the_first_sign_in() -> None:
    world = make_district()

    given = officers.give(
        world.operator,
        Newcomer("王建平", "王老师", "13800138000"),
        term(Post.DIRECTOR, world.here, "居委会主任"),
    )

    user = User.objects.get(person=given.held.person)
    assert accounts.by_phone("138 0013 8000") == user
    assert not user.has_usable_password()
    assert Role.DIRECTOR in roles_in(user, world.here)
    assert proofs.guarded(user)
    assert not proofs.by_counter_code(user, "00000000")
    with clock.at(clock.now() + timedelta(days=6)):
        assert proofs.by_counter_code(user, given.code)
        assert not proofs.by_counter_code(user, given.code)
    assert given.code not in CounterCode.objects.get(user=user).code_hash


def test_a_number_that_has_an_account_opens_no_second_one() -> None:
    world = make_district()
    who = Newcomer("王建平", "王老师", "13800138000")
    officers.give(world.operator, who, term(Post.DIRECTOR, world.here))

    with pytest.raises(NotPossible):
        officers.give(world.operator, who, term(Post.DIRECTOR, world.there))
    with pytest.raises(NotPossible):
        officers.give(world.operator, Newcomer("李", "李", "021-5550"), term(Post.DIRECTOR, world.there))


def test_who_gives_what_and_nobody_to_themselves() -> None:
    world = make_district()
    person = factories.make_person()
    below = factories.make_user(post=Post.OPERATOR, neighbourhood=world.subdistrict)

    with pytest.raises(PermissionDenied):
        officers.give(world.operator, person, term(Post.WORKER, world.here))
    with pytest.raises(Http404):
        officers.give(below, person, term(Post.OPERATOR, world.district))
    with pytest.raises(NotPossible, match="不能给自己"):
        officers.give(world.operator, factories.person_of(world.operator), term(Post.DIRECTOR, world.here))
    officers.give(below, person, term(Post.OPERATOR, world.subdistrict))
    assert Appointment.objects.filter(person=person, post=Post.OPERATOR).exists()


def test_a_post_of_a_wider_area_is_ended_and_given_back() -> None:
    world = make_district()
    somebody = factories.make_user()
    held = officers.give(
        world.operator, factories.person_of(somebody), term(Post.AUDITOR, world.subdistrict)
    ).held

    posts.dismiss(world.operator, held.pk)
    assert roles_in(_fresh(somebody), world.here).isdisjoint({Role.AUDITOR})
    undoing.reinstate(world.operator, held.pk)

    assert Role.AUDITOR in roles_in(_fresh(somebody), world.here)
    told = Entry.objects.filter(chain="lvyuan", action__startswith="appointment.").order_by("sequence")
    assert [entry.action for entry in told] == [
        "appointment.made",
        "appointment.ended",
        "appointment.reinstated",
    ]
    assert Notice.objects.filter(user=somebody).count() == 3


def test_one_who_runs_the_portal_remains_for_every_area() -> None:
    world = make_district()
    held = Appointment.objects.get(post=Post.OPERATOR)

    with pytest.raises(NotPossible, match="没有其他平台管理员"):
        posts.dismiss(world.operator, held.pk)
    second = factories.make_user(post=Post.OPERATOR, neighbourhood=world.district)
    below = factories.make_user(post=Post.OPERATOR, neighbourhood=world.subdistrict)
    with pytest.raises(PermissionDenied):
        posts.dismiss(below, held.pk)
    posts.dismiss(world.operator, Appointment.objects.get(person=factories.person_of(below)).pk)
    posts.dismiss(world.operator, held.pk)

    assert not operates(_fresh(world.operator), world.here)
    assert operates(second, world.here)


def test_the_pages_of_posts_lead_back_to_where_the_operator_came_from(client: Client) -> None:
    world = make_district()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=world.subdistrict)
    client.force_login(world.operator)
    for user, area in ((director, world.here), (officer, world.subdistrict)):
        held = Appointment.objects.get(person=factories.person_of(user))
        page = client.get(reverse("administration:posts", args=[area.pk]))
        assert reverse("register:appointment", args=[held.pk, "dismiss"]) in page.content.decode()
        done = client.post(reverse("register:appointment", args=[held.pk, "dismiss"]))
        assert done.headers["Location"] == reverse("administration:posts", args=[area.pk])
        page = client.get(reverse("administration:posts", args=[area.pk])).content.decode()
        assert reverse("register:appointment", args=[held.pk, "reinstate"]) in page


def test_the_form_opens_an_account_and_shows_the_code_once(client: Client) -> None:
    world = make_district()
    client.force_login(world.operator)
    url = reverse("administration:posts", args=[world.here.pk])
    typed = {
        "login": "13800138000",
        "post": "director",
        "title": "居委会主任",
        "since": clock.today().isoformat(),
    }

    assert client.post(url, typed).status_code == 422
    asked = client.get(url).content.decode()
    assert "不填则为居委会主任" in asked
    assert "开新账号时要填" in asked
    done = client.post(url, typed | {"title": "", "real_name": "王建平", "shown": "王老师"})

    assert (done.status_code, done.headers["Location"]) == (302, url)
    shown = client.get(url).content.decode()
    assert "王老师" in shown
    assert "居委会主任 王老师" in shown
    assert "七天内有效" in shown
    assert "七天内有效" not in client.get(url).content.decode()


def test_a_claim_on_a_number_or_an_address_is_nobody(client: Client) -> None:
    world = make_district()
    User.objects.create(username="claims", phone="13800138000", email="wang@example.org")
    client.force_login(world.operator)
    url = reverse("administration:posts", args=[world.here.pk])
    typed = {"post": "director", "title": "主任", "since": clock.today().isoformat()}

    for login in ("13800138000", "wang@example.org"):
        assert client.post(url, typed | {"login": login}).status_code == 422
    assert not Appointment.objects.filter(post=Post.DIRECTOR).exists()


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)
