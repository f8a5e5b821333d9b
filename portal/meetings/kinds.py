"""The kinds of meetings there are, each with its door. A room says in its `hooks` what its kind is.

Lists, calendar and topics ask here, so that a new kind is in all of them by one row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import Http404

from portal.actions.doors import Door
from portal.community.models import Visitor
from portal.meetings.chairs import Chairs
from portal.meetings.hallvote.halls import Hall, of_seats
from portal.meetings.minutes.events import MinuteEvents
from portal.meetings.models import Meeting
from portal.meetings.states.course import Course

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Kind:
    """One kind of meeting.

    `door`: the only way to one of them; `route`: the address of its actions. `visible`: which of them a visitor may
    know of; without it the kind is public from the day one is planned. `plan`: the address where staff begin one in a
    neighbourhood (its slug), empty where it begins elsewhere, such as on a topic. `what`: in one line, what it is for.
    `minuted`: what is recorded and told about its minutes. `silence`: whether its minutes can be closed without those
    who did not answer in time. `closed`: its record is for those who take part alone. `hall`: who votes in
    its hall and by which rule, where its table has votes in the hall. `chairs`: who can chair it.
    """

    model: type[Meeting]
    label: StrOrPromise
    plural: StrOrPromise
    icon: str
    door: Door[Any]
    route: str
    what: StrOrPromise
    minuted: MinuteEvents
    silence: bool = True
    closed: bool = False
    plan: str = ""
    visible: Callable[[Visitor], QuerySet[Any]] | None = None
    hall: Callable[[Any], Hall] = of_seats
    chairs: Chairs = Chairs()

    @property
    def name(self) -> str:
        """As in the key of one of them, such as "hearing"."""
        return str(self.model._meta.model_name)

    @property
    def course(self) -> Course:
        """Its table of states and what is owed on the way."""
        return self.model.course

    def among(self, states: frozenset[Any] | None = None) -> Q:
        """Of all meetings those of this kind, in these states."""
        own = Q(polymorphic_ctype=ContentType.objects.get_for_model(self.model))
        return own if states is None else own & Q(state__in=states)


_KINDS: dict[type[Meeting], Kind] = {}


def register(kind: Kind) -> None:
    """Let a kind of meeting be listed, found on its topic, and dated; once a kind."""
    _KINDS[kind.model] = kind


def kinds() -> list[Kind]:
    """All of them, in the order of their rooms."""
    return list(_KINDS.values())


def kind_of(meeting: Meeting) -> Kind:
    """The kind of a meeting."""
    return _KINDS[type(meeting)]


def called(meeting: Any) -> StrOrPromise:
    """What people call a meeting: by its form where its kind has several, else by its kind."""
    return meeting.get_form_display() if hasattr(meeting, "form") else kind_of(meeting).label


def take(user: Visitor, pk: int, action: str) -> Meeting:
    """A meeting of whatever kind to change, through the door of its kind. Raises what that door raises."""
    return _of(pk).door.take(user, pk, action)


def get(user: Visitor, pk: int, action: str | None = None) -> Meeting:
    """A meeting of whatever kind to read, through the door of its kind. Raises what that door raises."""
    return _of(pk).door.get(user, pk, action)


def visible_to(user: Visitor) -> QuerySet[Meeting]:
    """The meetings a visitor may know of."""
    return Meeting.objects.filter(reduce(or_, [_visible(kind, user) for kind in kinds()]))


def seen(user: Visitor, pk: Any) -> Meeting | None:
    """One meeting a visitor may know of, of its own class with its neighbourhood; None: there is none to know of.

    Asks its own kind alone: a hall asks this for each phone.
    """
    kind = _at(pk)
    if kind is None:
        return None
    own: Any = kind.model.objects.non_polymorphic().select_related("neighbourhood").filter(pk=pk)
    found: Meeting | None = (
        own if kind.visible is None else own.filter(pk__in=kind.visible(user).values("pk"))
    ).first()
    return found


def public() -> QuerySet[Meeting]:
    """The meetings everybody may know of, whoever asks."""
    return Meeting.objects.filter(reduce(or_, [kind.among() for kind in kinds() if kind.visible is None]))


def over() -> Q:
    """Of meetings of all kinds those of which nothing more is to come."""
    return reduce(or_, [kind.among(kind.course.over) for kind in kinds()])


def ahead() -> Q:
    """Of meetings of all kinds those that lie ahead."""
    return reduce(or_, [kind.among(kind.course.ahead) for kind in kinds()])


def _of(pk: int) -> Kind:
    kind = _at(pk)
    if kind is None:
        raise Http404(f"meeting {pk}")
    return kind


def _at(pk: Any) -> Kind | None:
    """The kind of the meeting with this key; None: there is no such meeting."""
    held = set(Meeting.objects.non_polymorphic().filter(pk=pk).values_list("polymorphic_ctype", flat=True))
    return next((one for one in kinds() if ContentType.objects.get_for_model(one.model).pk in held), None)


def _visible(kind: Kind, user: Visitor) -> Q:
    if kind.visible is None:
        return kind.among()
    return kind.among() & Q(pk__in=kind.visible(user).values("pk"))
