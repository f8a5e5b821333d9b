"""No link that a page shows leads its reader to a closed door: each kind of reader opens each kind of page once."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from portal.community.models import Post, User
from portal.duties.kinds import READERS
from tests import factories
from tests.duties.factories import make_duty
from tests.test_answers import World

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/[^"#]*)')
# Papers and files, which are drawn slowly: their own tests open them.
DRAWN = re.compile(r"/(media|static|cms|export|uploads)/|sheet|print|\.pdf|\.ics|\.csv|\.xlsx|poster|paper")
POSTS = (Post.OFFICER, Post.OVERSIGHT, Post.OPERATOR)
MOST = 45
# The results that the world's survey has are no whole ones.
HALF_MADE = {"surveys:survey", "surveys:results"}


def test_no_link_leads_its_reader_to_a_closed_door() -> None:
    world = World()
    here = world.here
    for kind in READERS:
        make_duty(here, kind=kind, title="关着的门", post=Post.WORKER)
    places = {Post.OFFICER: here.get_parent(), Post.OPERATOR: here.get_root()}
    staff = [factories.make_user(post=post, neighbourhood=places.get(post, here)) for post in POSTS]
    newcomer = factories.make_user()
    readers: list[User] = [newcomer, world.people[2], *staff]

    assert [line for reader in readers for line in closed(reader, here.slug)] == []


def closed(reader: User, slug: str) -> list[str]:
    """Which links are shown to a reader and do not open, with the page that shows them."""
    client, found = Client(), []
    client.force_login(reader)
    ways = deque([("/", ""), (f"/n/{slug}/", ""), ("/me/", "")])
    known: set[str] = set()
    while ways and len(known) < MOST:
        url, shown_by = ways.popleft()
        kind = _kind(url)
        if kind is None or kind in known:
            continue
        known.add(kind)
        answer = client.get(url, follow=True)
        if answer.status_code >= 400:
            found.append(f"{reader}: {answer.status_code} {url} on {shown_by}")
        elif answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
            ways += [(urljoin(url, unescape(link)), url) for link in LINK.findall(main)]
    return found


def _kind(url: str) -> str | None:
    """Which kind of page an address opens; None for what is drawn, for acts, and what is no page of ours."""
    path = urlsplit(url).path
    if DRAWN.search(path):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return f"nowhere: {path}"
    return None if "action" in match.kwargs or match.view_name in HALF_MADE else match.view_name or path
