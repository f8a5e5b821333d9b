"""What the own page keeps of somebody, section by section, in the same number of statements however much there is.

The sections are named here, so that one word stands for each. An app says in its module `mine` what of its own belongs
into which (`register`): whose it is, by which moment it is listed, what is still going on, and how a line of it reads.
Only the account itself ever reads them. Nothing here says how somebody voted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# So many stand on the own page; a section's own page has all.
FEW = 5


@dataclass(frozen=True)
class Line:
    """One thing of somebody's own: what it is, where it is read, how it stands.

    `about`: a second, quieter line. `state` in a word or two, in the colour `tone` (as the tags have it). `number`: a
    receipt, checked at /v/. `choose`: where it is chosen whether it is followed, for what is followed.
    """

    title: StrOrPromise
    url: str
    about: StrOrPromise = ""
    state: StrOrPromise = ""
    tone: str = "grey"
    number: str = ""
    choose: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the own page.

    `none`: what is said on its page while there is nothing. `states`: what is called what still goes on, and the rest.
    `soonest`: what goes on is listed by what comes first, and before all that is over. `page`: the route of a page
    that shows all of it already, in the place of the common one. `links`: more of the kind, as (text, route).
    """

    title: StrOrPromise
    none: StrOrPromise
    states: tuple[StrOrPromise, StrOrPromise] = (_("Going on"), _("Over"))
    soonest: bool = False
    page: str = ""
    links: tuple[tuple[StrOrPromise, str], ...] = ()


@dataclass(frozen=True)
class Source:
    """What one app puts into a section.

    `found(user)`: the user's own, without doubles, with what `lines` needs. `at`: the moment it is listed by, a column
    or an expression that is never null. `going`: which of them still go on; None: all. `label`: what one is called
    where a section has several kinds. `private`: nobody else may read these rows, and no public list has them.
    """

    found: Callable[[User], QuerySet[Any]]
    at: str | Combinable
    lines: Callable[[User, list[Any]], Iterable[Line]]
    going: Callable[[], Q] | None = None
    label: StrOrPromise = ""
    private: bool = False


SECTIONS: dict[str, Section] = {
    "owed": Section(_("For me to do"), _("Nothing waits for you."), soonest=True),
    "topics": Section(_("My topics"), _("You have not raised or seconded a topic yet.")),
    "posts": Section(
        _("What I said"),
        _("You have not said anything in a discussion yet."),
        states=(_("Waits for an official answer"), _("Others")),
    ),
    "votes": Section(
        _("My votes and answers"),
        _("No vote has asked you yet, and no survey has your answers."),
        soonest=True,
    ),
    "activities": Section(
        _("My activities"),
        _("You are not signed up for anything."),
        soonest=True,
        page="volunteers:my_activities",
        links=((_("My hours"), "volunteers:my_hours"), (_("My certificates"), "volunteers:certificates")),
    ),
    "meetings": Section(
        _("Meetings I go to"),
        _("You have not registered for a meeting."),
        soonest=True,
        links=((_("My calendar"), "meetings:own_calendar"),),
    ),
    "bookings": Section(_("My times"), _("You have not booked a time."), soonest=True),
    "projects": Section(
        _("My projects"), _("You have not applied for money of the fund."), page="funds:mine"
    ),
    "following": Section(
        _("What I follow"), _("You have chosen nothing yet."), page="notifications:following"
    ),
    "drafts": Section(_("My drafts"), _("Nothing of yours waits to be finished.")),
}
SOURCES: dict[str, list[Source]] = {slug: [] for slug in SECTIONS}


@dataclass(frozen=True)
class Part:
    """A section as somebody reads it on the own page: its first few lines, and whether there are more."""

    slug: str
    section: Section
    lines: Sequence[Line]
    more: bool

    @property
    def url(self) -> str:
        """Where all of it stands."""
        return reverse(self.section.page) if self.section.page else reverse("register:own", args=[self.slug])


def register(section: str, source: Source) -> None:
    """Put what one app keeps of somebody into a section. Raises KeyError for a section that is not named here."""
    SOURCES[section].append(source)


def parts(user: User) -> list[Part]:
    """The sections of the own page that have something, each with its first few lines."""
    read = [(slug, _few(user, slug)) for slug in SECTIONS]
    return [
        Part(slug, SECTIONS[slug], _lines(user, slug, keys[:FEW]), len(keys) > FEW)
        for slug, keys in read
        if keys
    ]


def listed(user: User, slug: str, *, state: str = "", kind: str = "") -> Listed:
    """All lines of a section; `state`: "going" or "over", `kind`: the place of a source. All else filters nothing."""
    going = {"going": True, "over": False}.get(state)
    return Listed(user, slug, _keys(user, slug, going, int(kind) if kind.isdecimal() else None))


class Listed(Sequence[Line]):
    """The lines of a section for a pager: counted in one statement, read a page at a time."""

    def __init__(self, user: User, slug: str, keys: QuerySet[Any, Any]) -> None:
        self._user, self._slug, self._keys = user, slug, keys

    def __len__(self) -> int:
        return self._keys.count()

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...

    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        if isinstance(at, int):
            return self[at : at + 1][0]
        return _lines(self._user, self._slug, list(self._keys[at]))


def has_states(slug: str) -> bool:
    """Whether some things of a section end, so that there is something to filter by."""
    return any(source.going for source in SOURCES[slug])


def _few(user: User, slug: str) -> list[Any]:
    """The keys of the first few and one more: what comes first of what goes on, then the newest of the rest."""
    if not SECTIONS[slug].soonest:
        return list(_keys(user, slug, None)[: FEW + 1])
    going = list(_keys(user, slug, True)[: FEW + 1])
    if len(going) > FEW or not has_states(slug):
        return going
    return [*going, *_keys(user, slug, False)[: FEW + 1 - len(going)]]


def _keys(user: User, slug: str, going: bool | None, kind: int | None = None) -> QuerySet[Any, Any]:
    """Place of the source and key of each thing, in the section's order; one statement for all its sources."""
    chosen = [(at, one) for at, one in enumerate(SOURCES[slug]) if kind is None or kind == at]
    first, *rest = [_of(user, at, one, going) for at, one in chosen or enumerate(SOURCES[slug])]
    found = first.union(*rest, all=True) if rest else first
    back = "" if going and SECTIONS[slug].soonest else "-"
    return found.order_by(f"{back}own_at", f"{back}own_kind", f"{back}own_key")


def _of(user: User, place: int, source: Source, going: bool | None) -> QuerySet[Any, Any]:
    found = source.found(user)
    if going is not None:
        ahead = source.going() if source.going else Q()
        found = found.filter(ahead) if going else found.exclude(ahead) if source.going else found.none()
    at = F(source.at) if isinstance(source.at, str) else source.at
    keyed = found.order_by().annotate(own_kind=Value(place), own_key=Cast("pk", CharField()), own_at=at)
    return keyed.values_list("own_kind", "own_key", "own_at")


def _lines(user: User, slug: str, keys: Iterable[tuple[int, str, Any]]) -> list[Line]:
    """The lines of these things, read source by source, in the order of the keys."""
    wanted = [(place, str(key)) for place, key, _at in keys]
    read: dict[tuple[int, str], Line] = {}
    for place, source in enumerate(SOURCES[slug]):
        mine = [key for of, key in wanted if of == place]
        if mine:
            read |= _read(user, place, source, mine)
    return [read[one] for one in wanted if one in read]


def _read(user: User, place: int, source: Source, keys: list[str]) -> Mapping[tuple[int, str], Line]:
    found = source.found(user)
    pk = found.model._meta.pk.to_python
    rows = {row.pk: row for row in found.filter(pk__in=keys)}
    known = [(key, rows[pk(key)]) for key in keys if pk(key) in rows]
    lines = source.lines(user, [row for _key, row in known])
    return {(place, key): line for (key, _row), line in zip(known, lines, strict=True)}


def own(column: str, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """The rows whose column names the person of an account; none for an account of nobody."""
    return rows.filter(**{column: user.person_id}) if user.person_id else rows.none()


def each(line: Callable[[Any], Line]) -> Callable[[User, list[Any]], list[Line]]:
    """Lines that need nothing but their row."""
    return partial(_each, line)


def _each(line: Callable[[Any], Line], user: User, rows: list[Any]) -> list[Line]:
    return [line(row) for row in rows]
