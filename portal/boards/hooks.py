"""Boards come, are called and go together with their buildings."""

from __future__ import annotations

from portal.boards.services import boards
from portal.community.models import Area, Kind
from portal.community.places import register_follower


def planted(area: Area) -> None:
    """A new building gets its board."""
    if area.kind == Kind.BUILDING:
        boards.found_board(area)


def renamed(area: Area) -> None:
    """Its boards are called as it is."""
    if area.kind == Kind.BUILDING:
        boards.rename(area)


def going(area: Area) -> None:
    """A building that an import made and nothing rests on goes with its empty board."""
    if area.kind == Kind.BUILDING:
        boards.let_go(area)


register_follower(planted, renamed, going)
