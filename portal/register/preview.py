"""A roster as staff look at it before anything changes: what differs, who is concerned, what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from portal.community.models import Area
from portal.community.rolls import Asked, on_rolls
from portal.register.brakes import Stop, stops
from portal.register.changes import Change
from portal.register.comparison import compare
from portal.register.differences import Choices, Comparison, Difference
from portal.register.models import Import
from portal.register.roster import Problem, grouped
from portal.register.services.imports import waiting_file
from portal.register.services.roster import File, problems_of, remarks_of, untold

SHOWN = 50
# Whoever gets or loses a title is named; of very many the first.
NAMED = 500


@dataclass(frozen=True)
class Preview:
    """A file beside the register, without anything decided, or with the choices of whoever handed it in."""

    neighbourhood: Area
    file: File
    choices: Choices = Choices()
    waiting: Import | None = None

    @cached_property
    def comparison(self) -> Comparison:
        """What the file would do with these choices."""
        return self._compare(self.choices)

    @cached_property
    def digest(self) -> str:
        """What the form carries: that of the comparison before any choice."""
        if self.choices == Choices():
            return self.comparison.digest
        return self._compare(Choices()).digest

    def _compare(self, choices: Choices) -> Comparison:
        read = self.file.roster
        return compare(
            self.neighbourhood, read.entries, as_of=self.file.as_of, choices=choices, refused=read.problems
        )

    @cached_property
    def stops(self) -> list[Stop]:
        """Why a second person has to look at it."""
        return stops(self.neighbourhood, self.comparison)

    @property
    def problems(self) -> list[Problem]:
        """All rows that cannot be taken, by line."""
        return problems_of(self.file.roster, self.comparison)

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """Lines that cannot be taken, those with the same reason together."""
        return grouped(self.problems)

    @property
    def remarks(self) -> list[Problem]:
        """What is left out of rows that are taken."""
        return remarks_of(self.file.roster, self.comparison)

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """The same, with equal remarks together."""
        return grouped(self.remarks)

    @property
    def nothing_read(self) -> bool:
        """Whether no row at all can be taken."""
        return bool(self.problems) and not (
            self.comparison.added
            or self.comparison.changed
            or self.comparison.left
            or self.comparison.unchanged
        )

    @property
    def losing(self) -> list[tuple[list[str], str]]:
        """Rows in which somebody loses a title."""
        return [(one.lost, one.where) for one in self.comparison.changed if one.ended][:NAMED]

    @property
    def gaining(self) -> list[tuple[list[str], str]]:
        """Rows of known dwellings in which somebody gets a title."""
        return [(one.newly_entered, one.where) for one in self.comparison.changed if one.gained][:NAMED]

    @property
    def leaving(self) -> list[tuple[list[str], str]]:
        """Rows in which somebody no longer lives there."""
        return [(one.moved_out, one.where) for one in self.comparison.changed if one.leaving][:NAMED]

    @property
    def coming(self) -> list[tuple[list[str], str]]:
        """Rows of known dwellings in which somebody lives there from now on."""
        return [(one.moved_in, one.where) for one in self.comparison.changed if one.coming][:NAMED]

    @property
    def doubtful(self) -> list[tuple[Difference, Change]]:
        """Areas that change by more than half."""
        rows = [*self.comparison.changed, *self.comparison.left]
        return [(one, change) for one in rows for change in one.doubtful][:NAMED]

    @property
    def untold(self) -> list[Difference]:
        """Rows of a waiting roster that nobody was asked about when it was handed in."""
        return untold(self.waiting, self.comparison) if self.waiting else []

    @cached_property
    def votes(self) -> list[Asked]:
        """Votes under way whose roll stays as it was drawn, whatever the roster says."""
        people = {title.person_id for one in self.comparison.changed for title in one.ended}
        people |= {person.pk for one in self.comparison.changed for person in one.owners if person.pk}
        return on_rolls(people, [one.dwelling.pk for one in self.comparison.changed if one.dwelling])

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Rows that count only where somebody says so: by line, with both sides by name."""
        return [(str(one.entry.line), _question(one)) for one in self.comparison.asked]

    @property
    def namesakes(self) -> list[tuple[str, str]]:
        """Names of which it is not sure whether they are one person, with where they stand."""
        return [
            (
                asked.key,
                f"{asked.name}：" + "；".join(_row(where, phone) for _line, where, phone in asked.rows),
            )
            for asked in self.comparison.namesakes
        ]


def of_waiting(kept: Import) -> Preview:
    """A waiting import as it would be brought in now. Raises NotPossible where its file is not there any more."""
    return Preview(kept.neighbourhood, waiting_file(kept), Choices.of(kept.choices), kept)


def _row(where: str, phone: str) -> str:
    return f"{where} {phone}".strip()


def _question(one: Difference) -> str:
    if one.contested and not one.waits:
        return _("Line %(line)d, %(where)s: now %(lost)s, by the roster %(gets)s") % {
            "line": one.entry.line,
            "where": one.where,
            "lost": "、".join(title.person.real_name for title in one.held) or _("nobody"),
            "gets": "、".join(person.real_name for person in one.owners) or _("nobody"),
        }
    asked = [*one.waits, *(one.changes if one.contested or not one.waits else [])]
    return _("Line %(line)d, %(where)s: %(changes)s") % {
        "line": one.entry.line,
        "where": one.where,
        "changes": "；".join(f"{change.what} {change.old} → {change.new}" for change in asked),
    }
