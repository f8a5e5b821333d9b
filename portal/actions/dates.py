"""What has a date, whatever app it belongs to: the lines of a neighbourhood's calendar, and of a person's own.

An app says in its module `dates` which of its things have a date: `register_dates(DateKind("vote", _("Votes"), "vote",
20, read))`. A kind reads with one query however much there is, and only what the visitor may open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from portal.community.models import Area, User, Visitor
from portal.kit import clock
from portal.kit.calendar_file import Event, written
from portal.kit.wording import WEEKDAYS, deadline, hour
from portal.record.models import Entry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# A month of a neighbourhood has fewer of one kind; a page that long could not be read.
MOST = 400
MOMENT = timedelta(microseconds=1)
# Where the names of entries end: never the host a request came by, for a portal may move to another one.
NAMES = "gongzhi"


@dataclass(frozen=True)
class Dated:
    """One line of a calendar: what, when, where.

    `subject` is the key of the thing (`vote:5`), `mark` which of its dates this is where it has several; both together
    name the entry for ever, with `chain`, the slug of its neighbourhood. `starts_at`, `ends_at` are aware; a `deadline`
    is a moment by which something ends, and stands on the day that ends then. `word` says what happens (voting ends),
    `off` why it does not (cancelled, put off): it keeps its date then. `url` is a path, `text` what else is worth
    knowing. `told_of`: the keys under which the record files what becomes of it, default the subject itself; `more`:
    changes that stand in no record.
    """

    kind: str
    chain: str
    subject: str
    title: str
    starts_at: datetime
    url: str
    word: StrOrPromise = ""
    mark: str = ""
    ends_at: datetime | None = None
    place: str = ""
    text: str = ""
    off: StrOrPromise = ""
    deadline: bool = False
    told_of: tuple[str, ...] = ()
    more: int = 0

    @property
    def day(self) -> date:
        """The day in Shanghai under which it stands: 24:00 belongs to the day that ends."""
        return clock.last_day(self.starts_at) if self.deadline else clock.day_of(self.starts_at)

    @property
    def weekday(self) -> StrOrPromise:
        """Mon …, as every date of the portal says it."""
        return WEEKDAYS[self.day.isoweekday() % 7]

    @property
    def hours(self) -> str:
        """When on that day: 14:00–16:00, 14:00, or by when: 24:00."""
        if self.deadline:
            return "24:00" if self.day < clock.day_of(self.starts_at) else hour(self.starts_at)
        same = self.ends_at is not None and clock.day_of(self.ends_at) == self.day
        return (
            f"{hour(self.starts_at)}–{hour(self.ends_at)}" if self.ends_at and same else hour(self.starts_at)
        )

    @property
    def kind_label(self) -> StrOrPromise:
        """How its kind is called."""
        return _KINDS[self.kind].label

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return _KINDS[self.kind].icon

    @property
    def uid(self) -> str:
        """The name of its entry in calendars: the same as long as the thing is there, wherever the portal runs."""
        name = "-".join(filter(None, [self.subject.replace(":", "-"), self.mark]))
        return f"{name}@{self.chain}.{NAMES}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """The keys under which the record tells what becomes of it."""
        return self.told_of or (self.subject,)

    @property
    def full_title(self) -> str:
        """What a calendar without our words around it shows: what happens, to what, and whether it does."""
        named = f"{self.word}：{self.title}" if self.word else self.title
        return f"【{self.off}】{named}" if self.off else named


Read = Callable[[Visitor, Area, datetime, datetime], Iterable[Dated]]
Own = Callable[[User, datetime, datetime], Iterable[Dated]]
Whole = Callable[[str], str]


def _nothing(user: User, start: datetime, end: datetime) -> Iterable[Dated]:
    return ()


@dataclass(frozen=True)
class DateKind:
    """A kind of dated things: how its filter is called, its icon, its rank in lists of kinds.

    `read`: what a visitor may open of a neighbourhood from a moment until before another; `own`: what somebody takes
    part in, anywhere. One query each, at most MOST lines of a date.
    """

    name: str
    label: StrOrPromise
    icon: str
    rank: int
    read: Read
    own: Own = _nothing


_KINDS: dict[str, DateKind] = {}


def register_dates(kind: DateKind) -> None:
    """Let calendars show a kind of things; once under each name."""
    _KINDS[kind.name] = kind


def date_kinds() -> list[DateKind]:
    """All kinds in the order in which pages name them."""
    return sorted(_KINDS.values(), key=lambda kind: kind.rank)


def dated(
    user: Visitor, here: Area, start: datetime, end: datetime, names: Collection[str] = ()
) -> list[Dated]:
    """What a visitor may open of a neighbourhood from a moment until before another, of all kinds or some, by time."""
    chosen = [kind for kind in date_kinds() if not names or kind.name in names]
    return in_order(line for kind in chosen for line in kind.read(user, here, start, end))


def own_dates(user: User, start: datetime, end: datetime) -> list[Dated]:
    """What somebody takes part in, in whatever neighbourhood."""
    return in_order(line for kind in date_kinds() for line in kind.own(user, start, end))


def in_order(lines: Iterable[Dated]) -> list[Dated]:
    """By day and time; at the same time what begins before what ends."""
    return sorted(lines, key=lambda line: (line.day, line.starts_at, line.deadline, line.uid))


def entries(whole: Whole, lines: Iterable[Dated], **said: Any) -> bytes:
    """The lines as a calendar file; one query. `whole` makes the whole address of a path, such as that of a request.

    `said`: what else the file says (kit.calendar_file.written).
    """
    found = list(lines)
    told = _told({key for line in found for key in line.subjects})
    return written((_entry(whole, line, told) for line in found), **said)


def _entry(whole: Whole, line: Dated, told: Counter[str]) -> Event:
    until = deadline(line.starts_at) if line.deadline else ""
    return Event(
        uid=line.uid,
        starts_at=line.starts_at - MOMENT if line.deadline else line.starts_at,
        title=line.full_title,
        place=line.place,
        text="\n".join(filter(None, [until, line.text])),
        page=whole(line.url),
        ends_at=line.ends_at,
        cancelled=bool(line.off),
        sequence=sum(told[key] for key in line.subjects) + line.more,
        whole_day=line.deadline,
    )


def _told(subjects: Collection[str]) -> Counter[str]:
    """How many entries the record has about each subject.

    That is the SEQUENCE of its calendar entries: each change of a date, a place or a state is an entry of the record,
    written in the same transaction and never taken away, so it only grows, and no column could be forgotten.
    """
    about = Entry.objects.filter(subject__in=subjects).order_by().values("subject")
    return Counter(dict(about.annotate(n=Count("pk")).values_list("subject", "n")))
