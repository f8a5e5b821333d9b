"""The letters and the questionnaire of a survey as PDF, in Chinese whatever language their printer reads.

Each page of a questionnaire bears at its foot which questions it was printed from and which page it is, as text and as
a square: 12-3fa9c0d1-3. A letter's square leads to the page of codes with the code behind a #: what stands there is
not sent over the network, so no log of any machine between keeps it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter

from portal.community.models import Area, Contact, Dwelling
from portal.kit import clock, printing
from portal.kit.apart import manage
from portal.register import flats
from portal.register.services.mailings import estates
from portal.surveys.definition import PIPE, Definition, definition_of
from portal.surveys.models import FrameUnit, Question, Ranking, Section, Survey
from portal.surveys.paper import codes, papers
from portal.surveys.paper.readings import how, marks

STYLES = ("css/questionnaire.css",)
LARGE = ("css/questionnaire.css", "css/questionnaire-large.css")
# Pages that are drawn together: a hundred at once would take half a gigabyte.
PART = 25
LONG_TEXT = 12
# A building takes some seconds; one that takes longer than this hangs.
LONGEST = 300.0


@dataclass(frozen=True)
class Asked:
    """A question as it is printed."""

    number: int
    question: Question
    text: str
    condition: str
    marks: list[tuple[str, str]]
    rows: list[str]
    how: str
    short: bool
    places: range


@dataclass(frozen=True)
class Bag:
    """The letters of one entrance, which are carried together."""

    building: Area
    entrance: str
    units: list[FrameUnit]

    @property
    def door(self) -> str:
        """The entrance as it is written everywhere: 1单元."""
        return f"{self.entrance}单元" if self.entrance.isdecimal() else self.entrance


def questionnaire(survey: Survey, *, large: bool = False) -> bytes:
    """The questionnaire with a blank for the code, A4. `large`: for people who read large print."""
    with translation.override(settings.LANGUAGE_CODE):
        form, pages = _form(survey, large=large)
        written = PdfWriter(clone_from=io.BytesIO(form))
        _stamp(written, _marks(survey, pages, [""]), 0)
        return _bytes(written)


def letters(survey: Survey, units: Sequence[FrameUnit], origin: str, *, with_form: bool = False) -> bytes:
    """Letters with codes, in the order of somebody who carries them, each entrance behind a page for its bag.

    `with_form`: each with a questionnaire that bears its code. `origin`: scheme and host of the address on them.
    """
    with translation.override(settings.LANGUAGE_CODE):
        made = drawn(list(sheets(survey, units, origin)))
        return _with_forms(survey, bags(units), made) if with_form else made


def drawn(pages: Sequence[str]) -> bytes:
    """Letters from HTML, some at a time, as one PDF."""
    return _joined([printing.pdf(html, STYLES, tagged=False) for html in pages])


def apart(pages: Sequence[str]) -> bytes:
    """The same in a process that ends with its memory: that of a thousand letters would grow to a gigabyte.

    What it warns of is told nobody: a letter's code must not come into a log. Raises CalledProcessError,
    TimeoutExpired.
    """
    said = json.dumps(pages).encode()
    with printing.ONE_AT_A_TIME:
        return manage("draw_survey_letters", given=said, longest=LONGEST, silent=True)


def archive(survey: Survey, units: Sequence[FrameUnit], origin: str) -> Iterator[bytes]:
    """The letters to many as one archive with a PDF a building, in pieces: no more than one is held at a time."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as file:
        for building, held in groupby(bags(units), key=lambda bag: bag.building):
            within = [unit for bag in held for unit in bag.units]
            made = apart(list(sheets(survey, within, origin)))
            file.writestr(f"{building.name}-{building.pk}.pdf", made)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What was written to it, to be taken away: an archive that is sent on as it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keep it until it is taken."""
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """All since it was last asked."""
        held = bytes(self._held)
        self._held.clear()
        return held


def sheets(survey: Survey, units: Sequence[FrameUnit], origin: str) -> Iterator[str]:
    """The letters as HTML, some at a time."""
    said = _said(survey, origin)
    link = f"{origin}{said['code_url']}"
    pages = [page for bag in bags(units) for page in _pages(bag, said["estates"], link)]
    for begun in range(0, len(pages), PART):
        with translation.override(settings.LANGUAGE_CODE):
            yield render_to_string(
                "surveys/paper/letters_pdf.html", said | {"pages": pages[begun : begun + PART]}
            )


def bags(units: Sequence[FrameUnit]) -> list[Bag]:
    """Units by entrance, in the order of the doors."""
    homes: dict[int, list[FrameUnit]] = {}
    for unit in sorted(units, key=lambda unit: unit.number):
        homes.setdefault(unit.dwelling_id, []).append(unit)
    doors = flats.in_order({held[0].dwelling for held in homes.values()})
    return [
        Bag(home[0], home[1], [unit for door in within for unit in homes[door.pk]])
        for home, within in groupby(doors, key=_entrance)
    ]


def asked(definition: Definition) -> list[tuple[Section, list[Asked]]]:
    """The sections with their questions as they are printed; the numbers are those on the screen."""
    return [
        (section, [_asked(definition, question) for question in definition.of_section(section)])
        for section in definition.sections
    ]


def _asked(definition: Definition, question: Question) -> Asked:
    found = marks(question) if question.has_options or question.kind == "scale" else []
    return Asked(
        definition.number_of(question.key),
        question,
        _said_of(definition, question.text),
        definition.condition_of(question),
        found,
        [row.text for row in question.choices(rows=True)],
        how(question),
        all(len(text) <= LONG_TEXT for _code, text in found),
        range(1, question.places + 1) if isinstance(question, Ranking) else range(0),
    )


def _said_of(definition: Definition, text: str) -> str:
    """A text that repeats an earlier answer: paper can only point at it."""
    return PIPE.sub(lambda found: _("(your answer to %(n)d)") % {"n": definition.number_of(found[1])}, text)


def _entrance(home: Dwelling) -> tuple[Area, str]:
    return home.building, home.entrance


def _pages(bag: Bag, names: dict[int, str], link: str) -> Iterator[dict[str, Any]]:
    yield {"bag": bag, "estate": names.get(bag.building.pk, "")}
    for unit in bag.units:
        address = flats.address(unit.dwelling, names.get(unit.dwelling.building_id, ""))
        code = codes.code_of(unit)
        yield {"unit": unit, "code": code, "address": address, "link": f"{link}#{code}"}


def _said(survey: Survey, origin: str) -> dict[str, Any]:
    here = survey.neighbourhood
    return {
        "survey": survey,
        "neighbourhood": here,
        "estates": estates(here),
        "contact": Contact.objects.filter(area=here).first(),
        "code_url": reverse("surveys:code", args=[here.slug]),
        "origin": origin,
        "host": origin.partition("://")[2],
        "today": clock.today(),
    }


def _form(survey: Survey, *, large: bool = False) -> tuple[bytes, int]:
    """The questionnaire without what stands at its foot, and how many pages it has."""
    definition = definition_of(survey)
    html = render_to_string(
        "surveys/paper/questionnaire_pdf.html",
        {
            "survey": survey,
            "sections": asked(definition),
            "contact": Contact.objects.filter(area=survey.neighbourhood).first(),
            "neighbourhood": survey.neighbourhood,
        },
    )
    form = printing.pdf(html, LARGE if large else STYLES)
    return form, len(PdfReader(io.BytesIO(form)).pages)


def _marks(survey: Survey, pages: int, units: Sequence[str]) -> bytes:
    """What stands at the foot of each page, for each of several questionnaires, as pages to lay over theirs."""
    marks_of = [_mark(survey, code, page, pages) for code in units for page in range(1, pages + 1)]
    parts = [marks_of[begun : begun + PART] for begun in range(0, len(marks_of), PART)]
    return drawn([render_to_string("surveys/paper/marks_pdf.html", {"marks": part}) for part in parts])


def _mark(survey: Survey, code: str, page: int, pages: int) -> dict[str, Any]:
    version = papers.version_of(survey)
    return {"code": code, "page": page, "pages": pages, "version": version, "text": f"{version}-{page}"}


def _with_forms(survey: Survey, carried: Sequence[Bag], letter: bytes) -> bytes:
    """Behind each letter its questionnaire."""
    form, pages = _form(survey)
    units = [unit for bag in carried for unit in bag.units]
    marked = _marks(survey, pages, [codes.code_of(unit) for unit in units])
    letter_pages = PdfReader(io.BytesIO(letter))
    written, place, done = PdfWriter(), 0, 0
    overlay = PdfReader(io.BytesIO(marked))
    for bag in carried:
        written.add_page(letter_pages.pages[place])
        for at, _unit in enumerate(bag.units, 1):
            written.add_page(letter_pages.pages[place + at])
            # Read anew for each: pages of one reader would be one page in the file, with all marks on it.
            for page in PdfReader(io.BytesIO(form)).pages:
                written.add_page(page).merge_page(overlay.pages[done])
                done += 1
        place += 1 + len(bag.units)
    written.compress_identical_objects()
    return _bytes(written)


def _stamp(written: PdfWriter, overlay: bytes, begun: int) -> None:
    for at, page in enumerate(PdfReader(io.BytesIO(overlay)).pages):
        written.pages[begun + at].merge_page(page)


def _joined(parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    written = PdfWriter()
    for part in parts:
        written.append(io.BytesIO(part), import_outline=False)
    return _bytes(written)


def _bytes(written: PdfWriter) -> bytes:
    out = io.BytesIO()
    written.write(out)
    return out.getvalue()
