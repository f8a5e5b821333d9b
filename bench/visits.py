"""1,054,000 notes of visits in one district: their list and their search as pages, filtered, searched, deep down.

Half of the notes are those of one neighbourhood, which is the one measured: harder than any committee has it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.pages import on_each_database, surroundings
from bench.report import progress


def main() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-visits-", told)


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database, in a process of its own."""
    progress(f"writing 1,054,000 notes on {name}")
    made = [sys.executable, "-m", "bench._visits_data", name]
    subprocess.run(made, env=surroundings(place, database, 0), check=True)
