from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.community.models import Appointment, Area, Ownership, Post, RelationStatus, Residency
from portal.community.permissions import Role, holders, roles_in
from portal.kit import clock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("post", Post)
def test_a_post_brings_its_role_only_between_its_days(post: Post) -> None:
    here = factories.make_neighbourhood()
    person = factories.make_person()
    held = Appointment.objects.create(
        person=person,
        post=post,
        area=here,
        title="x",
        since=clock.today(),
        until=clock.today() + timedelta(days=1),
    )

    def roles() -> frozenset[Role]:
        user = factories.make_account() if not hasattr(person, "user") else person.user
        user.person = person
        user.__dict__.pop("_roles", None)
        return roles_in(user, here) - {Role.VISITOR, Role.ACCOUNT}

    assert roles() == {Role(post.value)}
    held.since = clock.today() + timedelta(days=1)
    held.until = None
    held.save()
    assert roles() == frozenset()
    held.since, held.until = clock.today() - timedelta(days=2), clock.today()
    held.save()
    assert roles() == frozenset()


@pytest.mark.parametrize("model", [Residency, Ownership])
@pytest.mark.parametrize("status", RelationStatus)
def test_only_a_verified_tie_counts(model: type[Residency] | type[Ownership], status: RelationStatus) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user()
    model.objects.create(
        person=factories.person_of(user), dwelling=factories.make_dwelling(within=here), status=status
    )

    roles = roles_in(user, here) - {Role.VISITOR, Role.ACCOUNT}

    expected = {Residency: {Role.RESIDENT}, Ownership: {Role.OWNER}}[model]
    assert roles == (expected if status == RelationStatus.VERIFIED else set())


@pytest.mark.parametrize("level", ["district", "subdistrict", "neighbourhood", "estate", "building"])
def test_a_post_for_an_area_around_or_inside_counts_here(level: str) -> None:
    subdistrict = factories.make_subdistrict()
    here = factories.make_neighbourhood(parent=subdistrict)
    building = factories.make_building(parent=here)
    areas: dict[str, Area] = {
        "district": Area.objects.get(path=subdistrict.path[: Area.steplen]),
        "subdistrict": subdistrict,
        "neighbourhood": here,
        "estate": Area.objects.get(path=building.path[: -Area.steplen]),
        "building": building,
    }
    person = factories.make_person()
    held = factories.make_appointment(person, Post.PROPERTY, areas[level])

    assert [found.pk for found in holders(Post.PROPERTY, here)] == [held.pk]
    assert holders(Post.PROPERTY, factories.make_neighbourhood()) == []


def test_nobody_is_asked_of_the_database_for_a_visitor(django_assert_num_queries: Any) -> None:
    here = factories.make_neighbourhood()

    with django_assert_num_queries(0):
        assert roles_in(AnonymousUser(), here) == {Role.VISITOR}


def test_roles_are_asked_once(django_assert_max_num_queries: Any) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_resident(within=here)

    with django_assert_max_num_queries(3):
        first = roles_in(user, here)
    with django_assert_max_num_queries(0):
        assert roles_in(user, here) == first
