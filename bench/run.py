"""Run every benchmark, or one: `python -m bench.run [NAME]`.

A benchmark is a module of this package with a main(); each runs in a process of its own.
Exit 1 if a figure missed its goal, 2 if there is no such benchmark.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

from bench.report import progress

HARNESS = {"__init__", "report", "run"}


def names() -> list[str]:
    """The benchmarks there are: modules that are neither the harness nor private helpers."""
    modules = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(name for name in modules if name not in HARNESS and not name.startswith("_"))


def main(arguments: list[str]) -> int:
    """Run what was asked for; returns the exit code."""
    wanted = arguments or names()
    if unknown := sorted(set(wanted) - set(names())):
        progress(f"No benchmark {', '.join(unknown)}. There are: {', '.join(names()) or 'none'}.")
        return 2
    held = [run(name) for name in wanted]
    return 0 if all(held) else 1


def run(name: str) -> bool:
    """Run one benchmark and pass its lines on; whether it ended well and all its figures hold."""
    progress(f"-- {name}")
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.run", "--only", name], stdout=subprocess.PIPE, text=True
    )
    well = True
    for line in process.stdout or ():
        print(line, end="", flush=True)
        well = well and bool(json.loads(line)["holds"])
    return process.wait() == 0 and well


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        importlib.import_module(f"bench.{sys.argv[2]}").main()
    else:
        sys.exit(main(sys.argv[1:]))
