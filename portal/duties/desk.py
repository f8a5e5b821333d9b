"""What the workbench lists: whose promises, found and sorted how, in which groups, with what each reader may do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, User
from portal.duties.models import Duty, DutyQuerySet, is_late
from portal.duties.permissions import WORKBENCH, seen_by
from portal.duties.services import owers_of
from portal.duties.services.promises import Ower, owed_q
from portal.duties.services.taking import team_of
from portal.duties.steps import label_of
from portal.kit import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WEEK = timedelta(days=7)
OVERDUE, TODAY, SOON, LATER = range(4)
WHEN = {"overdue": OVERDUE, "today": TODAY, "week": SOON, "later": LATER}
GROUPS: tuple[StrOrPromise, ...] = (_("Overdue"), _("Due today"), _("Within a week"), _("Later"))
SORTS = {"new": ("-opened_at", "-pk"), "what": ("kind", "due_at", "pk"), "about": ("title", "due_at", "pk")}
URGENT = ("rank", "due_at", "pk")


def rank() -> Case:
    """In which group an open duty stands today, as a column."""
    tonight = clock.end_of(clock.today())
    return Case(
        When(is_late(), then=Value(OVERDUE)),
        # Where the portal stood still, the time that is left says when it has to be done.
        When(_ends_by(tonight), then=Value(TODAY)),
        When(_ends_by(tonight + WEEK), then=Value(SOON)),
        default=Value(LATER),
        output_field=IntegerField(),
    )


def _ends_by(moment: datetime) -> Q:
    return Q(late_at=None, due_at__lte=moment) | Q(late_at__lte=moment)


@dataclass(frozen=True)
class Tab:
    """Whose promises somebody may look at, and how many these are."""

    name: str
    label: StrOrPromise
    count: int


@dataclass(frozen=True)
class Row:
    """A promise as a reader's workbench shows it. `turn`: the reader does it; `watched`: it is others' alone."""

    duty: Duty
    ower: Ower
    group: int
    turn: bool
    watched: bool
    mine: bool
    may_take: bool
    may_give_back: bool
    may_urge: bool

    @property
    def step(self) -> StrOrPromise:
        """What the button says that leads to the form."""
        return label_of(self.duty.kind)

    @property
    def url(self) -> str:
        """To the form where the reader can do it, else to what it is about."""
        return self.duty.url if self.watched else self.duty.step_url

    @property
    def days_late(self) -> int:
        """Whole days since it became overdue."""
        return max(0, (clock.now() - self.duty.late_from).days)


class Desk:
    """One reader's workbench in a neighbourhood."""

    def __init__(self, user: User, here: Area) -> None:
        self.user, self.here = user, here
        self.watching = WORKBENCH.may(user, "see_all", here)
        self.owed = owed_q(user)
        self.team = team_of(user, here)
        self.seen = seen_by(user, here, self.owed)

    def counted(self) -> tuple[list[Tab], dict[str, int]]:
        """The tabs, and how many promises here the reader cannot open. One query.

        Who watches over everybody's reads the same number on the tab as in the figures: of all that are open, also of
        those whose page only others read (`hidden`), which are not listed.
        """
        late = is_late()
        asked = {
            **{name: Count("pk", filter=part) for name, part in self._parts().items()},
            "whole": Count("pk"),
            "late": Count("pk", filter=late),
            "late_seen": Count("pk", filter=late & self._seen_q()),
        }
        found = Duty.objects.active().filter(neighbourhood=self.here).aggregate(**asked)
        hidden = found["whole"] - found["all"], found["late"] - found["late_seen"]
        shut = {"hidden": hidden[0], "hidden_late": hidden[1]} if self.watching else {}
        shown = {**found, "all": found["whole"]}
        return [Tab(name, label, shown[name]) for name, label in self._names()], shut

    def part(self, whose: str) -> DutyQuerySet:
        """The promises of a tab; of one the reader does not have, the reader's own."""
        known = dict(self._names())
        return self.seen.filter(self._parts()[whose if whose in known else "mine"])

    def elsewhere(self) -> int:
        """How many wait for the reader in other neighbourhoods, without what a colleague has there."""
        free = Q(taken_by=None) | Q(taken_by=self.user.person_id)
        return Duty.objects.active().filter(self.owed, free).exclude(neighbourhood=self.here).count()

    def rows(self, duties: Iterable[Duty]) -> list[Row]:
        """Promises with what the reader may do to each. Three queries, however many they are."""
        listed = list(duties)
        owers = owers_of(listed)
        owed = set(
            Duty.objects.filter(self.owed, pk__in=[one.pk for one in listed]).values_list("pk", flat=True)
        )
        return [self._row(duty, owers[duty.pk], duty.pk in owed) for duty in listed]

    def _row(self, duty: Duty, ower: Ower, owed: bool) -> Row:
        me = self.user.person_id
        taken = duty.taken_by_id is not None and duty.taken_by_id == me
        mine = taken or ower.person == me
        reminded = duty.urged_at is not None and clock.day_of(duty.urged_at) == clock.today()
        return Row(
            duty,
            ower,
            getattr(duty, "rank", LATER),
            turn=owed and (mine or ower.person is None),
            watched=not owed,
            mine=mine,
            may_take=owed and bool(duty.post) and ower.person is None and bool(self.team.others),
            may_give_back=taken,
            may_urge=self.watching and not mine and not reminded and (not owed or ower.person is not None),
        )

    def _names(self) -> list[tuple[str, StrOrPromise]]:
        team = [("team", _("My team’s")), ("nobody", _("Nobody’s yet"))] if self.team.others else []
        everybody = [("all", _("Everybody’s"))] if self.watching else []
        return [("mine", _("Mine")), *team, *everybody]

    def _parts(self) -> dict[str, Q]:
        free = Q(taken_by=None) & self.team.free
        own = Q(person__isnull=False) | Q(taken_by=self.user.person_id, taken_by__isnull=False)
        return {
            "mine": self.owed & (own | free | Q(taken_by=None) & self.team.alone),
            "team": self.owed,
            "nobody": self.owed & free,
            "all": self._seen_q(),
        }

    def _seen_q(self) -> Q:
        return Q(pk__in=self.seen.order_by().values("pk"))


def found(duties: DutyQuerySet, asked: dict[str, Any]) -> DutyQuerySet:
    """Of promises those a reader asks for: words, kind, deadline, building."""
    if words := asked.get("q"):
        duties = duties.filter(title__icontains=words)
    if kind := asked.get("kind"):
        duties = duties.filter(kind=kind)
    if asked.get("when") in WHEN:
        duties = duties.alias(group=rank()).filter(group=WHEN[asked["when"]])
    building = asked.get("building")
    return duties.filter(_of(building)) if building else duties


def sorted_by(duties: DutyQuerySet, sort: str) -> DutyQuerySet:
    """In the order a reader asks for: the most urgent first unless said otherwise."""
    related = duties.select_related("person", "area", "neighbourhood").annotate(rank=rank())
    return related.order_by(*SORTS.get(sort, URGENT))


def group_counts(duties: DutyQuerySet) -> dict[int, int]:
    """How many promises there are in each group. One query."""
    return dict(duties.order_by().annotate(group=rank()).values_list("group").annotate(n=Count("pk")))


def by_kind(desk: Desk) -> Counter[str]:
    """How many promises are the reader's own: `all`, by kind (thread_answer), and by its first word. One query."""
    counted: Counter[str] = Counter()
    own = desk.part("mine").order_by().values_list("kind")
    for kind, many in own.annotate(n=Count("pk")):
        for name in {"all", kind.split(".")[0], kind.replace(".", "_")}:
            counted[name] += many
    return counted


def grouped(rows: list[Row], counts: dict[int, int]) -> list[dict[str, Any]]:
    """Rows under the words of their group, with how many that has on all pages."""
    groups: list[dict[str, Any]] = []
    for row in rows:
        if not groups or groups[-1]["at"] != row.group:
            groups.append(
                {"at": row.group, "label": GROUPS[row.group], "count": counts.get(row.group, 0), "rows": []}
            )
        groups[-1]["rows"].append(row)
    return groups


def _of(building: Area) -> Q:
    """Owed for a building, or about something whose title names it: 2号楼, but not 12号楼."""
    named = rf"(^|[^0-9]){re.escape(building.name)}"
    return Q(area__path__startswith=building.path) | Q(title__regex=named)
