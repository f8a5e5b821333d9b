"""Hours from a table: every line is understood and possible, or nothing is taken and each line says why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Ownership, Person, Residency, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import compared
from portal.volunteers import hourtable
from portal.volunteers.events import HOURS_IMPORTED
from portal.volunteers.hourtable import Line, Problem
from portal.volunteers.models import HourRecord, Membership, Shift, Source, Team
from portal.volunteers.models.activities import ShiftQuerySet
from portal.volunteers.permissions import TEAMS
from portal.volunteers.services import hour_records as work
from portal.volunteers.spans import Span
from portal.volunteers.states import LIVE, HourState


class Refused(NotPossible):
    """Nothing was taken; `problems` are the lines with their reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda one: one.line)
        super().__init__(_("Nothing was taken in: every line has to be right first."))


@dataclass(frozen=True)
class Found:
    """A line whose person, shift and time are known."""

    line: int
    person: Person
    shift: Shift
    span: Span
    remark: str


@transaction.atomic
def import_hours(user: User, team_pk: int, content: bytes) -> list[HourRecord]:
    """Take a table of hours in. Each line becomes a record that another keeper verifies. All lines or none.

    Raises Refused with the reasons by line, NotPossible where the file cannot be read, PermissionDenied for
    others than those who keep the team's hours.
    """
    team, by = TEAMS.get(user, team_pk, "keep_hours"), person_of(user)
    lines, problems = hourtable.parse(content)
    # Two imports of the same file at once would not see each other's lines.
    _held(team, [line.day for line in lines]).lock()
    desk = _Desk.of(team, by, lines)
    found = [one for line in lines if (one := desk.understood(line, problems))]
    if problems:
        raise Refused(problems)
    made = [
        work.make(
            one.shift,
            one.person,
            one.span,
            by=by,
            source=Source.IMPORT,
            state=HourState.ENTERED,
            remark=one.remark,
        )
        for one in found
    ]
    for shift in {one.shift.pk: one.shift for one in found}.values():
        mine = [record for record in made if record.shift_id == shift.pk]
        announce(HOURS_IMPORTED, shift, by=user, data=work.counted(mine))
        work.follow(shift, user)
    return made


@dataclass
class _Desk:
    """What the lines are compared with, read once however many lines there are."""

    by: Person
    shifts: dict[tuple[date, str], list[Shift]]
    people: dict[tuple[str, str, str], dict[int, Person]]
    live: dict[int, list[HourRecord]]
    taken: dict[int, list[Found]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, team: Team, by: Person, lines: list[Line]) -> _Desk:
        people = _people(team, {compared(line.name) for line in lines})
        known = {pk for named in people.values() for pk in named}
        return cls(by, _shifts(team, [line.day for line in lines]), people, _live(known))

    def understood(self, line: Line, problems: list[Problem]) -> Found | None:
        """The line with person, shift and time; what is wrong with it is added to the problems."""
        try:
            person = self._person(line)
            found = self._placed(line, person)
            self._free(found)
        except ValueError as error:
            problems.append(Problem(line.line, str(error)))
            return None
        self.taken[person.pk].append(found)
        return found

    def _person(self, line: Line) -> Person:
        people = list(self.people.get((compared(line.name), line.building, line.room), {}).values())
        if not people:
            raise ValueError(
                _("nobody called %(name)s is known at this address: check name, 楼号 and 室号")
                % {"name": line.name}
                if line.room
                else _("nobody called %(name)s is in the team: add 楼号 and 室号") % {"name": line.name}
            )
        if len(people) > 1:
            raise ValueError(
                _("%(number)d people are called %(name)s: 楼号 and 室号 must tell which")
                % {"number": len(people), "name": line.name}
            )
        if people[0].pk == self.by.pk:
            raise ValueError(_("these are your own hours: claim them on the activity's page"))
        return people[0]

    def _placed(self, line: Line, person: Person) -> Found:
        shifts = self.shifts.get((line.day, line.activity), [])
        if not shifts:
            raise ValueError(
                _("the team held no activity “%(activity)s” on %(day)s")
                % {"activity": line.activity, "day": line.day.isoformat()}
            )
        for span in line.spans():
            for shift in shifts:
                if shift.starts_at <= span.starts_at and span.ends_at <= shift.ends_at:
                    return self._counted(line, person, shift, span)
        if line.ends < line.starts:
            raise ValueError(_("gone before come: the end lies before the beginning"))
        return self._counted(line, person, shifts[0], line.spans()[0])

    def _counted(self, line: Line, person: Person, shift: Shift, span: Span) -> Found:
        try:
            work.minutes_in(span, shift)
        except NotPossible as refusal:
            raise ValueError(str(refusal)) from refusal
        if clock.now() < shift.ends_at:
            raise ValueError(_("the activity is not over yet"))
        return Found(line.line, person, shift, span, line.remark)

    def _free(self, found: Found) -> None:
        for other in self.taken[found.person.pk]:
            if other.shift.pk == found.shift.pk:
                raise ValueError(
                    _("line %(line)d already has this person at this activity") % {"line": other.line}
                )
            if other.span.overlaps(found.span):
                raise ValueError(_("overlaps line %(line)d of the same person") % {"line": other.line})
        for record in self.live.get(found.person.pk, []):
            if record.shift_id == found.shift.pk:
                raise ValueError(
                    _("there is already a record of this person for this activity (%(state)s)")
                    % {"state": HourState(record.state).label}
                )
            if record.state in work.SURE and record.span.overlaps(found.span):
                raise ValueError(work.overlap_words(record))


def _held(team: Team, days: list[date]) -> ShiftQuerySet:
    """The team's shifts from the first to the last of some days."""
    if not days:
        return Shift.objects.none()
    around = (clock.at_time(min(days), 0), clock.end_of(max(days)))
    return Shift.objects.posted().filter(activity__team=team, starts_at__range=around)


def _shifts(team: Team, days: list[date]) -> dict[tuple[date, str], list[Shift]]:
    """The team's shifts of these days, by the day they begin on and the activity's title."""
    by_day: dict[tuple[date, str], list[Shift]] = defaultdict(list)
    for shift in (
        _held(team, days)
        .select_related("activity__team", "activity__neighbourhood")
        .order_by("starts_at", "pk")
    ):
        by_day[clock.day_of(shift.starts_at), hourtable.plain(shift.activity.title)].append(shift)
    return by_day


def _people(team: Team, names: set[str]) -> dict[tuple[str, str, str], dict[int, Person]]:
    """Who has these names, as compared: neighbours by name and flat, the team's members by name alone."""
    by_key: dict[tuple[str, str, str], dict[int, Person]] = defaultdict(dict)
    for model in (Residency, Ownership):
        ties = model.objects.on(clock.today()).in_area(team.neighbourhood).filter(person__name_key__in=names)
        for tie in ties.select_related("person", "dwelling__building"):
            home = (hourtable.house(tie.dwelling.building.name), hourtable.plain(tie.dwelling.room))
            by_key[tie.person.name_key, *home][tie.person_id] = tie.person
    inside = Membership.objects.active().filter(team=team, person__name_key__in=names)
    for membership in inside.select_related("person"):
        by_key[membership.person.name_key, "", ""][membership.person_id] = membership.person
    return by_key


def _live(people: Iterable[int]) -> dict[int, list[HourRecord]]:
    found = HourRecord.objects.filter(person__in=list(people), state__in=sorted(LIVE))
    by_person: dict[int, list[HourRecord]] = defaultdict(list)
    for record in found.order_by("starts_at"):
        by_person[record.person_id].append(record)
    return by_person
