"""The pages of the desk ask the database as often for many rows that can be taken back as for one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.register.services import joining, posts
from tests import factories
from tests.register.test_undoing import Desk, given

pytestmark = pytest.mark.django_db


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_lists_of_what_can_be_taken_back_cost_the_same_for_one_and_for_many(client: Client) -> None:
    desk = Desk()
    client.force_login(desk.staff)
    pages = [
        f"/n/{desk.here.slug}/people/",
        f"/n/{desk.here.slug}/people/posts/",
        f"/n/{desk.here.slug}/people/dwellings/{desk.home.pk}/",
    ]

    def more(count: int) -> None:
        for _ in range(count):
            person = factories.make_person()
            tie = joining.request(person, desk.home, joining.KINDS["residency"])
            joining.approve(desk.staff, "residency", tie.pk)
            old = factories.make_residency(factories.make_person(), desk.home)
            joining.end(desk.staff, "residency", old.pk, "搬走了")
            posts.dismiss(desk.staff, given(desk).pk)

    more(1)
    few = [cost(client, path) for path in pages]
    more(9)

    assert [cost(client, path) for path in pages] == few
