"""The report of a survey as PDF, drawn in a process of its own that ends with its memory."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from portal.kit import clock
from portal.kit.apart import manage
from portal.kit.private import whole
from portal.surveys.models import Snapshot
from portal.surveys.showing.shapes import Page

STYLES = ("css/report.css",)
# Forty questions take some seconds; what takes longer than this hangs.
LONGEST = 120.0
CHART = re.compile(r'<svg\s+class="(?:plot|sw)[^>]*>')
# The press draws a picture by what stands in it alone: it gets the colours of the style sheet and both patterns.
INSIDE = (
    "<style>.s1,.l1{fill:#0d6457}.s2{fill:#a8620a}.s3{fill:#2f6690}.rest{fill:#ece7db;stroke:#857e6e}"
    ".plate{fill:#fff}.o2,.l2{stroke:#a8620a}.o3,.l3{stroke:#2f6690}.need{fill:#b3311f}"
    ".was{fill:#fff;stroke:#1d2b2a;stroke-width:2}.grid-line{stroke:#ded8cb}.base{stroke:#857e6e}"
    ".span{stroke:#4d5f5c;stroke-width:4}.l1,.l2,.l3{stroke-width:2.5}.l1{stroke:#0d6457}"
    ".l2{stroke-dasharray:9 4}.l3{stroke-dasharray:2 4}text{font-size:11px;fill:#4d5f5c}"
    ".strong{fill:#1d2b2a;font-weight:700}.on{fill:#fff;font-weight:700}</style>"
    '<defs><pattern id="p2" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect fill="#f8e8cd" width="7" height="7"/><rect fill="#a8620a" width="2" height="7"/></pattern>'
    '<pattern id="p3" width="7" height="7" patternUnits="userSpaceOnUse"><rect fill="#dfeaf2" width="7" height="7"/>'
    '<circle fill="#2f6690" cx="3.5" cy="3.5" r="1.6"/></pattern></defs>'
)


def report(page: Page, url: str) -> str:
    """The report as one page of HTML. `url`: where the same is read, with what became of the demands since."""
    html = render_to_string("surveys/showing/report.html", {"page": page, "url": url, "today": clock.today()})
    return CHART.sub(_coloured, html)


def _coloured(found: re.Match[str]) -> str:
    return found.group() + INSIDE


def path_of(snapshot: Snapshot, html: str) -> Path:
    """Where the drawn report lies: it is drawn anew when it says something else."""
    said = hashlib.sha256(html.encode()).hexdigest()[:16]
    return Path(settings.DATA_DIR) / "survey-reports" / f"{snapshot.pk}-{said}.pdf"


def apart(html: str, path: Path) -> None:
    """Draw a report in a process that is given it as text and asks no database.

    What was drawn before of the same snapshot goes. Raises CalledProcessError, TimeoutExpired.
    """
    with whole(path) as made:
        manage("draw_report", made.name, given=html.encode(), longest=LONGEST)
        for older in path.parent.glob(f"{path.stem.split('-')[0]}-*.pdf"):
            older.unlink(missing_ok=True)
