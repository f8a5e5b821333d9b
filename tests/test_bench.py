from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings

from bench.report import holds, report

FIELDS = ["bench", "figure", "value", "unit", "limit", "ratio", "goal", "holds"]


def test_a_figure_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    report("tally", "180,000 ballots", 51.23456, "ms", limit=40, goal="<= 1.5")

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {
        "bench": "tally",
        "figure": "180,000 ballots",
        "value": 51.23,
        "unit": "ms",
        "limit": 40.0,
        "ratio": 1.281,
        "goal": "<= 1.5",
        "holds": True,
    }
    assert list(json.loads(out)) == FIELDS


@pytest.mark.parametrize(
    ("measured", "goal", "expected"),
    [
        (1.5, "<= 1.5", True),
        (1.51, "<= 1.5", False),
        (100, ">= 100", True),
        (99, ">= 100", False),
        (9, "", True),
    ],
)
def test_goals(measured: float, goal: str, expected: bool) -> None:
    assert holds(measured, goal) is expected


def test_a_goal_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with <= or >="):
        holds(1, "about 3")


def test_an_unknown_benchmark_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", "nothing-of-the-kind"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("No benchmark nothing-of-the-kind.")
