"""The portal on a phone: an app of its own, light at the first visit, readable without a network, and on paper."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver, reverse

from portal import offline
from portal.deliberation.states import State
from portal.kit import clock
from portal.voting.models import Vote
from tests import factories
from tests.deliberation.factories import make_topic
from tests.funds.factories import make_call
from tests.surveys.factories import make_survey
from tests.voting.factories import DURING, call, make_place

pytestmark = pytest.mark.django_db

# Asked for a first visit of a topic, photos aside: compressed bytes, and requests.
MOST_BYTES, MOST_REQUESTS = 45 * 1024, 12
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.42(0x18002a2f) NetType/4G Language/zh_CN"
)


def make_vote() -> Vote:
    return call(make_place(), explanation="屋顶漏水，修不修？")


def names() -> Iterator[str]:
    """The names of all views, as request.resolver_match says them."""
    resolvers = [(get_resolver(), "")]
    while resolvers:
        resolver, prefix = resolvers.pop()
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                resolvers.append((entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix))
            elif entry.name:
                yield prefix + entry.name


def test_the_manifest_says_what_an_installed_app_needs(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    said = answer.json()

    assert answer["Content-Type"] == "application/manifest+json"
    assert (said["start_url"], said["scope"], said["display"]) == ("/", "/", "standalone")
    assert (said["name"], said["lang"]) == ("邻里共治", "zh-Hans")
    assert client.get("/manifest.webmanifest", headers={"Accept-Language": "en"}).json()["lang"] == "en"
    assert {(icon["sizes"], icon["purpose"]) for icon in said["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in said["icons"]:
        width = Path(str(finders.find(icon["src"].removeprefix("/static/")))).read_bytes()[16:20]
        assert int.from_bytes(width, "big") == int(icon["sizes"].split("x")[0])


def test_a_phone_keeps_pages_for_reading_under_their_readers_mark_only(client: Client) -> None:
    topic = make_topic(state=State.DISCUSSING)
    page = topic.get_absolute_url()

    assert client.get(page)[offline.HEADER] == offline.STRANGER
    marks = set()
    for _someone in range(2):
        client.force_login(factories.make_user())
        answer = client.get(page)
        marks.add(answer[offline.HEADER])
        assert answer["Cache-Control"] == "private, no-cache"
    assert len(marks) == 2
    assert offline.STRANGER not in marks
    assert offline.HEADER not in client.post(page)
    assert offline.HEADER not in client.get("/topics/999999/")


def test_ballots_receipts_accounts_and_desks_are_never_kept(client: Client) -> None:
    vote = make_vote()

    assert set(names()) >= offline.KEPT | offline.READ_BY_STRANGERS
    assert not [
        name for name in offline.KEPT if re.search("receipt|ballot|account|register|mine|my_|desk|work", name)
    ]
    assert client.get(vote.get_absolute_url())[offline.HEADER] == offline.STRANGER
    client.force_login(factories.make_user())
    for path in (vote.get_absolute_url(), "/me/", "/v/", "/accounts/email/", "/me/notices/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert offline.HEADER not in answer


def test_signing_out_clears_what_the_browser_kept(client: Client) -> None:
    client.force_login(factories.make_user())

    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/")


def test_a_first_visit_of_a_topic_is_light(client: Client) -> None:
    topic = make_topic(state=State.DISCUSSING)
    html = client.get(topic.get_absolute_url()).content
    files = set(asked_for(html.decode()))

    assert files >= {"css/portal.css", "js/portal.js", "js/thread.js", "js/line.js"}
    assert len(files) + 1 <= MOST_REQUESTS
    assert packed(html) + sum(packed(read(name)) for name in files) <= MOST_BYTES


def asked_for(html: str) -> Iterator[str]:
    """The files of ours that a page asks for at once, and what its scripts import."""
    drawn = r'<(?:link|script)[^>]*(?:href|src)="/static/([^"]+)"'
    waiting = [name for name in re.findall(drawn, html) if not name.endswith(".png")]
    while waiting:
        yield (name := waiting.pop())
        if name.startswith("js/"):
            imported = re.findall(r'^(?:import|export) .*?"\./([^"]+)"', read(name).decode(), re.M)
            waiting += [f"js/{one}" for one in imported]


def read(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


def packed(content: bytes) -> int:
    return len(gzip.compress(content))


def test_each_thing_to_take_part_in_has_one_sheet_for_the_notice_board(client: Client) -> None:
    survey, topic = make_survey().survey, make_topic(state=State.SECONDING)
    for kind, thing in (("topic", topic), ("vote", make_vote()), ("survey", survey), ("call", make_call())):
        sheet = reverse("pages:sheet", args=[kind, thing.pk])
        with clock.at(DURING) if kind == "vote" else nullcontext():
            html, page = (client.get(path).content.decode() for path in (sheet, thing.get_absolute_url()))

        assert f'href="{sheet}"' in page, kind
        assert thing.title in html
        assert html.count("<svg") > 1
        assert "<dt>" in html
    assert client.get(reverse("pages:sheet", args=["user", 1])).status_code == 404
    assert (
        client.get(reverse("pages:sheet", args=["topic", make_topic(state=State.DRAFT).pk])).status_code
        == 404
    )


def test_every_browser_gets_the_same_pages(client: Client) -> None:
    topic = make_topic(state=State.DISCUSSING)
    for path in ("/", topic.get_absolute_url(), "/accounts/login/", "/offline/"):
        answers = [
            client.get(path, headers={"User-Agent": name}, follow=True) for name in (WECHAT, "Firefox")
        ]
        pages = [re.sub(r'(value|content)="[^"]*"', "", one.content.decode()) for one in answers]
        assert pages[0] == pages[1]
        assert answers[0].status_code == 200


# What some browsers lack, and the question a script asks before it calls it.
ASKED_FIRST = {
    "navigator.share(": ("!navigator.share",),
    "navigator.clipboard.": ("!navigator.clipboard",),
    "navigator.serviceWorker.": ('"serviceWorker" in navigator',),
    "Notification.": ('"PushManager" in window',),
    "new WebSocket(": ('"WebSocket" in globalThis',),
    "new IntersectionObserver(": ('"IntersectionObserver" in globalThis',),
    "speechSynthesis;": ("if (synth) {",),
    "caches.": ('"caches" in window', "window.caches?."),
}
# Service workers have what they are called with; the kept questionnaire is called behind survey.js's question.
ELSEWHERE = {"sw.js", "surveyworker.js", "surveywhole.js"}


def test_scripts_ask_what_a_browser_can_and_never_which_it_is() -> None:
    folder = Path(str(finders.find("js/portal.js"))).parent
    wrong = []
    for script in folder.glob("*.js"):
        text = script.read_text("utf-8")
        assert "userAgent" not in text, script.name
        if script.name not in ELSEWHERE:
            called = [name for name in ASKED_FIRST if name in text]
            wrong += [
                (script.name, name) for name in called if not any(ask in text for ask in ASKED_FIRST[name])
            ]
    assert wrong == []
