"""All letters of a mailing in one PDF: drawn by the periodic work, whole or not there, and gone with its time."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader, PdfWriter

from portal.community.models import Contact, Dwelling, Post
from portal.kit import clock, printing
from portal.register import jobs
from portal.register.models import Invitation, Mailing
from portal.register.services import mailings, one_file
from portal.register.services.letters import Letter
from portal.register.services.one_file import OneFile
from tests import factories
from tests.register.test_letters import HOURS, World, at, make_world

pytestmark = pytest.mark.django_db


class Press:
    """Draws a letter as a page as wide as its dwelling's key; `drawn` tells how many each time."""

    def __init__(self) -> None:
        self.drawn: list[int] = []

    def draw(self, _mailing: Mailing, letters: list[Letter], _origin: str, *, tagged: bool = True) -> bytes:
        """Letters as PDF."""
        self.drawn.append(len(letters))
        return paper([letter.dwelling.pk for letter in letters])


def paper(widths: Iterable[int]) -> bytes:
    """A PDF with a page of each width."""
    writer, file = PdfWriter(), io.BytesIO()
    for width in widths:
        writer.add_blank_page(width, 100)
    writer.write(file)
    return file.getvalue()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own, and parts of two letters."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(mailings, "PART", 2)
    return tmp_path


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    press = Press()
    monkeypatch.setattr(one_file, "drawn", press.draw)
    monkeypatch.setattr(printing, "_press", object)
    return press


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def browser(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.worker)
    return client


def posted(world: World, homes: Iterable[Dwelling] | None = None) -> Mailing:
    """Letters to all four dwellings, just made."""
    mailings.issue(world.worker, world.homes if homes is None else homes)
    return Mailing.objects.select_related("neighbourhood").latest("pk")


def pages(found: OneFile) -> list[int]:
    """To which dwellings the letters in the one file go."""
    return [int(page.mediabox.width) for page in PdfReader(found.path).pages]


def homes_of(mailing: Mailing) -> list[int]:
    return [letter.dwelling.pk for letter in mailings.drawn_again(mailing)]


def downloaded(browser: Client, world: World, mailing: Mailing) -> Any:
    packed = {"accept-encoding": "gzip"}
    return browser.get(at(world, "letters_pdf", mailing.pk), {"part": "all"}, headers=packed)


def test_the_periodic_work_draws_each_part_once_and_joins_them(world: World, press: Press) -> None:
    mailing = posted(world)

    jobs.draw_letters()
    jobs.draw_letters()

    assert press.drawn == [2, 2]
    assert pages(one_file.of(mailing)) == homes_of(mailing)


def test_letters_of_one_part_are_one_file_already(world: World, press: Press, data: Path) -> None:
    posted(world, world.homes[:2])

    jobs.draw_letters()

    assert (press.drawn, list(data.iterdir())) == ([], [])


def test_without_pango_nothing_is_drawn_and_nothing_offered(
    world: World, browser: Client, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "_press", lambda: None)
    mailing = posted(world)

    jobs.draw_letters()

    assert list(data.iterdir()) == []
    assert "part=all" not in browser.get(mailing.get_absolute_url()).content.decode()
    assert "one file" not in browser.get(mailing.get_absolute_url()).content.decode()
    assert downloaded(browser, world, mailing)["Location"] == mailing.get_absolute_url()


def test_the_files_are_closed_to_others(world: World, press: Press, data: Path) -> None:
    posted(world)

    jobs.draw_letters()

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (data / "letters").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert stat.S_IMODE((data / "letters").stat().st_mode) == 0o700


def test_the_page_says_how_far_it_is_and_then_gives_it(world: World, browser: Client, press: Press) -> None:
    mailing = posted(world)
    first, *_rest = one_file.steps()
    said = [browser.get(mailing.get_absolute_url()).content.decode()]
    first()
    said += [browser.get(mailing.get_absolute_url()).content.decode()]
    jobs.draw_letters()
    said += [browser.get(mailing.get_absolute_url()).content.decode()]

    amounts = [f"{drawn} of 4 pages are drawn" for drawn in (0, 2)]
    assert [amount in page for amount, page in zip(amounts, said, strict=False)] == [True, True]
    assert ["ready at about" in page for page in said] == [True, True, False]
    assert ["part=all" in page for page in said] == [False, False, True]
    answer = downloaded(browser, world, mailing)
    content = b"".join(answer.streaming_content)
    assert content == one_file.of(mailing).path.read_bytes()
    assert (answer["Content-Type"], int(answer["Content-Length"])) == ("application/pdf", len(content))
    assert "no-store" in answer["Cache-Control"]
    assert f"-{mailing.pk}-all.pdf" in answer["Content-Disposition"]


def test_when_it_is_ready_follows_from_what_was_drawn(world: World, press: Press) -> None:
    mailing = posted(world)
    before = one_file.of(mailing).ready_at
    next(one_file.steps())()
    begun = one_file.of(mailing)
    promised = begun.ready_at
    for path in begun.folder.glob("*.pdf"):
        os.utime(path, (time.time() - 3600,) * 2)

    assert before == mailing.issued_at + timedelta(minutes=1, seconds=1)
    assert timedelta(seconds=55) < promised - clock.now() < timedelta(seconds=61)
    assert (promised > clock.now(), begun.late) == (True, True)


def test_a_page_whose_tick_stands_still_promises_nothing(world: World, browser: Client, press: Press) -> None:
    mailing = posted(world)

    with clock.at(clock.now() + timedelta(hours=1)):
        page = browser.get(mailing.get_absolute_url()).content.decode()

    assert ("It takes longer than it should" in page, "ready at about" in page) == (True, False)


def test_two_that_draw_at_once_draw_each_part_once(
    world: World, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = posted(world)
    one, other = list(one_file.steps()), list(one_file.steps())
    draw = press.draw

    def beside(*args: Any, **kwargs: Any) -> bytes:
        """The other one works at the same time."""
        while other:
            other.pop()()
        return draw(*args, **kwargs)

    monkeypatch.setattr(one_file, "drawn", beside)
    for step in one:
        step()

    assert press.drawn == [2, 2]
    assert pages(one_file.of(mailing)) == homes_of(mailing)


def test_what_was_broken_off_is_done_again(world: World, press: Press) -> None:
    mailing = posted(world)
    found = one_file.of(mailing)
    found.folder.mkdir(parents=True)
    claim = next(iter(found.pieces)).with_suffix(".claim")
    claim.touch()

    jobs.draw_letters()
    fresh = one_file.of(mailing).ready
    os.utime(claim, (time.time() - 301,) * 2)
    jobs.draw_letters()

    assert (fresh, one_file.of(mailing).ready, claim.exists()) == (False, True, False)


def test_a_failed_drawing_leaves_nothing_half(
    world: World, press: Press, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = posted(world)
    with monkeypatch.context() as broken:
        broken.setattr(one_file, "drawn", lambda *_args, **_kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.draw_letters()

    assert [path for path in data.rglob("*") if path.is_file()] == []
    jobs.draw_letters()
    assert one_file.of(mailing).ready


def test_a_code_that_was_used_meanwhile_is_left_out_without_drawing(
    world: World, browser: Client, press: Press
) -> None:
    mailing = posted(world)
    jobs.draw_letters()
    old = one_file.of(mailing).path
    used, *others = mailings.drawn_again(mailing)
    Invitation.objects.filter(pk=used.invitation.pk).update(used_at=clock.now())

    early = downloaded(browser, world, mailing)
    jobs.draw_letters()

    assert early["Location"] == mailing.get_absolute_url()
    assert (pages(one_file.of(mailing)), press.drawn) == ([each.dwelling.pk for each in others], [2, 2])
    assert not old.exists()


def test_letters_that_newer_ones_replaced_are_left_out(world: World, press: Press) -> None:
    first = posted(world)
    whole = posted(world)
    jobs.draw_letters()
    some = homes_of(whole)[:2]
    posted(world, Dwelling.objects.filter(pk__in=some))
    jobs.draw_letters()

    assert (one_file.of(first).ready, press.drawn) == (False, [2, 2])
    assert pages(one_file.of(whole)) == homes_of(whole)[2:]


def test_an_office_that_moved_stands_on_every_page(world: World, press: Press) -> None:
    mailing = posted(world)
    jobs.draw_letters()
    Contact.objects.create(area=world.here, office="彩虹路 2 号", hours="", telephone="")

    assert not one_file.of(mailing).ready
    jobs.draw_letters()

    assert (one_file.of(mailing).ready, press.drawn) == (True, [2, 2, 2, 2])
    assert len(list(one_file.of(mailing).folder.iterdir())) == 3


def test_only_who_made_them_gets_the_file(world: World, press: Press) -> None:
    mailing = posted(world)
    jobs.draw_letters()
    other = Client()
    other.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here))

    assert downloaded(other, world, mailing).status_code == 404
    assert downloaded(Client(), world, mailing)["Location"].startswith("/accounts/login/")


def test_when_its_time_is_over_nobody_gets_it_and_the_files_go(
    world: World, browser: Client, press: Press
) -> None:
    mailing = posted(world)
    jobs.draw_letters()
    folder = one_file.of(mailing).folder

    with clock.at(clock.now() + HOURS):
        browser.force_login(world.worker)
        late = downloaded(browser, world, mailing)
        there = folder.exists()
        jobs.draw_letters()

    assert late["Location"] == mailing.get_absolute_url()
    assert (there, folder.exists(), folder.parent.exists()) == (True, False, True)


def test_files_of_another_history_are_not_taken(world: World, press: Press) -> None:
    """A restored database gives its keys once more: to other letters, with other codes."""
    mailing = posted(world)
    jobs.draw_letters()
    for number, invitation in enumerate(mailing.invitations.all()):
        Invitation.objects.filter(pk=invitation.pk).update(code_hash=f"{number:064}")

    assert not one_file.of(mailing).ready


def test_the_real_thing_has_a_page_a4_for_each_dwelling(world: World, data: Path) -> None:
    if not printing.can_print():
        pytest.skip("no Pango here")
    mailing = posted(world, world.homes[:3])

    jobs.draw_letters()

    made = mailings.drawn_again(mailing)
    for page, letter in zip(PdfReader(one_file.of(mailing).path).pages, made, strict=True):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert letter.code in page.extract_text()
