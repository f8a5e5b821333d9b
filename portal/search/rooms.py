"""The rooms of a neighbourhood that are named by what was typed: whoever types 居务公开 wants its page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.search.grams import runs
from portal.search.words import Words

ROOMS = (
    ("pages:contacts", _("Contact cards")),
    ("pages:disclosure", _("Open books of the committee")),
    ("pages:resources", _("Resource map")),
    ("conventions:conventions", _("Conventions")),
    ("boards:boards", _("Building boards")),
    ("deliberation:topics", _("Topics")),
    ("voting:votes", _("Votes")),
    ("meetings:meetings", _("Meetings")),
    ("volunteers:activities", _("All activities")),
    ("pages:notices", _("Notices")),
    ("record:record", _("Public record")),
)
LEAST = 2  # characters by which a room is named


def rooms(words: Words, here: Area) -> list[tuple[str, str]]:
    """The rooms whose name holds a word that was typed or one of the same meaning: label and address."""
    wanted = [word for word in words.all if len(word) >= LEAST]
    return [
        (str(label), reverse(route, args=[here.slug]))
        for route, label in ROOMS
        if any(word in run for word in wanted for run in runs(str(label)))
    ]
