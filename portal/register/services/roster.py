"""Bringing a roster in: all of it or nothing, and the second time nothing. What it writes can be taken back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.community.models import Area, Ownership, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register import roster as rosters
from portal.register.brakes import Stop, stops
from portal.register.comparison import compare
from portal.register.differences import Choices, Comparison, Difference
from portal.register.events import ROSTER_IMPORTED, TITLE_LOST
from portal.register.models import Import
from portal.register.roster import Problem, Roster
from portal.register.services import desk
from portal.register.services.writing import the_dwelling, write


@dataclass(frozen=True)
class Summary:
    """How many dwellings an import added, changed and left as they were; `left`: those nobody said counted."""

    added: int
    changed: int
    unchanged: int
    left: int = 0


@dataclass(frozen=True)
class File:
    """A roster as it was handed in: its name, its bytes, and the day whose state it shows (None: nobody said)."""

    name: str
    content: bytes
    as_of: date | None = None

    @cached_property
    def roster(self) -> Roster:
        """What it says. Raises NotPossible where it cannot be read."""
        return rosters.parse(self.content)

    @property
    def sha256(self) -> str:
        """What it is known by when it is gone."""
        return hashlib.sha256(self.content).hexdigest()


class NeedsSecond(NotPossible):
    """More would change than one person may do alone."""

    def __init__(self, found: list[Stop]) -> None:
        self.stops = found
        named = "、".join(stop.building for stop in found[:5])
        super().__init__(
            _("Much would change about %(buildings)s. A second person has to confirm this roster.")
            % {"buildings": named}
        )


@transaction.atomic
def import_roster(  # noqa: PLR0913 - what an import is made of
    user: User | None,
    neighbourhood: Area,
    roster: Roster,
    *,
    skip_bad: bool = False,
    expected: str = "",
    as_of: date | None = None,
    choices: Choices | None = None,
    second: User | None = None,
    kept: Import | None = None,
) -> Summary:
    """Bring the dwellings, owners and owners who live there up to the roster. Dwellings it does not name stay.

    `user` is None for the command. `expected` is the digest of the comparison that was shown: where the neighbourhood
    has changed since, nothing is imported. `as_of` and `choices`: see `compare`. `second`: who else has looked at it.
    `kept`: the row of the import, where it waited; else one is made as soon as anything changes.

    Raises NotPossible for another state than was shown, and for bad rows unless `skip_bad`; NeedsSecond where too much
    would change (rules roster.*_percent) and nobody else has confirmed it.

    An owner who lives in the dwelling (自住) becomes a verified resident with the title; whoever moved out since, and
    said so, is not moved in again by a roster that brings no news about that dwelling.
    """
    if user is not None:
        desk.at_desk(user, neighbourhood, "roster")
    # The place as it is now: it, or one of its buildings, may have been moved meanwhile.
    neighbourhood = Area.objects.select_for_update(of=("self",)).get(pk=neighbourhood.pk)
    comparison = compare_as_shown(neighbourhood, roster, expected, as_of=as_of, choices=choices)
    if not skip_bad and (roster.problems or comparison.problems):
        raise NotPossible(_("Some rows cannot be read. Nothing was imported."))
    found = stops(neighbourhood, comparison)
    if found and second is None:
        raise NeedsSecond(found)
    if kept is not None and kept.pk:
        _require_told(kept, comparison)
    if second is not None:
        require_other(second, user, neighbourhood)
    done = kept or Import(by=user, as_of=as_of)
    summary = count(done, roster, comparison)
    return _bring(user, neighbourhood, comparison, done, summary, second)


def compare_as_shown(
    neighbourhood: Area,
    roster: Roster,
    expected: str,
    *,
    as_of: date | None = None,
    choices: Choices | None = None,
) -> Comparison:
    """The comparison with what the desk decided. Raises NotPossible where it is not the one that was shown."""
    shown = compare(neighbourhood, roster.entries, as_of=as_of, refused=roster.problems)
    if expected and expected != shown.digest:
        raise NotPossible(
            _("The neighbourhood has changed since the preview. Please look at the new preview.")
        )
    if choices is None or choices == Choices():
        return shown
    return compare(neighbourhood, roster.entries, as_of=as_of, choices=choices, refused=roster.problems)


def problems_of(roster: Roster, comparison: Comparison) -> list[Problem]:
    """All rows that cannot be taken, by line."""
    return sorted([*roster.problems, *comparison.problems], key=lambda one: one.line)


def remarks_of(roster: Roster, comparison: Comparison) -> list[Problem]:
    """What is left out of rows that are taken, by line."""
    return sorted([*roster.remarks, *comparison.remarks], key=lambda one: one.line)


def count(kept: Import, roster: Roster, comparison: Comparison) -> Summary:
    """Note with an import what it does, and what of the file is left to do by hand; it is not saved."""
    found = Summary(
        len(comparison.added), len(comparison.changed), comparison.unchanged, len(comparison.left)
    )
    for name, value in asdict(found).items():
        setattr(kept, name, value)
    kept.problems = [one.to_keep() for one in [*problems_of(roster, comparison), *roster.remarks]]
    return found


def untold(kept: Import, comparison: Comparison) -> list[Difference]:
    """Rows that nobody was asked about when it was handed in, or whose tick was given to another state."""
    told = kept.choices.get("asked", {})
    again = kept.choices.get("again", ())
    return [
        one
        for one in comparison.asked
        if (was := told.get(str(one.entry.line))) is None or (one.entry.line in again and was != one.stand)
    ]


def require_other(second: User, first: User | None, neighbourhood: Area) -> None:
    """Whoever confirms may bring rosters in too, and is somebody else. PermissionDenied, NotPossible."""
    desk.at_desk(second, neighbourhood, "roster")
    if first is not None and (first.pk == second.pk or first.person_id == second.person_id):
        raise NotPossible(_("Somebody else has to confirm this."))


def _require_told(kept: Import, comparison: Comparison) -> None:
    rows = untold(kept, comparison)
    if rows:
        raise NotPossible(
            _(
                "The desk has changed what these rows are about since the roster was handed in: %(rows)s. Please turn "
                "it down and hand it in again: then it asks about them."
            )
            % {"rows": "、".join(one.where for one in rows[:5])}
        )


def _bring(
    user: User | None,
    neighbourhood: Area,
    comparison: Comparison,
    roster: Import,
    summary: Summary,
    second: User | None,
) -> Summary:
    if not (summary.added or summary.changed):
        if roster.pk:
            roster.save()
        return summary
    roster.neighbourhood, roster.at = neighbourhood, clock.now()
    roster.back_until = back_until_from(roster.at, neighbourhood)
    if second is not None and roster.decided_by is None:
        roster.decided_by, roster.decided_at = second, clock.now()
    roster.save()
    write(user, neighbourhood, comparison, roster)
    numbers = {name: value for name, value in asdict(summary).items() if value or name != "left"}
    log(ROSTER_IMPORTED, roster, by=desk.signed(user), data=numbers)
    tell_losers(roster, comparison.changed)
    return summary


def back_until_from(moment: datetime, neighbourhood: Area) -> datetime:
    """Before which moment what is brought in at one can be taken back (rule roster.back_days)."""
    return moment + timedelta(days=rule("roster.back_days", neighbourhood))


def tell_losers(roster: Import, changed: list[Difference]) -> None:
    """Whoever has an account and loses a title reads it, with the building and where to object."""
    lost: defaultdict[int, list[Ownership]] = defaultdict(list)
    for one in changed:
        for title in one.ended:
            lost[the_dwelling(one).building_id].append(title)
    reached = set(
        accounts_of(*(title.person_id for titles in lost.values() for title in titles)).values_list(
            "person", flat=True
        )
    )
    for building, titles in lost.items():
        people = [title.person_id for title in titles if title.person_id in reached]
        if people:
            notify(
                TITLE_LOST,
                roster,
                accounts_of(*people),
                once_per=f"{key(roster)}:{building}",
                url=reverse("register:me"),
                title=titles[0].title,
            )
