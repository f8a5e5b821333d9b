"""Who may not open a page of an office is told whose page it is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import Post
from tests import factories

pytestmark = pytest.mark.django_db


def refused(client: Client, name: str = "people") -> str:
    answer = client.get(reverse(f"register:{name}", args=["tianxin"]))
    assert answer.status_code == 403
    return answer.content.decode()


def test_a_resident_reads_whose_page_it_is(client: Client) -> None:
    here = factories.make_neighbourhood(slug="tianxin", name="天馨居民区")
    client.force_login(factories.make_resident(within=here))

    page = refused(client)

    assert "这是天馨居民区工作人员的页面，由居委会主任、居委会社工使用" in page
    assert "已核实的居民" not in page
    assert "，不是这里的" not in page


def test_a_worker_of_another_place_reads_where_the_own_office_is(client: Client) -> None:
    factories.make_neighbourhood(slug="tianxin", name="天馨居民区")
    other = factories.make_neighbourhood(slug="chuntian", name="春天居民区")
    client.force_login(factories.make_user(post=Post.WORKER, neighbourhood=other))

    assert "您是春天居民区的工作人员，不是这里的" in refused(client)


def test_a_worker_here_reads_which_post_it_takes(client: Client) -> None:
    here = factories.make_neighbourhood(slug="tianxin", name="天馨居民区")
    client.force_login(factories.make_user(post=Post.PARTY, neighbourhood=here))

    page = refused(client)

    assert "居委会主任" in page
    assert "，不是这里的" not in page
