"""What a messenger draws of an address: the thing's own words, and nothing that not everybody may read."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory

from portal.community.models import User
from portal.kit import clock
from tests.voting import factories

pytestmark = pytest.mark.django_db
KINDS = {
    "deliberation/topic.html",
    "voting/vote.html",
    "volunteers/activity.html",
    "surveys/course/survey.html",
    "funds/calls/call.html",
    "meetings/hearing.html",
    "meetings/gatherings/gathering.html",
    "meetings/reviews/review.html",
    "duties/public_notice.html",
    "pages/page.html",
}


def tags(html: str) -> dict[str, str]:
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def test_each_kind_says_what_it_is() -> None:
    folder = settings.BASE_DIR / "templates"
    says = {
        str(path.relative_to(folder)) for path in folder.rglob("*.html") if "{% preview " in path.read_text()
    }
    assert says == KINDS


def test_a_vote_says_its_title_and_its_first_words() -> None:
    vote = factories.call(
        factories.make_place(), title='灯"><script>', explanation="为什么：\r\n" + "灯坏了。" * 60
    )
    with clock.at(factories.DURING):
        page = Client().get(f"{vote.get_absolute_url()}?a=1").content.decode()

    said = tags(page)

    assert "<script>" not in page.split("</head>")[0].split("og:")[1]
    assert (said["title"], said["url"]) == (vote.title, f"http://testserver{vote.get_absolute_url()}")
    assert said["description"].startswith("为什么： 灯坏了。")
    assert len(said["description"]) == 120
    assert "image" not in said


class Picture:
    url = "/files/1/"


class Thing:
    title = "凉亭"


@pytest.mark.parametrize(("user", "said"), [(AnonymousUser(), "http://testserver/files/1/"), (User(), None)])
def test_only_those_who_are_not_signed_in_get_it(user: User | AnonymousUser, said: str | None) -> None:
    request = RequestFactory().get("/topics/1/")
    request.user = user
    drawn = Template("{% preview thing text picture %}").render(
        Context({"request": request, "thing": Thing(), "text": "", "picture": Picture()})
    )
    assert tags(drawn).get("image") == said
