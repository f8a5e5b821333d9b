"""What readers see of a round, and that it costs the same with many articles and suggestions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.conventions import services
from portal.conventions.models import AgreementPage, Choice, Suggestion
from portal.conventions.states import State, SuggestionState
from portal.conventions.text import article_of
from portal.kit import clock
from tests.conventions import factories as f
from tests.conventions.factories import BEGIN, BLOCKS, PARKING
from tests.test_kept import OWN

pytestmark = pytest.mark.django_db
SOON = BEGIN + timedelta(days=1)


def signed_in(user: f.User) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(user)
    return client


def queries(client: Client, url: str) -> int:
    """How many statements a page takes."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_rivals_stand_side_by_side_with_what_they_change() -> None:
    world = f.commenting()
    with clock.at(SOON):
        world.suggest(world.tang, text=PARKING.replace("八小时", "六小时"))
        world.suggest(world.wu, text=PARKING.replace("八小时", "十小时"))
        url = reverse("conventions:article", args=[world.round.pk, "a2"])

        page = signed_in(world.tang).get(url).content.decode()

    assert "<del>八</del>" in page
    assert "<ins>六</ins>" in page
    assert "<ins>十</ins>" in page


def test_what_is_kept_of_a_convention_is_what_would_be_drawn_for_each_reader_and_never_out_of_date() -> None:
    world = f.commenting()
    url = world.page.get_absolute_url()
    readers = [Client(), signed_in(world.tang), signed_in(world.wu), signed_in(world.worker)]

    def seen(reader: Client) -> str:
        return OWN.sub(r"\1-", reader.get(url).content.decode())

    with clock.at(SOON):
        made = world.suggest(world.tang)
        kept = [seen(reader) for reader in readers for _once_more in range(2)]
        for each in ("drawn", "posts", "pages"):
            caches[each].clear()
        anew = [seen(reader) for reader in readers for _once_more in range(2)]
        assert kept == anew

        services.support(world.wu, made.pk, Choice.AGREE)
        assert "赞成 1" in seen(readers[1])
        services.answer(world.worker, made.pk, SuggestionState.DECLINED, "等充电棚建好再定。")
        assert "等充电棚建好再定。" in seen(readers[0])


def test_an_article_and_its_round_cost_the_same_with_many_suggestions() -> None:
    world = f.commenting()
    with clock.at(SOON):
        made = world.suggest(world.tang)
        reader = signed_in(world.wu)
        urls = [world.round.get_absolute_url(), reverse("conventions:article", args=[world.round.pk, "a2"])]
        few = [queries(reader, url) for url in urls]
        for number in range(20):
            made.pk, made.new_text, made.state = None, f"改法{number}", "withdrawn"
            made.save()
            made._state.adding = True

        assert Suggestion.objects.count() == 21
        assert [queries(reader, url) for url in urls] == few
        assert max(few) <= 25


def test_the_next_step_stands_in_front_of_who_owes_it() -> None:
    world = f.checking()
    with clock.at(f.AFTER_COMMENTS):
        url, check = (
            world.round.get_absolute_url(),
            reverse("conventions:act", args=[world.round.pk, "check"]),
        )
        seen = {user: signed_in(user).get(url).content.decode() for user in (world.officer, world.tang)}

    assert check in seen[world.officer]
    assert check not in seen[world.tang]


def test_a_draft_is_written_article_by_article_without_a_script() -> None:
    world = f.make_world()
    writer = signed_in(world.worker)
    url = reverse("conventions:edit", args=[world.here.slug, world.page.pk])
    with clock.at(SOON):
        world.save([{**block, "id": ""} for block in BLOCKS[1:2]])
        block = AgreementPage.objects.get(pk=world.page.pk).raw[0]
        version = writer.get(url).context["form"].initial["version"]
        sent = {
            "title": "居民公约",
            "version": version,
            "section": f"{block['id']}:article",
            f"{block['id']}-text": "为了和睦。",
            "do": f"add:{block['id']}",
            f"add-{block['id']}": "article",
        }
        answer = writer.post(url, sent)

    draft = AgreementPage.objects.get(pk=world.page.pk).raw
    assert answer.status_code == 302
    assert [one["value"].get("text", "") for one in draft] == ["为了和睦。", ""]
    assert draft[0]["id"] == block["id"]


def test_neighbours_read_no_draft_that_was_not_put_to_comment() -> None:
    world = f.make_world()
    client = signed_in(world.tang)
    urls = [
        world.round.get_absolute_url(),
        reverse("conventions:edit", args=[world.here.slug, world.page.pk]),
        reverse("conventions:act", args=[world.round.pk, "put-to-comment"]),
    ]

    assert [client.get(url).status_code for url in urls] == [404, 404, 404]


def test_a_step_is_pressed_on_its_own_page() -> None:
    world = f.make_world()
    with clock.at(BEGIN):
        url = reverse("conventions:act", args=[world.round.pk, "put-to-comment"])
        answer = signed_in(world.worker).post(url)

    assert answer.status_code == 302
    assert world.round.state == State.COMMENTING
    assert article_of(world.text.chapters, "a2") is not None
