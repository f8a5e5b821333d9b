"""How people sign, and whom a place reaches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from portal.community.models import Person, Post
from portal.community.selectors import Signature, home_of, members, post_users, signature
from portal.kit import clock
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_neighbour_signs_by_the_chosen_name_and_the_building() -> None:
    building = factories.make_building()
    building.name = "3号楼"
    building.save()
    user = factories.make_resident(within=building, name="陈阿姨")
    here = factories.make_neighbourhood()

    neighbourhood = building.get_ancestors().get(kind="neighbourhood")

    assert signature(user, neighbourhood) == Signature("陈阿姨", "3号楼")
    assert signature(user, here) == Signature("陈阿姨", "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_staff_sign_by_their_post_in_the_portals_language(language: str) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user(post=Post.WORKER, neighbourhood=here, title="居委会", name="沈老师")
    with translation.override("zh-hans"):
        label = str(Post.WORKER.label)

    with translation.override(language):
        signed = signature(user, here)

    assert signed == Signature("居委会 沈老师", label, official=True)


def test_the_first_post_in_order_signs() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=here, name="王姐")
    factories.make_appointment(factories.person_of(user), Post.DIRECTOR, here, title="居委会主任")

    assert signature(user, here).name == "居委会主任 王姐"


def test_a_name_that_was_not_chosen_is_masked() -> None:
    person = factories.make_person(real_name="王小明")
    person.display_name = ""

    assert person.public_name == "王**"


def test_members_live_or_own_inside_today() -> None:
    here, elsewhere = factories.make_neighbourhood(), factories.make_neighbourhood()
    resident, owner = factories.make_resident(within=here), factories.make_owner(within=here)
    factories.make_resident(within=elsewhere)
    gone = factories.make_user()
    factories.make_residency(
        factories.person_of(gone), factories.make_dwelling(within=here), until=clock.today()
    )
    leaving = factories.make_user()
    factories.make_residency(
        factories.person_of(leaving),
        factories.make_dwelling(within=here),
        until=clock.today() + timedelta(days=1),
    )
    closed = factories.make_resident(within=here)
    closed.is_active = False
    closed.save()

    assert set(members(here)) == {resident, owner, leaving}


def test_a_member_with_several_dwellings_is_reached_once() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_owner(within=here)
    factories.make_ownership(factories.person_of(user), factories.make_dwelling(within=here))
    factories.make_residency(factories.person_of(user), factories.make_dwelling(within=here))

    assert list(members(here)) == [user]


def test_members_of_a_building_are_its_own() -> None:
    here = factories.make_neighbourhood()
    first, second = factories.make_building(parent=here), factories.make_building(parent=here)
    user = factories.make_resident(within=first)
    factories.make_resident(within=second)

    assert list(members(first)) == [user]


def test_post_users_are_accounts() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    factories.make_appointment(factories.make_person(), Post.PROPERTY, here)
    factories.make_user(post=Post.WORKER, neighbourhood=here)

    assert post_users(Post.PROPERTY, here) == [user]


def test_home_is_where_one_lives_then_owns_then_works() -> None:
    living, owning, working = (factories.make_neighbourhood() for _ in range(3))
    user = factories.make_user(post=Post.WORKER, neighbourhood=working)
    assert home_of(user) == working

    factories.make_ownership(factories.person_of(user), factories.make_dwelling(within=owning))
    assert home_of(user) == owning

    factories.make_residency(factories.person_of(user), factories.make_dwelling(within=living))
    assert home_of(user) == living


@pytest.mark.django_db
def test_many_names_changed_at_once_are_found_by_the_new_ones() -> None:
    people = [factories.make_person(real_name="张三"), factories.make_person(real_name="李四")]
    for person in people:
        person.real_name = f"{person.real_name} 丰"

    Person.objects.bulk_update(people, ["real_name"])

    assert list(Person.objects.order_by("pk").values_list("name_key", flat=True)) == ["张三丰", "李四丰"]
