"""Of what a neighbourhood's home is composed: a registry of live blocks, and the StreamField that orders them.

An app above pages adds its kind in its module `hooks`: `register_block(BlockKind("books", _("The open books"),
"boards/_home_books.html", read))`. A kind is one small template and one function that reads what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.community.models import Area, Visitor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.pages.models import NeighbourhoodPage

MOST = 12
WIDE, LARGE, HALF = "wide", "large", "half"


@dataclass(frozen=True)
class Visit:
    """Who reads which home: `member` where somebody belongs there; `page` is None where none was made yet."""

    user: Visitor
    here: Area
    page: NeighbourhoodPage | None
    member: bool
    elder: bool = False


@dataclass(frozen=True)
class Setting:
    """What an editor said of a block; `most` 0: as many as the kind shows by itself."""

    heading: str = ""
    most: int = 0


Read = Callable[[Visit, Setting], Mapping[str, Any] | None]


@dataclass(frozen=True)
class BlockKind:
    """A kind of live block: its template gets what `read` returns as `block.data`; None: nothing to show now.

    `width`: WIDE stands alone; LARGE or HALF shares a row with the next one that is not wide.
    """

    name: str
    label: StrOrPromise
    template: str
    read: Read
    width: str = HALF


_KINDS: dict[str, BlockKind] = {}


def register_block(kind: BlockKind) -> None:
    """Let homes show a kind of block; once under each name."""
    _KINDS[kind.name] = kind


def kind_of(name: str) -> BlockKind | None:
    """A kind by its name; None where its app is away."""
    return _KINDS.get(name)


def kinds() -> list[tuple[str, str | Promise]]:
    """The choices of an editor."""
    return [(kind.name, kind.label) for kind in _KINDS.values()]


class LiveBlock(blocks.StructBlock):
    """What goes on, read when the page is."""

    kind = blocks.ChoiceBlock(choices=kinds, label=_("What it shows"))
    heading = blocks.CharBlock(required=False, max_length=30, label=_("Heading, if not the usual one"))
    most = blocks.IntegerBlock(
        required=False, min_value=1, max_value=MOST, label=_("How many at most, if not as usual")
    )

    class Meta:
        label = _("What goes on here")


class ProseBlock(blocks.StructBlock):
    """A text of the editor's own."""

    heading = blocks.CharBlock(required=False, max_length=60, label=_("Heading"))
    text = blocks.TextBlock(max_length=4000, label=_("Text"))

    class Meta:
        label = _("A text of our own")


class HomeBlocks(blocks.StreamBlock):
    """A home in its order; an empty one is drawn in the usual order (portal.pages.home)."""

    live = LiveBlock()
    prose = ProseBlock()

    class Meta:
        max_num = 20
        required = False
