"""All letters of a mailing as one PDF. The periodic work draws it, a part at a time: a request would take minutes.

The files hold codes. They lie closed to others, no backup takes them, and they go when the time to download is over.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db.models import Count
from django.template.loader import render_to_string
from pypdf import PdfWriter

from portal.community.models import Contact
from portal.kit import clock, printing
from portal.kit.private import DIRECTORY, whole
from portal.register import flats
from portal.register.models import Mailing
from portal.register.services import mailings
from portal.register.services.letters import Letter
from portal.register.services.mailings import Part

Step = Callable[[], None]
STYLES = ("css/letter.css",)
# What a round of the periodic work needs at least for a page, its pauses included.
PAGE = timedelta(seconds=0.25)
ROUND = timedelta(minutes=1)
# A step takes seconds. One that began so long ago was broken off.
STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class OneFile:
    """The one PDF of a mailing of several parts: where it lies, and how much of it is drawn."""

    mailing: Mailing
    parts: list[Part]

    @cached_property
    def folder(self) -> Path:
        """Where the files of this mailing lie."""
        return _folder() / str(self.mailing.pk)

    @cached_property
    def pieces(self) -> dict[Path, Part]:
        """The file of each part. All letters are in it, also those whose code was used since."""
        said = _office(self.mailing)
        return {
            self.folder / f"{part.number:03}-{_digest(said, _hashes(part.letters))}.pdf": part
            for part in self.parts
            if part.valid
        }

    @cached_property
    def path(self) -> Path:
        """The one file. Its name says which letters are in it: with a code that was used it is another file."""
        valid = [_hashes(part.valid) for part in self.pieces.values()]
        return self.folder / f"all-{_digest([path.name for path in self.pieces], valid)}.pdf"

    @property
    def ready(self) -> bool:
        """Whether it is there."""
        return self.path.is_file()

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    @cached_property
    def drawn(self) -> int:
        """Pages that are drawn."""
        return sum(len(part.letters) for path, part in self.pieces.items() if path.is_file())

    @property
    def pages(self) -> int:
        """Pages that have to be drawn."""
        return sum(len(part.letters) for part in self.pieces.values())

    @property
    def ready_at(self) -> datetime:
        """When it is there, by what was drawn so far; when it should have been, where nothing is drawn any more."""
        times = sorted(_made_at(path) for path in self.pieces if path.is_file())
        if not times:
            return self.mailing.issued_at + ROUND + PAGE * self.pages
        took = (times[-1] - times[0]) / self.drawn
        return times[-1] + max(took, PAGE) * (self.pages - self.drawn) + ROUND

    @property
    def late(self) -> bool:
        """Whether it should have been there by now."""
        return self.ready_at <= clock.now()

    def steps(self) -> Iterator[Step]:
        """What is left to do, each some seconds of work, safe beside another process that does the same."""
        if self.ready or not self.pieces:
            return
        for path, part in self.pieces.items():
            if not path.is_file():
                yield partial(_once, path, partial(self._draw, part))
        yield self._join

    def _draw(self, part: Part, file: IO[bytes]) -> None:
        # Without tags: joined, they would take a gigabyte. The parts that are downloaded one by one have them.
        file.write(drawn(self.mailing, part.letters, settings.PORTAL_BASE_URL, tagged=False))

    def _join(self) -> None:
        """Nothing where a piece is still missing: another process is at it, or failed."""
        if all(path.is_file() for path in self.pieces):
            _once(self.path, self._joined)
            for path in set(self.folder.glob("*.pdf")) - {self.path, *self.pieces}:
                path.unlink(missing_ok=True)

    def _joined(self, file: IO[bytes]) -> None:
        writer = PdfWriter()
        for path, part in self.pieces.items():
            pages = [page for page, letter in enumerate(part.letters) if letter.invitation.can_be_used]
            writer.append(path, pages=pages, import_outline=False)
        writer.write(file)


def of(mailing: Mailing) -> OneFile:
    """The one file of a mailing; without any part where it can be drawn no more."""
    return OneFile(mailing, mailings.parts(mailings.drawn_again(mailing)))


def steps() -> Iterator[Step]:
    """What is left to do for all mailings that can be downloaded; nothing where this computer makes no PDF."""
    for mailing in _waiting():
        if not printing.can_print():
            return
        yield from of(mailing).steps()


def forget() -> None:
    """Delete the files of mailings whose time to download is over, or that are gone."""
    if not _folder().is_dir():
        return
    kept = {str(pk) for pk in Mailing.objects.downloadable().values_list("pk", flat=True)}
    for folder in _folder().iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)


def drawn(mailing: Mailing, letters: list[Letter], origin: str, *, tagged: bool = True) -> bytes:
    """Letters as PDF, A4, a page each. `origin`: scheme and host of the address on them."""
    html = render_to_string("register/letters_pdf.html", said(mailing, letters, origin))
    return printing.pdf(html, STYLES, tagged=tagged)


def said(mailing: Mailing, letters: list[Letter], origin: str) -> dict[str, Any]:
    """What letters say, for their templates."""
    here = mailing.neighbourhood
    estates = mailings.estates(here)
    homes = [letter.dwelling for letter in letters]
    rented = mailings.public_housing(homes)
    return {
        "mailing": mailing,
        "letters": [
            (letter, flats.address(home, estates[home.building_id]), home.pk in rented)
            for letter, home in zip(letters, homes, strict=True)
        ],
        "origin": origin,
        "host": origin.partition("://")[2],
        "neighbourhood": here,
        "contact": Contact.objects.filter(area=here).first(),
    }


def _waiting() -> list[Mailing]:
    """Mailings of several parts that can be downloaded, the first one first."""
    many = (
        Mailing.objects.downloadable().annotate(amount=Count("invitations")).filter(amount__gt=mailings.PART)
    )
    return list(many.select_related("neighbourhood").order_by("pk"))


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "letters"


def _office(mailing: Mailing) -> list[object]:
    """What all letters of a mailing say alike, as far as it can change."""
    contact = Contact.objects.filter(area=mailing.neighbourhood)
    known = contact.values_list("office", "hours", "telephone").first()
    return [settings.PORTAL_BASE_URL, mailing.neighbourhood.name, known]


def _hashes(letters: list[Letter]) -> list[str]:
    return [letter.invitation.code_hash for letter in letters]


def _digest(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _once(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file, whole or not at all, unless it is there or another process is at it."""
    with _claimed(path) as mine:
        if not mine or path.is_file():
            return
        with whole(path) as file:
            write(file)


@contextmanager
def _claimed(path: Path) -> Iterator[bool]:
    """Whether this process alone is at a file. What another one left lying, broken off, counts for some minutes."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(exist_ok=True, mode=DIRECTORY)
    claim = path.with_suffix(".claim")
    try:
        if time.time() - claim.stat().st_mtime > STEP.total_seconds():
            claim.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    try:
        claim.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        yield False
        return
    try:
        yield True
    finally:
        claim.unlink(missing_ok=True)
