"""A survey of 54,000 answers × 40 questions: counted beside one bare aggregate a question, published, shown; a page of
answers saved beside a bare INSERT; all answers as a file.
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
    beside = "beside one bare aggregate a question"
    report("surveys", f"{name}: 54,000 × 40 answers counted, {beside}", found["counted"], "ms",
           limit=found["bare"], goal="<= 2")  # fmt: skip
    report("surveys", f"{name}: counted by age and tenure, merged, published", found["published"], "ms")
    if "page.cold" in found:
        report("surveys", f"{name}: page of results, cold, {beside}", found["page.cold"], "ms",
               limit=found["bare"], goal="<= 2")  # fmt: skip
        report("surveys", f"{name}: page of results, warm", found["page.warm"], "ms", goal="<= 50")
