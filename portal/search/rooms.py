"""The rooms of a neighbourhood that are named by what was typed: whoever types 居务公开 wants its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.search.grams import runs
from portal.search.words import Words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEAST = 2  # characters by which a room is named
_ROOMS: dict[str, StrOrPromise] = {}


def register_room(route: str, label: StrOrPromise) -> None:
    """Let a list be reached by its name; `route` takes the slug of its neighbourhood. Once for each route."""
    _ROOMS[route] = label


def rooms(words: Words, here: Area) -> list[tuple[str, str]]:
    """The rooms whose name holds a word that was typed or one of the same meaning: label and address."""
    wanted = [word for word in words.all if len(word) >= LEAST]
    return [
        (str(label), reverse(route, args=[here.slug]))
        for route, label in sorted(_ROOMS.items())
        if any(word in run for word in wanted for run in runs(str(label)))
    ]


register_room("record:record", _("Public record"))
