"""The page of a board and of a convention under comment: queries at two sizes, rate beside a bare Django view."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench._http import Target, rate
from bench.pages import CONNECTIONS, SERVERS, bare, file_of, portal, surroundings, told_rate
from bench.report import progress, report

MAKE = "import django; django.setup(); from bench import _content_pages_data; _content_pages_data.main()"
MOST_QUERIES, LEAST_RATE = "<= 25", ">= 0.35"


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"board and convention on {name}")
    environment = surroundings(place, database, 0) | {"PORTAL_DATABASE_POOL": "0"}
    made = subprocess.run(
        [sys.executable, "-c", MAKE], env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    said: dict[str, Any] = json.loads(made.stdout)
    told_queries(name, said["queries"])
    for server in SERVERS:
        with portal(place, database, server) as port:
            told_rates(f"{name}, {server}", said, port, place / f"templates-{server}", server)


def told_queries(name: str, counted: list[tuple[str, str, int, int]]) -> None:
    """Queries of each page, and that they are the same with more of everything."""
    least, much = (
        min(size for _what, _who, size, _n in counted),
        max(size for _what, _who, size, _n in counted),
    )
    asked = {(what, who, size): queries for what, who, size, queries in counted}
    for what, who in dict.fromkeys((what, who) for what, who, _size, _n in counted):
        few, many = asked[what, who, least], asked[what, who, much]
        figure = f"queries on {name}: {what}, {who}"
        report("content", figure, few, "queries", goal=MOST_QUERIES)
        report("content", f"{figure}, {much} times the rows", many, "queries", limit=few, goal="<= 1")


def told_rates(name: str, said: dict[str, Any], port: int, templates: Path, server: str) -> None:
    """Pages a second for residents who take turns, beside a bare view of the same bytes."""
    pages = {what: Target(port, path, tuple(said["cookies"])) for what, path in said["pages"].items()}
    with bare(templates, pages, server) as counterpart:
        for what, ours in pages.items():
            theirs = Target(counterpart, f"/{file_of(what)}")
            for target in (ours, theirs):
                rate(target, CONNECTIONS, 0.5)
            told_rate(f"rate on {name}: {what}, resident", ours, theirs, LEAST_RATE, bench="content")
