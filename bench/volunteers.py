"""Volunteers: check-ins by one QR code, sums of a district's hours beside bare SQL, the PDF of a certificate.

Each part is a module of its own, `python -m bench._volunteers_NAME`, run in a process of its own.
"""

from __future__ import annotations

import importlib
import importlib.util

from bench.report import progress

PARTS = ("sums", "checkins", "pdf")


def main() -> None:
    """Measure every part there is."""
    for part in PARTS:
        name = f"bench._volunteers_{part}"
        if importlib.util.find_spec(name) is None:
            progress(f"{name} is not there; skipped")
            continue
        importlib.import_module(name).main()


if __name__ == "__main__":
    main()
