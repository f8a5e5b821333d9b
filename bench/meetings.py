"""Meetings: a panel drawn by lot from many volunteers; the opinion map of a large conversation."""

from __future__ import annotations

from bench import _meetings_lot, _meetings_opinions


def main() -> None:
    """Measure every part."""
    for part in (_meetings_lot, _meetings_opinions):
        part.told()
