"""The one line under whatever waits for somebody: who owes the next step, what, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.models import Duty
from portal.duties.services import who_owes
from portal.kit import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

COMMITTEE = _("the residents’ committee")
BODIES: dict[str, StrOrPromise] = {
    Post.DIRECTOR: COMMITTEE,
    Post.WORKER: COMMITTEE,
    Post.OFFICER: _("the subdistrict office"),
    Post.PROPERTY: _("the property manager"),
    Post.OWNERS_COMMITTEE: _("the owners’ committee"),
    Post.BUILDING_HEAD: _("the building head"),
    Post.PARTY: _("the party branch"),
    Post.OVERSIGHT: _("the oversight committee"),
}


@dataclass(frozen=True)
class NextStep:
    """`who` owes `what` until `by`, if there is a date; `late_at`: as of a duty whose portal stood still.

    `duty`: the promise that it is, which knows how its date was counted.
    """

    who: StrOrPromise
    what: StrOrPromise
    by: datetime | None = None
    late_at: datetime | None = None
    duty: Duty | None = field(default=None, compare=False)

    @property
    def late(self) -> bool:
        """Whether the time has run out."""
        return self.by is not None and clock.passed(self.late_at or self.by)


def step_of_duty(duty: Duty, who: StrOrPromise) -> NextStep:
    """The next step that a duty is, owed by `who` as its page calls them."""
    return NextStep(who, duty.what, duty.due_at, duty.excused_until, duty)


def body_of(post: str) -> StrOrPromise:
    """The body that acts through a post, in the reader's words."""
    return BODIES.get(post) or (Post(post).label if post in Post.values else COMMITTEE)


def next_owed(subjects: Iterable[str], *kinds: str) -> NextStep | None:
    """What is owed first about some things, by their keys, by whom and by when; `kinds`: only of these."""
    standing = Duty.objects.active().filter(subject__in=list(subjects))
    if kinds:
        standing = standing.filter(kind__in=kinds)
    duty = standing.select_related("person", "area").order_by("due_at").first()
    return step_of_duty(duty, who_owes([duty])[duty.pk]) if duty else None
