"""Cards as PDF. One is drawn at once; those of all buildings in a process that ends with its memory."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from pypdf import PdfWriter

from portal.kit import clock, printing
from portal.kit.apart import manage
from portal.kit.private import whole
from portal.pages.cards.lines import Card, all_cards, plain
from portal.pages.cards.models import CardsFile
from portal.pages.cards.vcard import payload

STYLES = {size: ("css/card.css", f"css/card-{size}.css") for size in CardsFile.Size.values}
# Two hundred buildings take less than a minute; one that takes longer than this hangs.
LONGEST = 300.0
PART = 25


def drawn(cards: Sequence[Card], size: str, origin: str) -> bytes:
    """Cards as PDF, a page each. `origin`: scheme and host of the addresses on them."""
    pages = [{"card": card, "vcard": payload(card)} for card in cards]
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string("pages/cards/pdf.html", {"pages": pages, "origin": origin})
    return printing.pdf(html, STYLES[size], tagged=len(cards) == 1)


def joined(cards: Sequence[Card], size: str, origin: str) -> bytes:
    """The same for many, some at a time: two hundred at once would take half a gigabyte."""
    writer = PdfWriter()
    for begun in range(0, len(cards), PART):
        part = drawn(cards[begun : begun + PART], size, origin)
        writer.append(io.BytesIO(part), import_outline=False)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def path_of(file: CardsFile) -> Path:
    """Where the file of all cards lies."""
    return Path(settings.DATA_DIR) / "cards" / f"{file.pk}-{file.size}.pdf"


def draw_waiting() -> None:
    """Draw what was asked for. What fails is tried again in the next round."""
    for file in CardsFile.objects.filter(drawn_at=None).select_related("neighbourhood").order_by("asked_at"):
        if not printing.can_print():
            return
        asked = file.asked_at
        with translation.override(settings.LANGUAGE_CODE):
            cards = all_cards(file.neighbourhood)
        apart(cards, file.size, path_of(file))
        # Whoever asked again meanwhile gets another one.
        CardsFile.objects.filter(pk=file.pk, asked_at=asked).update(drawn_at=clock.now())


def apart(cards: Sequence[Card], size: str, path: Path) -> None:
    """Draw cards in a process of its own, which is given them as plain text and asks no database.

    Raises CalledProcessError, TimeoutExpired.
    """
    said = json.dumps([plain(card) for card in cards]).encode()
    with whole(path) as made:
        manage("draw_cards", size, made.name, given=said, longest=LONGEST)
