"""A certificate of 60 lines as PDF: the first in a process, later ones, and beside a bare call with the same words."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.pages import free_port, surroundings
from bench.report import progress, report

MEASURE = "import django; django.setup(); from bench._volunteers_sheet import main; main()"


def main() -> None:
    """Measure in a process of its own, which has printed nothing before."""
    with tempfile.TemporaryDirectory(prefix="bench-pdf-") as place:
        env = surroundings(Path(place), f"sqlite:///{place}/portal.sqlite3", free_port())
        command = [sys.executable, "-c", MEASURE]
        said = json.loads(subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE).stdout)
    if not said:
        progress("PDF: skipped. Pango is not installed.")
        return
    what = "certificate of 60 lines as PDF"
    report("volunteers", f"{what}: first in a process", said["first"], "s", goal="<= 2")
    report("volunteers", f"{what}: later ones", said["later"], "s", goal="<= 2")
    report("volunteers", f"{what}, beside the bare printer", said["later"], "s", limit=said["bare"])


if __name__ == "__main__":
    main()
