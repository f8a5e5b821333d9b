"""A Word file becomes the draft of a round, after it was looked at."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.conventions.models import AgreementPage, Brought
from portal.conventions.text import articles
from portal.kit import clock
from portal.pages.versions import version_of
from tests.conventions import factories as f
from tests.conventions.words import docx, paragraph

pytestmark = pytest.mark.django_db

FILE = docx(
    paragraph("居民公约", "a3"),
    paragraph("第一章 总则"),
    paragraph("第一条 目的"),
    paragraph("为了邻里和睦，制定本公约。"),
    paragraph("第二条 本公约由居民会议通过。"),
    paragraph("停车与充电", "1"),
    paragraph("讨论稿，请勿外传。"),
    paragraph("第三条 电动车停放与充电"),
    paragraph(f.PARKING.replace("八", "六")),
)


def send(client: Client, world: f.World, content: bytes, name: str = "公约.docx") -> int:
    """Choose a file on the page; the status of the answer."""
    address = reverse("conventions:import", args=[world.page.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content)}).status_code


def test_a_file_is_looked_at_and_then_taken_and_articles_keep_their_ids(client: Client) -> None:
    world = f.make_world()
    client.force_login(world.worker)
    with clock.at(f.BEGIN):
        assert send(client, world, FILE) == 302
        look = reverse("conventions:imported", args=[world.page.pk])
        html = client.get(look).content.decode()
        assert "讨论稿，请勿外传。" in html
        assert "<ins>六</ins>" in html
        before = AgreementPage.objects.get(pk=world.page.pk)
        assert [one["id"] for one in articles(before.draft)] == ["a1", "a2", "a3"]
        assert client.post(look, {"version": version_of(before)}).status_code == 302
    draft = list(articles(AgreementPage.objects.get(pk=world.page.pk).draft))
    assert [(one["id"], one["number"], one["title"]) for one in draft if one["id"] in {"a1", "a2"}] == [
        ("a1", "第一条", "目的"),
        ("a2", "第三条", "电动车停放与充电"),
    ]
    assert len(draft) == 3
    assert not Brought.objects.exists()


def test_a_draft_saved_meanwhile_is_not_lost(client: Client) -> None:
    world = f.make_world()
    client.force_login(world.worker)
    with clock.at(f.BEGIN):
        send(client, world, FILE)
        version = version_of(AgreementPage.objects.get(pk=world.page.pk))
        world.save(f.BLOCKS[:4])
        look = reverse("conventions:imported", args=[world.page.pk])
        assert client.post(look, {"version": version}).status_code == 409
    assert [one["id"] for one in articles(AgreementPage.objects.get(pk=world.page.pk).draft)] == ["a1", "a2"]


def test_what_is_no_word_file_is_said_above_the_form_and_nothing_is_kept(client: Client) -> None:
    world = f.make_world()
    client.force_login(world.worker)
    with clock.at(f.BEGIN):
        assert send(client, world, b"%PDF-1.7", "公约.docx") == 422
        assert send(client, world, docx(paragraph("第一条 好。"), **{"word/vbaProject.bin": b"x"})) == 422
    assert not Brought.objects.exists()


def test_neighbours_bring_nothing(client: Client) -> None:
    world = f.commenting()
    client.force_login(world.tang)
    with clock.at(f.BEGIN):
        assert send(client, world, FILE) == 403


def test_suggestions_that_lose_their_article_are_named_and_asked_about_and_the_answer_leads_back(
    client: Client,
) -> None:
    world = f.commenting()
    client.force_login(world.worker)
    look = reverse("conventions:imported", args=[world.page.pk])
    with clock.at(f.BEGIN):
        made = world.suggest(world.tang, "a3", "机动车不停草坪。")
        send(client, world, FILE)
        assert made.get_absolute_url() in client.get(look).content.decode()
        sent = {"version": version_of(AgreementPage.objects.get(pk=world.page.pk))}
        assert client.post(look, sent).status_code == 422
        assert client.post(look, sent | {"confirm": "on"}).status_code == 302
        assert client.get(look).headers["Location"] == reverse("conventions:import", args=[world.page.pk])
        answer = reverse("conventions:suggestion_act", args=[made.pk, "answer"])
        adopted = client.post(answer, {"verdict": "adopted", "reason": "写得清楚"})
    assert adopted.status_code == 409
    assert reverse("conventions:history", args=[world.here.slug, world.page.pk]) in adopted.content.decode()
