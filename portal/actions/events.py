"""What happened, told once: an entry in the public record and the notices to those concerned, from one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from portal.actions import office
from portal.community.models import Area, User
from portal.community.selectors import signature
from portal.kit import clock
from portal.notifications.audiences import Audience
from portal.notifications.kinds import KINDS, Kind, Words
from portal.notifications.services import send
from portal.record import wording
from portal.record.models import Entry
from portal.record.services import key, write

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Who the public record names where nobody acted but time ran out or a count was reached.
SYSTEM = "系统"


class Subject(Protocol):
    """What events are about. A model may say besides what the public record knows of it:

    `record_subject` (the key of what the entry is filed under; default its own), `record_title` (default its
    title) and `record_data` (what every entry about it carries).
    """

    @property
    def neighbourhood(self) -> Area: ...
    @property
    def title(self) -> str: ...
    def get_absolute_url(self) -> str: ...


@dataclass(frozen=True)
class Event:
    """One kind of event: its name `group.what`, the words of the record, the title and body of the notice.

    `record` empty: it is not for the public record; `title` empty: nobody is told. Words take %(named)s parts:
    the record's from the entry's data, the notice's from its parameters (see notifications.kinds.Kind for
    `mail`, `words` and `urgent`).
    """

    name: str
    record: StrOrPromise = ""
    title: StrOrPromise = ""
    body: StrOrPromise = ""
    mail: bool = True
    words: Words | None = None
    urgent: bool = False

    def __post_init__(self) -> None:
        if self.record:
            wording.register({self.name: self.record})
        if self.title:
            Kind(self.name, self.title, self.body, self.mail, self.words, self.urgent)


def announce(
    event: Event,
    thing: Any,
    *,
    by: User | str = SYSTEM,
    to: Iterable[User] | Audience = (),
    data: dict[str, Any] | None = None,
    once_per: str = "",
    url: str = "",
    **params: Any,
) -> Entry | None:
    """Write an event to the record and tell the accounts `to`, in the caller's transaction. Returns the entry.

    Of many the transaction keeps only whom to tell, and the periodic work does it (portal.notifications.delivery).

    `thing`: a Subject. `by`: whose deed it was, signed by post or chosen name, or a name such as SYSTEM.
    `data`: public plain JSON for the record; `params`: plain JSON for the notice's words, with `title` given.
    `once_per`: what makes the notice one and the same if it is sent again; default this very entry.
    `url`: where the notice leads, default the thing's page.
    """
    signed = signature(by, thing.neighbourhood) if isinstance(by, User) and event.record else None
    entry = log(event, thing, by=signed.name if signed else by, data=data) if event.record else None
    once = once_per or _occasion(thing, entry)
    if event.title:
        notify(event, thing, to, once_per=once, url=url, **params)
    if entry and signed and signed.post:
        office.tell(signed.post, entry, thing, url=url, told=(event.name, once))
    return entry


def log(
    event: Event, thing: Any, *, by: User | str = SYSTEM, data: dict[str, Any] | None = None, title: str = ""
) -> Entry:
    """Only the entry in the record. `title`: what it is called there, where it is not the thing itself."""
    return log_in([thing.neighbourhood], event, thing, by=by, data=data, title=title)[0]


def log_in(
    places: Iterable[Area],
    event: Event,
    thing: Any,
    *,
    by: User | str = SYSTEM,
    data: dict[str, Any] | None = None,
    title: str = "",
) -> list[Entry]:
    """The same entry in the record of each of several neighbourhoods, in the order given: all take locks in one order.

    For what holds in more than one: a post of a wider area, a building that moves.
    """
    return [
        write(
            here.slug,
            event.name,
            actor=by if isinstance(by, str) else signature(by, here).name,
            subject=matter_of(thing),
            title=title or getattr(thing, "record_title", "") or thing.title,
            data={**getattr(thing, "record_data", {}), **(data or {})},
        )
        for here in places
    ]


def notify(
    event: Event,
    thing: Any,
    to: Iterable[User] | Audience,
    *,
    once_per: str,
    url: str = "",
    **params: Any,
) -> int:
    """Only the notices; returns how many accounts are told. `once_per` as in `announce`."""
    return send(
        KINDS[event.name],
        to,
        neighbourhood=thing.neighbourhood,
        occasion=once_per,
        url=url or thing.get_absolute_url(),
        params={"title": thing.title, **params},
        matter=matter_of(thing),
    )


def matter_of(thing: Any) -> str:
    """The key of what news of a thing is about: what its entries are filed under in the record."""
    return getattr(thing, "record_subject", "") or key(thing)


def each_time(thing: Any) -> str:
    """The occasion of a notice that is news each time it is sent: for what somebody does, never for periodic work."""
    return f"{key(thing)}:{clock.now().isoformat()}"


def _occasion(thing: Any, entry: Entry | None) -> str:
    return f"{key(thing)}:{entry.sequence}" if entry else each_time(thing)
