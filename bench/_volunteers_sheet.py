"""What is measured of a certificate's PDF, in a process of its own (_volunteers_pdf.MEASURE)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.kit import printing
from portal.volunteers import certificates as paper

LINES, ROUNDS = 60, 7
DAY = date(2026, 1, 3)
PLACE = SimpleNamespace(name="天馨花园居民区")


def main() -> None:
    """Print the seconds of the first sheet, of later ones and of bare ones; nothing where there is no Pango."""
    context = _context()
    _html(context)  # a portal that prints has shown a page before: its addresses and templates are loaded
    words = '<html lang="zh-Hans">' + "".join(
        f"<p>{' '.join(map(str, line.values()))}</p>" for line in context["lines"]
    )
    first = _seconds(lambda: printing.can_print() and _sheet(context))
    if not printing.can_print():
        print("{}")
        return
    rounds = [
        (_seconds(lambda: _sheet(context)), _seconds(lambda: printing.pdf(words, ()))) for _ in range(ROUNDS)
    ]
    later, bare = (median(one) for one in zip(*rounds, strict=True))
    print(json.dumps({"first": first, "later": later, "bare": bare}))


def _sheet(context: dict[str, Any]) -> bytes:
    """As the page does it: the template, then the printer."""
    return printing.pdf(_html(context), ("css/certificate.css",))


def _html(context: dict[str, Any]) -> str:
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    return render_to_string("volunteers/certificate_pdf.html", context, request)


def _context() -> dict[str, Any]:
    lines = [
        paper.Line(DAY + timedelta(days=5 * number), f"花园除草第 {number} 次", "中心绿地", "绿化队", 120)
        for number in range(LINES)
    ]
    names = ("李秀英", "", DAY, DAY, DAY, "天馨花园居民委员会", "沈佳慧", "王建平", "021-5678 0000", "")
    said = paper.body(paper.Paper("7K3M-9QXP-2VHT", *names), lines)
    certificate = SimpleNamespace(voided_at=None, neighbourhood=PLACE)
    return {"certificate": certificate, "host": "localhost", **paper.sheet(said, paper.fingerprint(said))}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
