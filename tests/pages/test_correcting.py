"""Notices after they were published: corrected with a trace, over after their day, found by what their PDFs say."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.community import uploads
from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.pdf_text import text_of
from portal.notifications.models import Notice
from portal.pages import papers, scheduling, services
from portal.pages.models import NoticePage, PapersText
from portal.pages.streams import section
from portal.record.models import Entry
from portal.register.services import contacts
from portal.search.models import Document
from tests.community.pictures import pdf
from tests.factories import make_neighbourhood, make_user
from tests.worlds import kept

pytestmark = pytest.mark.django_db


@kept
def office() -> tuple[Area, User, User, int]:
    """A published notice, who wrote it, and somebody who lives there."""
    here = make_neighbourhood(slug="tianxin")
    services.found_neighbourhood(here)
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    neighbour = make_user(Role.RESIDENT, neighbourhood=here)
    fields = {"title": "停水", "body": "周三九点停水。", "day": clock.today(), "shown_until": clock.today()}
    page = services.add_page(worker, here, "notice", fields)
    services.publish(worker, page.pk)
    return here, worker, neighbour, page.pk


def rewritten(worker: User, pk: int, body: str) -> NoticePage:
    page = NoticePage.objects.get(pk=pk)
    services.edit_page(worker, page, page.version, {"body": [{**page.raw[0], "value": body}]})
    return NoticePage.objects.get(pk=pk)


def written(text: bytes) -> bytes:
    """A PDF of one page with a line of plain letters."""
    line = b"BT /F1 12 Tf 20 20 Td (%s) Tj ET" % text
    inside = (
        b"4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        b"5 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(line), line)
    )
    return pdf(inside).replace(
        b"/MediaBox[0 0 9 9]", b"/MediaBox[0 0 300 300]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>"
    )


def test_a_correction_says_why_and_shows_what_it_said_before() -> None:
    here, worker, neighbour, pk = office()
    rewritten(worker, pk, "周四九点停水。")
    client = Client()
    client.force_login(worker)
    act = reverse("pages:act", args=[here.slug, pk, "publish"])

    unsaid = client.post(act, {"why": "\u200b", "once": uuid.uuid4().hex}).status_code
    done = client.post(act, {"why": "日子写错了", "tell": "on", "once": uuid.uuid4().hex}).status_code
    page = Client().get(reverse("pages:page", args=[here.slug, pk])).content.decode()
    entry = Entry.objects.get(action="page.corrected")
    shown = Client().get(reverse("pages:correction", args=[here.slug, pk, entry.sequence])).content.decode()

    assert (unsaid, done) == (422, 302)
    assert "日子写错了" in page
    assert reverse("pages:correction", args=[here.slug, pk, entry.sequence]) in page
    assert "周" in shown
    assert "<del>三</del>" in shown
    assert "<ins>四</ins>" in shown
    assert Notice.objects.filter(kind="page.notice_corrected", user=neighbour).count() == 1
    assert {*entry.data} == {"why", "old", "new"}


def test_what_should_not_have_stood_there_is_not_shown_again() -> None:
    here, worker, _neighbour, pk = office()
    rewritten(worker, pk, "周三九点停水，请储水。")

    services.publish(worker, pk, why="删去了电话", hide=True)

    entry = Entry.objects.get(action="page.corrected")
    gone = Client().get(reverse("pages:correction", args=[here.slug, pk, entry.sequence])).status_code
    assert (entry.data, gone) == ({"why": "删去了电话"}, 404)
    assert not Notice.objects.filter(kind="page.notice_corrected").exists()


def test_a_later_version_at_a_set_time_leaves_a_trace_as_well() -> None:
    _here, worker, _neighbour, pk = office()
    rewritten(worker, pk, "改到周五。")
    scheduling.schedule(worker, pk, clock.now() + timedelta(hours=1))

    with clock.at(clock.now() + timedelta(hours=2)):
        scheduling.bring_out_due()

    assert {"old", "new"} < {*Entry.objects.get(action="page.corrected").data}


def test_before_and_after_are_what_was_published_however_old_the_version_is() -> None:
    here, worker, _neighbour, pk = office()
    rewritten(worker, pk, "周四九点停水。")
    services.publish(worker, pk, why="日子写错了")
    page = NoticePage.objects.get(pk=pk)

    with transaction.atomic():
        services.bring_out(page, page.revisions.earliest("pk"), by=worker, why="原来的是对的")

    entry = Entry.objects.filter(action="page.corrected").latest("sequence")
    shown = Client().get(reverse("pages:correction", args=[here.slug, pk, entry.sequence])).content.decode()
    assert "<del>四</del>" in shown
    assert "<ins>三</ins>" in shown


def test_a_notice_whose_day_is_past_is_over_and_kept_in_the_archive() -> None:
    here, worker, _neighbour, pk = office()
    listed, address = reverse("pages:notices", args=[here.slug]), reverse("pages:page", args=[here.slug, pk])
    client = Client()

    before = client.get(listed).content.decode()
    with clock.at(clock.end_of(clock.today()) + timedelta(minutes=1)):
        after = client.get(listed).content.decode()
        archive = client.get(f"{listed}?archive").content.decode()
        page = client.get(address).content.decode()

    assert (address in before, address in after, address in archive) == (True, False, True)
    assert "已过期" in archive
    assert "已过期" in page
    assert "已过期" not in before


def test_a_notice_is_found_by_the_text_of_its_pdf() -> None:
    here, worker, _neighbour, pk = office()
    file = SimpleUploadedFile("plan.pdf", written(b"Pump station schedule"))
    paper = uploads.accept(worker, here, file)
    page = NoticePage.objects.get(pk=pk)
    body = [*page.raw, section("document", {"upload": str(paper.pk), "title": "安排"})]
    services.edit_page(worker, page, page.version, {"body": body})
    services.publish(worker, pk, why="附上安排")

    papers.read_waiting()
    papers.read_waiting()

    assert "Pump station" in PapersText.objects.get(page=pk).text
    found = Client().get(reverse("search:search", args=[here.slug]), {"q": "pump station"}).content.decode()
    assert reverse("pages:page", args=[here.slug, pk]) in found
    assert Document.objects.filter(kind="notice", number=pk).exists()


def test_what_is_no_pdf_has_no_text() -> None:
    assert text_of(b"%PDF-1.7 nothing") == ""


def test_what_the_office_said_before_stands_on_the_page_that_changes_it() -> None:
    here, worker, _neighbour, _pk = office()
    first = {"office": "一号楼底楼", "hours": "", "telephone": "", "property_telephone": ""}
    contacts.change(worker, here.slug, first)
    contacts.change(worker, here.slug, {**first, "office": "二号楼底楼", "hours": "周一至周五"})
    client = Client()
    client.force_login(worker)

    page = client.get(reverse("register:contact", args=[here.slug])).content.decode()

    assert "<del>一号楼底楼</del>" in page
    assert "二号楼底楼" in page
    assert len(contacts.changes(here)) == 2
    assert (
        reverse("register:contact", args=[here.slug])
        in client.get(reverse("pages:edit_index", args=[here.slug])).content.decode()
    )


def test_who_corrects_reads_that_nobody_is_told_unless_it_is_ticked(client: Client) -> None:
    _here, worker, _neighbour, pk = office()
    client.force_login(worker)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    url = reverse("pages:act", args=["tianxin", pk, "publish"])
    rewritten(worker, pk, "周三十点停水。")
    page = client.get(url).content.decode()
    assert "A new notice is told to all" not in page
    assert "Neighbours are told only where you tick that below." in page
