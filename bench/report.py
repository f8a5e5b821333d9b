"""One figure as one JSON line on standard output; whatever else a benchmark says goes to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any


def report(
    bench: str, figure: str, value: float, unit: str, *, limit: float | None = None, goal: str = ""
) -> dict[str, Any]:
    """Print and return one figure.

    `value` in `unit`; `limit` is the bare counterpart measured in the same run, in the same unit, or None.
    `goal` is "<= 1.5" or ">= 100": what value ÷ limit must reach, or the value where there is no limit.
    An empty goal holds. Raises ValueError on a goal that is neither.
    """
    ratio = None if limit is None else (value / limit if limit else float("inf"))
    line = {
        "bench": bench,
        "figure": figure,
        "value": rounded(value),
        "unit": unit,
        "limit": None if limit is None else rounded(limit),
        "ratio": None if ratio is None else rounded(ratio),
        "goal": goal or None,
        "holds": holds(value if ratio is None else ratio, goal),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line


def holds(measured: float, goal: str) -> bool:
    """Whether a figure reaches its goal."""
    if not goal:
        return True
    sign, _, number = goal.partition(" ")
    if sign not in {"<=", ">="}:
        raise ValueError(f"a goal begins with <= or >=, not {goal!r}")
    return measured <= float(number) if sign == "<=" else measured >= float(number)


def progress(text: str) -> None:
    """Say on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)


def rounded(number: float) -> float | None:
    """Four significant figures; JSON knows no infinity."""
    return float(f"{number:.4g}") if number != float("inf") else None
