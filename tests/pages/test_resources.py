"""The resource map: what is entered, skills with consent, pins, asking without a number."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from PIL import Image

from portal.community.models import Area, Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.pages.resources import services
from portal.pages.resources.models import Kind, Resource, SkillRequest
from portal.pages.resources.states import ResourceState
from tests.factories import make_dwelling, make_neighbourhood, make_residency, make_user, person_of
from tests.pages.factories import make_resource, make_skill
from tests.worlds import kept

pytestmark = pytest.mark.django_db


@kept
def make_here() -> tuple[Area, User, User, User]:
    """A neighbourhood with its worker, a neighbour who can do something, and one who looks for it."""
    here = make_neighbourhood(slug="tianxin")
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    able, looking = make_user(), make_user()
    for user in (able, looking):
        make_residency(person_of(user), make_dwelling(within=here))
    return here, worker, able, looking


def test_a_skill_is_looked_at_then_shown_for_a_year_by_the_chosen_name(client: Client) -> None:
    here, worker, able, _looking = make_here()
    skill = services.offer(able, here.slug, {"title": "修自行车"})
    listed = reverse("pages:resources", args=[here.slug])

    assert Duty.objects.active().filter(kind=services.LOOK, post=Post.WORKER).count() == 1
    assert "修自行车" not in client.get(listed).content.decode()
    assert client.get(skill.get_absolute_url()).status_code == 404
    services.show(worker, skill.pk)
    page = client.get(listed).content.decode()
    assert "修自行车" in page
    assert able.public_name in page
    assert not Duty.objects.active().filter(kind=services.LOOK).exists()
    skill.refresh_from_db()
    assert skill.shown_until == clock.today() + timedelta(days=365)


def test_a_skill_needs_the_consent_of_its_neighbour(client: Client) -> None:
    here, _worker, able, _looking = make_here()
    client.force_login(able)

    answer = client.post(reverse("pages:skill_offer", args=[here.slug]), {"title": "修自行车"})

    assert answer.status_code == 422
    assert not Resource.objects.exists()


def test_a_skill_is_taken_back_at_any_time_and_by_nobody_else() -> None:
    here, worker, able, looking = make_here()
    skill = make_skill(here, able)

    with pytest.raises(PermissionDenied):
        services.withdraw(looking, skill.pk)
    with pytest.raises(NotPossible):
        services.edit(worker, skill.pk, title="另一种")
    services.withdraw(able, skill.pk)
    with pytest.raises(Http404):
        services.ask(looking, skill.pk, text="请问")
    with pytest.raises(NotPossible):
        services.show_again(worker, skill.pk)


def test_a_skill_ends_after_its_year_unless_renewed() -> None:
    here, _worker, able, _looking = make_here()
    kept_on, left = make_skill(here, able), make_skill(here, able, title="理发")
    with clock.at(clock.now() + timedelta(days=300)):
        services.renew(able, kept_on.pk)

    with clock.at(clock.now() + timedelta(days=400)):
        assert list(Resource.objects.shown()) == [kept_on]
        services.end_old()
        services.end_old()
    states = dict(Resource.objects.values_list("pk", "state"))
    assert (states[kept_on.pk], states[left.pk]) == (ResourceState.SHOWN, ResourceState.ENDED)


def test_asking_shows_no_number_and_reaches_the_two_alone(client: Client) -> None:
    here, worker, able, looking = make_here()
    skill = make_skill(here, able)

    asked = services.ask(looking, skill.pk, text="周六能来吗？")

    assert Notice.objects.filter(user=able).count() == 1
    for user, status in ((worker, 404), (looking, 200), (able, 200)):
        client.force_login(user)
        answer = client.get(asked.get_absolute_url())
        assert answer.status_code == status
        if status == 200:
            numbers = [person_of(one).phone for one in (able, looking)]
            assert not any(number in answer.content.decode() for number in numbers if number)
    with pytest.raises(PermissionDenied):
        services.answer(looking, asked.pk, text="好")
    services.answer(able, asked.pk, text="可以")
    with pytest.raises(NotPossible):
        services.answer(able, asked.pk, text="可以")


def test_nobody_asks_oneself_twice_or_everybody_at_once() -> None:
    here, _worker, able, looking = make_here()
    skills = [make_skill(here, able, title=f"本领{n}") for n in range(services.MOST_ASKED + 1)]

    with pytest.raises(NotPossible):
        services.ask(able, skills[0].pk, text="我自己")
    for skill in skills[:-1]:
        services.ask(looking, skill.pk, text="请问")
    with pytest.raises(NotPossible):
        services.ask(looking, skills[-1].pk, text="请问")
    assert SkillRequest.objects.count() == services.MOST_ASKED


def test_a_pin_is_a_link_on_the_plan_and_a_line_below_it(client: Client) -> None:
    here, worker, able, _looking = make_here()
    place = make_resource(here)
    services.set_plan(worker, here.slug, picture(), "小区平面图")

    services.pin(worker, place.pk, x=500, y=250)

    page = client.get(reverse("pages:resources", args=[here.slug])).content.decode()
    assert '<circle cx="20" cy="7"' in page
    # On the list of all, on the plan, and in the list of the plan.
    assert page.count(f'href="{place.get_absolute_url()}"') == 3
    with pytest.raises(NotPossible):
        services.pin(worker, make_skill(here, able).pk, x=1, y=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=place.pk).update(x=1001)


def test_a_pin_is_placed_by_its_numbers_and_by_nobody_of_another_place(client: Client) -> None:
    here, worker, _able, looking = make_here()
    place, elsewhere = make_resource(here), make_user(post=Post.WORKER, neighbourhood=make_neighbourhood())
    address = reverse("pages:resource_act", args=[place.pk, "pin"])

    for user, sent, status in (
        (elsewhere, {"x": "1", "y": "2"}, 403),
        (looking, {"x": "1", "y": "2"}, 403),
        (worker, {"x": "1", "y": ""}, 422),
        (worker, {"x": "1001", "y": "2"}, 422),
        (worker, {"x": "10", "y": "20"}, 302),
    ):
        client.force_login(user)
        assert client.post(address, sent).status_code == status
    place.refresh_from_db()
    assert (place.x, place.y) == (10, 20)


def test_the_list_is_filtered_by_kind_and_words(client: Client) -> None:
    here, worker, able, _looking = make_here()
    make_resource(here, title="活动室")
    make_resource(here, kind=Kind.PARTNER, title="社区医院")
    make_skill(here, able, title="量血压")

    def found(query: str) -> set[str]:
        page = client.get(reverse("pages:resources", args=[here.slug]) + query).content.decode()
        return {name for name in ("活动室", "社区医院", "量血压") if f">{name}</a>" in page}

    assert found("") == {"活动室", "社区医院", "量血压"}
    assert found("?kind=partner") == {"社区医院"}
    assert found("?q=血压") == {"量血压"}
    assert found("?kind=nonsense") == {"活动室", "社区医院", "量血压"}


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return SimpleUploadedFile("plan.png", out.getvalue(), content_type="image/png")
