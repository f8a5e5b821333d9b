"""An edition on paper: a poster for the stairwell."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.conventions.models import Edition
from portal.conventions.permissions import EDITIONS
from portal.conventions.signatures import signed_households
from portal.conventions.text import Text, articles
from portal.kit import printing
from portal.kit.limits import HOUR, Limit, allow

# Drawing letters costs a second of the whole computer, and everybody may ask for an edition.
POSTERS = Limit(30, HOUR)
SIZES = ("a3", "a4")
# How many characters a line and how many lines a sheet has in each size of letters (static/css/poster.css), both
# columns counted, and what stands above an article, in lines: a short text can be read from afar and fills the sheet, a
# long one still stands on one sheet as long as it can.
LETTERS = (
    ("vast", 17, 11, 0.9),
    ("giant", 22, 15, 0.9),
    ("airy", 29, 20, 0.9),
    ("huge", 29, 20, 0.3),
    ("large", 18, 44, 0.3),
    ("middle", 22, 55, 0.3),
    ("small", 27, 66, 0.3),
)
SMALLEST = "smallest"
# What the heading of a chapter takes, in lines.
HEADING = 2.0


@require_safe
def poster(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """An edition as a poster in PDF. Where this computer makes none, its page can be printed."""
    found = EDITIONS.open(request, pk)
    if size not in SIZES:
        raise Http404(size)
    if not printing.can_print():
        messages.info(request, _("This portal makes no PDF files. Print this page instead."))
        return redirect(found.get_absolute_url())
    if not allow("poster", get_ip(request), POSTERS):
        return render(request, "429.html", status=429)
    html = render_to_string("conventions/poster.html", _sheet(found), request)
    drawn = printing.pdf(html, ("css/poster.css", f"css/poster-{size}.css"))
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="poster-{found.page_id}-{found.number}-{size}.pdf"'
    return response


def letters(edition: Edition) -> str:
    """How large the letters of a poster are, by how much it says."""
    fitting = (name for name, width, lines, gap in LETTERS if _lines(edition.chapters, width, gap) <= lines)
    return next(fitting, SMALLEST)


def _lines(text: Text, width: int, gap: float) -> float:
    """How many lines a text takes, each of so many characters, with so much above each article."""
    chapters = sum(bool(chapter["title"]) for chapter in text)
    rows = (f"{one['number']}　{one['title']}　{one['text']}".split("\n") for one in articles(text))
    return HEADING * chapters + sum(gap + sum(-(-len(line) // width) for line in lines) for lines in rows)


def _sheet(found: Edition) -> dict[str, Any]:
    fours = [found.sha256[start : start + 4] for start in range(0, 64, 4)]
    return {
        "edition": found,
        "area": found.page.area,
        "place": found.neighbourhood,
        "letters": letters(found),
        "fours": fours,
        "signed": signed_households(found),
        "ends": found.superseded_from,
    }
