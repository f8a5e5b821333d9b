"""What can happen in a hall, and which parts of the screens that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.meetings.models import Shown
from portal.meetings.states.live import Queue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The parts of the screens. Their numbers stand in the news; a part keeps its number for ever.
PARTS = {
    "now": 1,
    "queue": 2,
    "meters": 3,
    "agenda": 4,
    "pulse": 5,
    "ask": 6,
    "text": 7,
    "questions": 8,
    "presence": 9,
}
QUEUE = ("now", "queue", "meters")


@dataclass(frozen=True)
class Happening:
    """One kind of thing that happens: its words in the log, with the facts of the event, and what it changes."""

    words: StrOrPromise
    parts: tuple[str, ...]


HAPPENINGS = {
    "session_began": Happening(_("Round %(round)s began."), tuple(PARTS)),
    "session_ended": Happening(_("The session ended."), tuple(PARTS)),
    "queue": Happening(_("The queue: %(state)s."), QUEUE),
    "asked": Happening(_("%(who)s asked for a turn."), QUEUE),
    "withdrew": Happening(_("%(who)s no longer wants to speak."), QUEUE),
    "struck": Happening(_("%(who)s was taken off the queue."), QUEUE),
    "went": Happening(_("%(who)s left and no longer waits to speak."), QUEUE),
    "called": Happening(_("%(who)s begins to speak."), QUEUE),
    "put_back": Happening(_("%(who)s was called by mistake and waits again."), QUEUE),
    "spoke": Happening(_("%(who)s spoke for %(seconds)s seconds."), QUEUE),
    "cut": Happening(_("%(who)s spoke for %(seconds)s seconds and was asked to end."), QUEUE),
    "agenda": Happening(_("The agenda was written."), ("agenda",)),
    "item_began": Happening(_("Point %(number)s begins: %(title)s."), ("agenda",)),
    "item_ended": Happening(_("Point %(number)s ends: %(title)s."), ("agenda",)),
    "came": Happening(_("%(who)s came."), ("presence",)),
    "left": Happening(_("%(who)s left."), ("presence",)),
    "pulse_opened": Happening(_("A quick question was asked: %(question)s"), ("pulse", "ask")),
    "pulse_closed": Happening(
        _("The quick question was closed: %(question)s (%(result)s)"), ("pulse", "ask")
    ),
    "question": Happening(_("%(who)s asked: %(text)s"), ("questions",)),
    "answered": Happening(_("Answer to “%(text)s”: %(answer)s"), ("questions",)),
    "text": Happening(_("On the screen: %(state)s."), ("text",)),
}
# What an event keeps as a value and people read as a word.
_WORDS = {"queue": Queue, "text": Shown}


def said(kind: str, data: Mapping[str, Any]) -> str:
    """What happened, in the reader's words."""
    states = _WORDS.get(kind)
    facts = {**data, "state": states(data["state"]).label} if states else data
    return str(HAPPENINGS[kind].words) % facts
