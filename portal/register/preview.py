"""A roster as staff look at it before anything changes: what differs, who is concerned, what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from portal.community.models import Area
from portal.community.rolls import Asked, on_rolls
from portal.register.brakes import Stop, stops
from portal.register.comparison import Choices, Comparison, Difference, compare
from portal.register.models import Import
from portal.register.roster import Problem
from portal.register.services.imports import waiting_file
from portal.register.services.roster import File

SHOWN = 50
# Whoever gets or loses a title is named; of very many the first.
NAMED = 500


@dataclass(frozen=True)
class Preview:
    """A file beside the register, without anything decided, or with the choices of whoever handed it in."""

    neighbourhood: Area
    file: File
    choices: Choices = Choices()

    @cached_property
    def comparison(self) -> Comparison:
        """What the file would do with these choices."""
        return compare(
            self.neighbourhood, self.file.roster.entries, as_of=self.file.as_of, choices=self.choices
        )

    @cached_property
    def digest(self) -> str:
        """What the form carries: that of the comparison before any choice."""
        if self.choices == Choices():
            return self.comparison.digest
        return compare(self.neighbourhood, self.file.roster.entries, as_of=self.file.as_of).digest

    @cached_property
    def stops(self) -> list[Stop]:
        """Why a second person has to look at it."""
        return stops(self.neighbourhood, self.comparison)

    @property
    def problems(self) -> list[Problem]:
        """All rows that cannot be taken, by line."""
        return sorted([*self.file.roster.problems, *self.comparison.problems], key=lambda one: one.line)

    @property
    def remarks(self) -> list[Problem]:
        """What is left out of rows that are taken."""
        return self.file.roster.remarks

    @property
    def losing(self) -> list[Difference]:
        """Rows in which somebody loses a title."""
        return [one for one in self.comparison.changed if one.ended][:NAMED]

    @property
    def gaining(self) -> list[Difference]:
        """Rows of known dwellings in which somebody gets a title."""
        return [one for one in self.comparison.changed if one.gained][:NAMED]

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
    return Preview(kept.neighbourhood, waiting_file(kept), Choices.of(kept.choices))


def _row(where: str, phone: str) -> str:
    return f"{where} {phone}".strip()


def _question(one: Difference) -> str:
    if one.ended or one.gained:
        return _("Line %(line)d, %(where)s: now %(lost)s, by the roster %(gets)s") % {
            "line": one.entry.line,
            "where": one.where,
            "lost": "、".join(one.lost) or _("nobody"),
            "gets": "、".join(person.real_name for person in one.owners) or _("nobody"),
        }
    said = "；".join(f"{change.what} {change.old} → {change.new}" for change in one.changes)
    return _("Line %(line)d, %(where)s: %(changes)s") % {
        "line": one.entry.line,
        "where": one.where,
        "changes": said,
    }
