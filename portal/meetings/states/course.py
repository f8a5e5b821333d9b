"""What is the same about every kind's table: which duty stands in a state, and what counts as over or still ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices

from portal.actions.lifecycles import LifeCycle

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Course:
    """The life of one kind of meeting and what the committee owes on the way.

    `owed`: the kind of duty that stands in a state (portal.duties.kinds); the step that leaves the state closes it.
    `by_the_meeting`: states whose duty waits for the day of the meeting itself; all others have a working period,
    `step` (the key of a rule, in working days). `over`: nothing more is to come. `ahead`: the meeting lies ahead.
    `track`: the stations drawn, each with the states passed there, and `stations` their labels.
    """

    life: LifeCycle[Any]
    owed: Mapping[Any, str]
    over: frozenset[Any]
    ahead: frozenset[Any]
    track: tuple[tuple[str, frozenset[Any]], ...]
    stations: Mapping[str, StrOrPromise]
    by_the_meeting: frozenset[Any] = frozenset()
    step: str = "hearing.step_working_days"

    @property
    def states(self) -> type[TextChoices]:
        """The states of this kind."""
        return type(self.life.first)
