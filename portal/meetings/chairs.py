"""What a kind of meeting says of its chair, as data."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.meetings.events import CHAIR_LEFT, CHAIR_TAKEN

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Chairs:
    """Who chairs, where the table of the kind lets another chair be named (`name_chair`).

    `barred`: of one of its meetings the persons, by key, who cannot chair it although they hold a post for it; `why`:
    what whoever names one of them reads. `duty`: the kind of duty to name another chair. `taken`, `left`: what is
    recorded and told when somebody else chairs, and when a chair left whom nobody follows.
    """

    barred: Callable[[Any], Collection[int | None]] = lambda meeting: ()
    why: StrOrPromise = _("Whoever chairs holds a post here, and is not who is reviewed.")
    duty: str = "meeting.chair"
    taken: Event = CHAIR_TAKEN
    left: Event = CHAIR_LEFT
