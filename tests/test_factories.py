"""The factories make what their names say."""

from __future__ import annotations

import pytest

from portal.community.models import Post
from portal.community.permissions import Role, roles_in
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "role", [role for role in Role if role.value in Post.values] + [Role.RESIDENT, Role.OWNER]
)
def test_a_user_has_the_role_asked_for_and_no_other(role: Role) -> None:
    here = factories.make_neighbourhood()
    elsewhere = factories.make_neighbourhood()

    user = factories.make_user(role, neighbourhood=here)

    assert roles_in(user, here) == {Role.VISITOR, Role.ACCOUNT, role}
    assert roles_in(user, elsewhere) == {Role.VISITOR, Role.ACCOUNT}


def test_many_areas_under_one_parent_keep_their_own_paths() -> None:
    here = factories.make_neighbourhood()

    dwellings = [factories.make_dwelling(within=here) for _ in range(3)]

    assert len({dwelling.building.path for dwelling in dwellings}) == 3
    assert all(dwelling.building.within(here) for dwelling in dwellings)
