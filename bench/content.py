"""The pages of a board and of a convention; the search over 100,000 and 300,000 posts, and what a post costs with
its pieces.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench import _content_pages
from bench.pages import on_each_database, surroundings
from bench.report import progress, report

# Milliseconds that the page of a search may take at the 95th percentile, over 100,000 posts.
GOALS = {"PostgreSQL": "<= 150", "SQLite": "<= 300"}
FEW, MANY = 100_000, 300_000


def main() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-content-pages-", _content_pages.told)
    on_each_database("bench-content-", told)


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"search over posts on {name}")
    ran = subprocess.run(
        [sys.executable, "-m", "bench._content_search"],
        env=surroundings(place, database, 0),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = dict(
        json.loads(line) for line in ran.stdout.splitlines() if line.startswith("[")
    )
    report("content", f"{name}: {FEW:,} posts made and indexed", found[f"index.{FEW}"], "s")
    report("content", f"{name}: search over {FEW:,} posts, median", found[f"median.{FEW}"], "ms")
    figure = f"{name}: search over {FEW:,} posts, p95"
    report("content", figure, found[f"p95.{FEW}"], "ms", goal=GOALS[name])
    figure = f"{name}: search over {MANY:,} posts, p95, beside that over {FEW:,}"
    report("content", figure, found[f"p95.{MANY}"], "ms", limit=found[f"p95.{FEW}"], goal="<= 1.5")
    figure = f"{name}: a post with its pieces, beside without"
    report("content", figure, found["post.with"], "ms", limit=found["post.without"], goal="<= 1.3")
