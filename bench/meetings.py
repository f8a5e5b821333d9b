"""Meetings: a panel drawn by lot; the opinion map of a large conversation; a hall of 300 phones."""

from __future__ import annotations

from bench import _meetings_live, _meetings_lot, _meetings_opinions
from bench.pages import on_each_database


def main() -> None:
    """Measure every part."""
    for part in (_meetings_lot, _meetings_opinions):
        part.told()
    on_each_database("bench-meetings-live-", _meetings_live.told)
