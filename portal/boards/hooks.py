"""Boards come, are called and go with their buildings; their books stand on the home and in the disclosure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.boards import home
from portal.boards.services import boards
from portal.community.models import Area, Kind
from portal.community.places import register_follower
from portal.pages.disclosure.feeds import register_feed
from portal.pages.home_blocks import LiveKind, register_block


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
register_block(LiveKind("books", _("Buildings and their open books"), "boards/_home.html", home.read))
register_feed("books", home.accounts)
