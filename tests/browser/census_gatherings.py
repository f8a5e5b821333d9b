"""The pages of gatherings and of summonses that are looked at; imported once Django is set up."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.meetings.models import Form, Gathering, Summons
from portal.meetings.states.gathering import GatheringState
from portal.meetings.states.summons import SummonsState
from portal.meetings.summons import links
from tests.browser.sights import BOTH, NOBODY, Sight, seen

# What the committee does with a gathering that is announced, and with a summons that was sent.
PREPARING = (
    "add-point",
    "add-finding",
    "drop-point",
    "invite",
    "uninvite",
    "postpone",
    "cancel",
)
ASKING = ("add-department", "new-link", "revoke-link", "note-answer", "cancel")


def of_gatherings(place: str, resident: str, staff: str) -> Iterator[Sight]:
    """One of each form and state there is, where one is planned, and what is done to one."""
    yield from seen(
        "meetings:plan_gathering", reverse("meetings:plan_gathering", args=[place]), (staff,), BOTH
    )
    for form in Form:
        for state in GatheringState:
            for met in Gathering.objects.filter(form=form, state=state).order_by("-pk")[:1]:
                path = met.get_absolute_url()
                yield from seen("meetings:gathering", path, (NOBODY, staff), (False,))
                yield Sight("meetings:gathering", path, resident, elder=True)
    for met in Gathering.objects.filter(form=Form.JOINT, state=GatheringState.ANNOUNCED).order_by("-pk")[:1]:
        for name in PREPARING:
            path = reverse("meetings:gathering_act", args=[met.pk, name])
            yield from seen("meetings:gathering_act", path, (staff,), BOTH)


def of_summonses(place: str, resident: str, staff: str) -> Iterator[Sight]:
    """One of each state there is, its figures, what the committee does, and what a department reads by its link."""
    yield from seen("meetings:write_summons", reverse("meetings:write_summons", args=[place]), (staff,), BOTH)
    figures = reverse("meetings:summons_figures", args=[place])
    yield from seen("meetings:summons_figures", figures, (NOBODY,), BOTH)
    for state in SummonsState:
        for call in Summons.objects.exclude(sent_at=None).filter(state=state).order_by("-pk")[:1]:
            path = call.get_absolute_url()
            yield from seen("meetings:summons", path, (NOBODY, staff), (False,))
            yield Sight("meetings:summons", path, resident, elder=True)
    for call in Summons.objects.filter(state=SummonsState.SENT).order_by("-pk")[:1]:
        for name in ASKING:
            path = reverse("meetings:summons_act", args=[call.pk, name])
            yield from seen("meetings:summons_act", path, (staff,), BOTH)
        link = links.holding(call)
        if link is not None:
            path = reverse("meetings:department_link", args=[links.shown_again(link)])
            yield from seen("meetings:department", path, (NOBODY,), BOTH)
