"""The contact cards of 200 buildings as one PDF, drawn in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.pages import free_port, surroundings
from bench.report import progress, report

MEASURE = "import django; django.setup(); from bench._cards_measured import main; main()"


def main() -> None:
    """Measure in a process that has printed nothing before."""
    with tempfile.TemporaryDirectory(prefix="bench-cards-") as place:
        env = surroundings(Path(place), f"sqlite:///{place}/portal.sqlite3", free_port())
        command = [sys.executable, "-c", MEASURE, place]
        said = json.loads(subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE).stdout)
    if not said:
        progress("PDF: skipped. Pango is not installed.")
        return
    report("cards", "contact cards of 200 buildings in one PDF", said["seconds"], "s", goal="<= 60")
    report("cards", "memory of the process that asked, grown by", said["grown"], "MB", goal="<= 20")


if __name__ == "__main__":
    main()
