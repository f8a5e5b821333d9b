"""Written pages and their versions, a page of them at a time."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import Post
from portal.kit import clock
from portal.pages.blocks import sections_of
from portal.pages.models import NoticePage
from portal.pages.services import add_page, found_neighbourhood
from tests import factories

pytestmark = pytest.mark.django_db


def test_pages_without_a_draft_and_a_day_of_publication_stand_last_in_the_list() -> None:
    here = factories.make_neighbourhood()
    found_neighbourhood(here)
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    fields = {"body": "周三。", "picture": None, "day": clock.today(), "shown_until": None}
    pages = [add_page(director, here, "notice", fields | {"title": title}) for title in ("甲", "乙", "丙")]
    imported = {"latest_revision_created_at": None, "first_published_at": None}
    NoticePage.objects.filter(pk__in=[page.pk for page in pages[1:]]).update(**imported)
    client = Client()
    client.force_login(director)

    response = client.get(reverse("pages:edit_index", args=[here.slug]))

    assert [page.pk for page in response.context["pages"]] == [
        page.pk for page in (pages[0], pages[2], pages[1])
    ]


def test_versions_go_on_on_the_next_page_each_beside_the_one_before() -> None:
    here = factories.make_neighbourhood()
    found_neighbourhood(here)
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    fields = {"title": "停水", "body": "0", "picture": None, "day": clock.today(), "shown_until": None}
    page = add_page(director, here, "notice", fields)
    for number in range(1, 25):
        page.body = sections_of(str(number))
        page.save_revision(user=director)
    client = Client()
    client.force_login(director)
    address = reverse("pages:history", args=[here.slug, page.pk])

    rows = [row for number in (1, 2) for row in client.get(f"{address}?page={number}").context["rows"]]

    assert [row["changes"] for row in rows[:-1]] == [
        [("-", str(number - 1)), ("+", str(number))] for number in range(24, 0, -1)
    ]
    assert (rows[-1]["changes"], rows[-1]["first"]) == ([], True)
    assert [row["first"] for row in rows].count(True) == 1
