"""What is measured of drawing contact cards, in a process of its own (cards.MEASURE)."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

from portal.kit import printing
from portal.pages.cards import press
from portal.pages.cards.lines import Card, Line

BUILDINGS = 200
LABELS = (
    *("楼组长", "居委会", "党支部", "物业公司", "值班经理", "报修"),
    *("业委会", "社区民警", "网格员", "市民服务热线", "物业服务热线"),
)


def main() -> None:
    """Print seconds, and megabytes by which this process grew; nothing where no PDF is made."""
    if not printing.can_print():
        json.dump({}, sys.stdout)
        return
    cards, path = [_card(number) for number in range(BUILDINGS)], Path(sys.argv[1]) / "cards.pdf"
    press.apart(cards[:1], "a4", path)
    begun, before = time.perf_counter(), _megabytes()
    press.apart(cards, "a4", path)
    json.dump({"seconds": time.perf_counter() - begun, "grown": _megabytes() - before}, sys.stdout)


def _card(number: int) -> Card:
    lines = tuple(
        Line(label, "高老师", f"021-5550 {at:04}", "周一至周五 8:30–17:30") for at, label in enumerate(LABELS)
    )
    url = f"/n/tianxin/contacts/{number}/"
    return Card("连心卡", f"天馨花园 {number}号楼", lines, date(2026, 11, 1), url, url)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
