"""Pages that are read: a convention with its editions and suggestions, two texts, one article on a wall, a poster."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.conventions import services
from portal.conventions.models import Edition, Suggestion
from portal.conventions.reading import Reading
from portal.conventions.services import signing
from portal.kit import clock, printing
from tests.conventions import factories as f
from tests.worlds import stage

pytestmark = pytest.mark.django_db

LATER = timedelta(days=60)
NEW: list[dict[str, Any]] = [
    f.BLOCKS[0],
    f.BLOCKS[1],
    {"type": "article", "value": {"title": "通过", "text": "本公约由居民会议通过。"}, "id": "a9"},
    f.BLOCKS[2],
    {
        "type": "article",
        "value": {"title": "电动车停放与充电", "text": f.PARKING.replace("八", "六")},
        "id": "a2",
    },
    f.BLOCKS[4],
]


@stage
def second_round() -> f.World:
    """Edition 1 is in force and signed by one household; a second text with a new second article is open."""
    world = f.in_force()
    with clock.at(f.vote_over(world) + LATER):
        signing.sign(world.tang, f.edition_of(world).proposal_id)
        services.begin(world.worker, world.page.pk, "第二版")
        world.save(NEW)
        services.put_to_comment(world.worker, world.round.pk)
    return world


def when(world: f.World) -> Any:
    """A day on which the second text is open."""
    return clock.at(world.round.state_since + timedelta(days=1))


def get(client: Client, name: str, *args: Any, **query: Any) -> str:
    """A page that is there."""
    answer = client.get(reverse(f"conventions:{name}", args=args), query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_the_open_text_stands_in_front_beside_what_is_in_force(client: Client) -> None:
    world = second_round()
    with when(world):
        world.suggest(world.wu, text=f.PARKING.replace("八", "五"))
        html = get(client, "page", world.here.slug, world.page.pk)
    assert "超过<del>八</del>小时" in html
    assert "超过<ins>六</ins>小时" in html
    assert "超过<ins>五</ins>小时" in html
    assert "原第二条" in html
    assert "红街备〔2027〕3号" in html
    assert "现行第 1 版有 1 户签名，新版从零起签。" in html


def test_no_list_count_or_print_of_articles_holds_a_suggestion(client: Client) -> None:
    world = second_round()
    with when(world):
        world.suggest(world.wu, text="只有建议里有的话。")
        reading = Reading(world.page, world.wu)
        assert [clause.change.number for section in reading.sections for clause in section.clauses] == [
            "第一条",
            "第二条",
            "第三条",
            "第四条",
        ]
        compared = get(client, "versions", world.page.pk, all=1)
        wall = "".join(get(client, "hall", world.page.pk, at=at, all=1) for at in range(1, 5))
        data = get(client, "edition_json", f.edition_of(world).pk)
    assert "只有建议里有的话" not in compared + wall + data


def test_a_suggestion_stays_with_its_article_when_another_is_put_before_it(client: Client) -> None:
    world = f.commenting()
    with clock.at(f.BEGIN + timedelta(days=1)):
        made = world.suggest(world.wu)
    with clock.at(f.AFTER_COMMENTS):
        services.end_comments(world.round.pk)
        world.save(NEW)
        services.put_to_comment(world.worker, world.round.pk)
        reading = Reading(world.page, world.wu)
        found = {
            clause.change.number: [rival.suggestion.pk for rival in clause.rivals]
            for section in reading.sections
            for clause in section.clauses
        }
    assert made.about is not None
    assert made.about["number"] == "第二条"
    assert found == {"第一条": [], "第二条": [], "第三条": [made.pk], "第四条": []}


@pytest.mark.parametrize("who", ["visitor", "tang", "worker"])
def test_a_page_asks_as_often_with_two_suggestions_as_with_twenty(client: Client, who: str) -> None:
    world = second_round()
    if who != "visitor":
        client.force_login(getattr(world, who))
    with when(world):
        world.suggest(world.wu)
        world.suggest(world.tang)
        few = _questions(client, world)
        for at in range(18):
            Suggestion.objects.create(
                round=world.round,
                proposal=world.text,
                article="a3",
                new_text=f"第{at}种",
                reason="多",
                author=f.person(world.wu),
                author_name="吴",
                state="declined",
                answer="不",
                answered_at=clock.now(),
            )
        many = _questions(client, world)
    assert few == many
    assert many <= 25


def _questions(client: Client, world: f.World) -> int:
    address = reverse("conventions:page", args=[world.here.slug, world.page.pk])
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_wall_shows_old_new_and_final_by_one_key_with_the_numbers_of_the_print(client: Client) -> None:
    world = second_round()
    with when(world):
        at = 2  # the first that changes is the new article
        old = get(client, "hall", world.page.pk, at=at, show="old")
        new = get(client, "hall", world.page.pk, at=at, show="new")
        final = get(client, "hall", world.page.pk, at=at, show="final")
    assert [("<del>八</del>" in html, "<ins>六</ins>" in html) for html in (old, new, final)] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert "不超过六小时" in final.replace("宜", "")
    for shown, following in ((old, "new"), (new, "final"), (final, "old")):
        assert (
            f'data-key="Space" href="?from=e1&amp;to=d{world.text.pk}&amp;at=2&amp;show={following}"' in shown
        )
        assert "第三条" in shown
        assert world.text.short_hash in shown


def test_anybody_can_check_an_edition_with_one_line(client: Client) -> None:
    world = f.in_force()
    edition = f.edition_of(world)
    said = json.loads(get(client, "edition_json", edition.pk))
    text = json.dumps(said["text"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == said["sha256"] == edition.sha256
    html = get(client, "edition", edition.pk)
    assert edition.sha256 in html
    assert reverse("conventions:edition_json", args=[edition.pk]) in html


def test_a_new_edition_starts_at_0_and_says_how_many_signed_the_former(client: Client) -> None:
    world = second_round()
    former = f.edition_of(world)
    with when(world):
        Edition.objects.create(
            page=world.page,
            proposal=world.text,
            text=world.text.text,
            number=2,
            title="居民公约",
            in_force_from=clock.today(),
            by=world.worker,
        )
        html = get(client, "edition", f.edition_of(world).pk)
    assert "0 / " in html or "共 3 户，0 户" in html
    assert f"第 {former.number} 版有 1 户签名，本版从零起签。" in html


def test_the_covenant_says_that_owners_adopt_it_under_article_278(client: Client) -> None:
    world = f.commenting("covenant")
    html = get(client, "page", world.here.slug, world.page.pk)
    assert "第二百七十八条" in html
    assert "不是居民公约" in html


def test_a_page_is_unknown_at_another_neighbourhood_and_a_draft_to_neighbours(client: Client) -> None:
    world = f.make_world()
    client.force_login(world.tang)
    address = reverse("conventions:page", args=[world.here.slug, world.page.pk])
    assert client.get(address).status_code == 404
    client.force_login(world.worker)
    assert client.get(address).status_code == 200
    assert client.get(reverse("conventions:page", args=["elsewhere", world.page.pk])).status_code == 404


@pytest.mark.skipif(not printing.can_print(), reason="without Pango")
def test_a_poster_is_one_sheet_with_hash_and_filing_number(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = f.in_force()
    edition = f.edition_of(world)
    seen: list[str] = []
    monkeypatch.setattr(printing, "pdf", lambda html, styles: seen.append(html) or b"%PDF-")
    answer = client.get(reverse("conventions:poster", args=[edition.pk, "a3"]))
    assert answer["Content-Type"] == "application/pdf"
    assert "红街备〔2027〕3号" in seen[0]
    assert edition.sha256[:4] in seen[0]
    assert 'class="qr"' in seen[0]
    assert client.get(reverse("conventions:poster", args=[edition.pk, "a7"])).status_code == 404
