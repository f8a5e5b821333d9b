"""The micro-fund: allocations of real elections; the ballot page; the page of a fund with many lines."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

# Each part is a module of this package with a `told()`.
PARTS = ("_funds_allocation", "_funds_ballot", "_funds_books")


def main() -> None:
    """Measure every part that there is."""
    for part in PARTS:
        name = f"{__package__}.{part}"
        if find_spec(name) is not None:
            import_module(name).told()
