"""The ballot page with 4 and with 150 projects, beside an ordinary secret ballot: queries, and how long it takes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.pages import on_each_database, surroundings
from bench.report import progress, report

FEW, MANY, ROUNDS = 4, 150, 20


def told() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-funds-ballot-", measured)


def measured(name: str, place: Path, database: str) -> None:
    """All figures of one database, in a process of its own."""
    progress(f"the ballot page on {name}")
    command = [sys.executable, "-m", "bench._funds_ballot", name]
    subprocess.run(command, env=surroundings(place, database, 0), check=True)


# --- in a process of its own ---


def main(name: str) -> None:
    """Two rounds whose votes are open, and the page of each as one of its voters gets it."""
    import django  # noqa: PLC0415 - only here

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    from tests.funds.factories_ballot import make_vote  # noqa: PLC0415

    many, few = make_vote(1, asked=(100,) * MANY), make_vote(1, asked=(100,) * FEW)
    (queries, seconds), (_less, shorter) = _page(many), _page(few)
    report("funds", f"{name}: ballot with {MANY} projects, queries", queries, "queries", goal="<= 15")
    figure = f"{name}: ballot with {MANY} projects, beside one with {FEW}"
    report("funds", figure, 1000 * seconds, "ms", limit=1000 * shorter)


def _page(made: Any) -> tuple[int, float]:
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from portal.kit import clock  # noqa: PLC0415
    from tests.funds.factories_ballot import DURING  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    client, path, took = Client(), made.vote.get_absolute_url(), list[float]()
    client.force_login(made.people[0])
    with clock.at(DURING):
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            answer = client.get(path)
            took.append(time.perf_counter() - begun)
            assert answer.status_code == 200
        with CaptureQueriesContext(connection) as caught:
            client.get(path)
    return len(caught), median(took)


if __name__ == "__main__":
    main(sys.argv[1])
