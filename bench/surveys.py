"""A survey of 54,000 answers × 40 questions: counted beside one bare aggregate a question, published, shown; a page of
answers saved beside a bare INSERT; all answers as a file.

The page of results reads what was written down when they were published and counts nothing: counting is measured by
itself, and so is publishing. On SQLite, and on PostgreSQL where PORTAL_DATABASE_URL names a server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench import _surveys_export, _surveys_saving
from bench.pages import on_each_database, surroundings
from bench.report import progress, report


def main() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-surveys-", told)
    on_each_database("bench-surveys-saving-", _surveys_saving.told)
    on_each_database("bench-surveys-export-", _surveys_export.told)


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"54,000 answers on {name}")
    ran = subprocess.run(
        [sys.executable, "-m", "bench._surveys_counting"],
        env=surroundings(place, database, 0),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("[")]
    found: dict[str, float] = {what: 1000 * seconds for what, seconds in lines}
    size, beside = "54,000 × 40 answers", "beside one bare aggregate a question"

    def figure(what: str, key: str, limit: str = "", goal: str = "") -> None:
        report("surveys", f"{name}: {what}", found[key], "ms", limit=found.get(limit), goal=goal)

    figure(f"{size} counted, {beside}", "counted", "bare", "<= 2")
    figure("the survey closes by its day, of which nothing is counted", "closed")
    figure("54,000 answers weighted to who lives here", "weighed")
    figure("published: counted by age and tenure, merged, written down, beside bare joins for both",
           "published", "bands")  # fmt: skip
    figure(f"page of published results, drawn anew, {beside}", "page.cold", "bare", "<= 2")
    figure("page of published results, as it is kept", "page.warm", "", "<= 50")
