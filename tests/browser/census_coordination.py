"""The pages of coordination meetings that are looked at; imported once Django is set up."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.meetings.coordination.papers import papers_of
from portal.meetings.models import Coordination
from portal.meetings.states.coordination import CoordinationState as C
from tests.browser.sights import BOTH, NOBODY, Sight, seen


def of_coordinations(place: str, party: str, staff: str) -> Iterator[Sight]:
    """The public register, how one is asked for, a file ahead as its party reads it, and the row of one that ended."""
    register = reverse("meetings:coordinations", args=[place])
    yield from seen("meetings:coordinations", register, (NOBODY, party, staff), BOTH)
    new = reverse("meetings:coordination_new", args=[place])
    yield from seen("meetings:coordination_new", new, (party,), BOTH)
    for name in ("counter", "oral"):
        path = reverse(f"meetings:coordination_{name}", args=[place])
        yield from seen(f"meetings:coordination_{name}", path, (staff,), (False,))
    ahead = Coordination.objects.filter(state=C.NOTIFIED).latest("pk")
    # For staff who do not carry it out, and for everybody, the public row.
    yield from seen("meetings:coordination", ahead.get_absolute_url(), (NOBODY, party, staff), BOTH)
    for action in ("hand-in", "stop"):
        path = reverse("meetings:coordination_act", args=[ahead.pk, action])
        yield from seen("meetings:coordination_act", path, (party,), BOTH)
    for paper in papers_of(ahead):
        path = reverse("meetings:coordination_paper", args=[ahead.pk, paper.part])
        yield Sight("meetings:coordination_paper", path, party)
