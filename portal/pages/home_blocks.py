"""Of what a neighbourhood's home is composed: a registry of live blocks, and the sections its editor puts in order.

An app above pages adds its kind in its module `hooks`: `register_block(LiveKind("books", _("The open books"),
"boards/_home_books.html", read))`. A kind is one small template and one function that reads what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from portal.community.models import Area, Visitor
from portal.kit.fields import CharField
from portal.pages.blocks import KINDS, PictureForm, picture_block, stream_blocks
from portal.pages.seen import LineBlock
from portal.pages.streams import BlockKind, Keep, SectionForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.pages.models import NeighbourhoodPage

MOST = 12
WIDE, LARGE, HALF = "wide", "large", "half"
# What an editor writes on a home besides the live blocks: sections as of any page.
WRITTEN = frozenset({"text", "heading", "picture", "gallery", "callout"})


@dataclass(frozen=True)
class Visit:
    """Who reads which home: `member` where somebody belongs there; `page` is None where none was made yet."""

    user: Visitor
    here: Area
    page: NeighbourhoodPage | None
    member: bool


@dataclass(frozen=True)
class Setting:
    """What an editor said of a block; `most` 0: as many as the kind shows by itself."""

    heading: str = ""
    most: int = 0


Read = Callable[[Visit, Setting], Mapping[str, Any] | None]


@dataclass(frozen=True)
class LiveKind:
    """A kind of live block: its template gets what `read` returns as `block.data`; None: nothing to show now.

    `width`: WIDE stands alone; LARGE or HALF shares a row with the next one that is HALF.
    """

    name: str
    label: StrOrPromise
    template: str
    read: Read
    width: str = HALF


_LIVE: dict[str, LiveKind] = {}


def register_block(kind: LiveKind) -> None:
    """Let homes show a kind of block; once under each name."""
    _LIVE[kind.name] = kind


def live_kind(name: str) -> LiveKind | None:
    """A kind by its name; None where its app is away."""
    return _LIVE.get(name)


def choices() -> list[tuple[str, str | Promise]]:
    """The kinds as an editor chooses among them."""
    return [(kind.name, kind.label) for kind in _LIVE.values()]


class LiveForm(SectionForm):
    """Which live block stands here, and how."""

    kind = forms.ChoiceField(label=pgettext_lazy("a part of the home", "What it shows"), choices=choices)
    heading = CharField(label=_("Heading, if not the usual one"), max_length=30, required=False)
    most = forms.IntegerField(
        label=_("How many at most, if not as usual"), min_value=1, max_value=MOST, required=False
    )

    @classmethod
    def empty(cls) -> dict[str, Any]:
        """The first kind, as usual."""
        return {"kind": choices()[0][0], "heading": "", "most": ""}

    def value(self, keep: Keep) -> dict[str, Any]:
        """The kind and its settings."""
        data = self.cleaned_data
        return {"kind": data["kind"], "heading": data["heading"], "most": data["most"] or ""}


def home_blocks() -> list[tuple[str, blocks.Block]]:
    """How the StreamField keeps a home."""
    live = blocks.StructBlock(
        [
            ("kind", LineBlock(label=pgettext_lazy("a part of the home", "What it shows"))),
            ("heading", LineBlock(label=_("Heading, if not the usual one"), required=False)),
            ("most", LineBlock(label=_("How many at most, if not as usual"), required=False)),
        ],
        label=_("What goes on here"),
    )
    written = [(name, block) for name, block in stream_blocks() if name in WRITTEN]
    return [("cover", picture_block()), ("live", live), *written]


HOME_KINDS = (
    BlockKind("live", _("What goes on here"), LiveForm),
    BlockKind("cover", _("Cover picture"), PictureForm),
    *(kind for kind in KINDS if kind.name in WRITTEN),
)
