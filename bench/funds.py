"""The micro-fund: allocations of real elections; the ballot page; the page of a fund with many lines."""

from __future__ import annotations

from bench import _funds_allocation, _funds_ballot, _funds_books


def main() -> None:
    """Measure every part."""
    for part in (_funds_allocation, _funds_ballot, _funds_books):
        part.told()
