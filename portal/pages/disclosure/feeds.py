"""What the portal publishes of the catalogue from its own data. An app above registers further feeds by their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Contact, Post
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.kit import clock
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import HearingState
from portal.voting.models import Vote

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 20
DECIDED = {State.ADOPTED, State.NOT_ADOPTED, State.EXECUTING, State.EVALUATING, State.CLOSED}
HELD = {
    HearingState.MINUTES_SIGNED,
    HearingState.OPINION_ISSUED,
    HearingState.ANSWER_DUE,
    HearingState.ANSWERED,
    HearingState.PUBLISHED,
}
OF_COMMITTEE = (Post.PARTY, Post.DIRECTOR, Post.WORKER, Post.OVERSIGHT)


@dataclass(frozen=True)
class Told:
    """One line of what the portal knows: its title, where it is read whole, what came of it, and its day."""

    title: str
    url: str = ""
    note: StrOrPromise = ""
    day: date | None = None


Feed = Callable[[Area], list[Told]]
FEEDS: dict[str, Feed] = {}


def register_feed(name: str, feed: Feed) -> None:
    """Let items of the catalogue with this feed be published from the data."""
    FEEDS[name] = feed


def _decisions(here: Area) -> list[Told]:
    topics = Topic.objects.public().filter(neighbourhood=here, state__in=DECIDED)
    return [
        Told(one.title, one.get_absolute_url(), State(one.state).label, clock.day_of(one.state_since))
        for one in topics.order_by("-state_since", "-pk")[:MOST]
    ]


def _votes(here: Area) -> list[Told]:
    votes = Vote.objects.filter(neighbourhood=here, counted_at__isnull=False, annulled_at=None)
    return [
        Told(one.title, one.get_absolute_url(), one.get_outcome_display(), clock.last_day(one.closes_at))
        for one in votes.order_by("-closes_at", "-pk")[:MOST]
    ]


def _meetings(here: Area) -> list[Told]:
    hearings = Hearing.objects.filter(neighbourhood=here, state__in=HELD, starts_at__isnull=False)
    return [
        Told(
            one.title,
            one.get_absolute_url(),
            HearingState(one.state).label,
            clock.day_of(one.starts_at) if one.starts_at else None,
        )
        for one in hearings.order_by("-starts_at", "-pk")[:MOST]
    ]


def _people(here: Area) -> list[Told]:
    held = Appointment.objects.on(clock.today()).filter(area=here, post__in=OF_COMMITTEE)
    people = [
        Told(f"{one.title} {one.person.public_name}", note=Post(one.post).label, day=one.since)
        for one in held.select_related("person").order_by("pk")
    ]
    contact = Contact.objects.filter(area=here).first()
    reached = " · ".join(filter(None, (contact.office, contact.hours, contact.telephone))) if contact else ""
    cards = reverse("pages:contacts", args=[here.slug])
    return people + ([Told(_("How the committee is reached"), cards, reached)] if reached else [])


def _hours(here: Area) -> list[Told]:
    """Their own page knows which sums are too small to be shown."""
    return [Told(_("Volunteers and their hours"), reverse("volunteers:overview", args=[here.slug]))]


register_feed("decisions", _decisions)
register_feed("votes", _votes)
register_feed("meetings", _meetings)
register_feed("people", _people)
register_feed("hours", _hours)
