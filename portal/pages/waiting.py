"""What waits for one person: duties, votes, results to judge, consents, hands promised. One list, soonest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Area, Ownership, Residency, User
from portal.deliberation.models import Rating, Topic
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.kit import clock
from portal.volunteers.models import Signup
from portal.volunteers.states import SignupState
from portal.voting.models import Vote

SHOWN = 6
MOST = 99  # of the promises of a post; the workbench has all
# A promise to help stands among what waits from so long before it.
NEAR = timedelta(days=3)


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what kind, its title, where, until when."""

    tag: str
    title: str
    url: str
    due_at: datetime
    late: bool = False


def waiting_for(user: User, neighbourhood: Area) -> list[Waiting]:
    """All that waits for a person in a neighbourhood, soonest first; four queries."""
    if user.person_id is None:
        return []
    found = [*_duties(user, neighbourhood), *_votes(user.person_id, neighbourhood)]
    found += _ratings(user.person_id, neighbourhood)
    found += _helping(user.person_id, neighbourhood)
    return sorted(found, key=lambda item: item.due_at)


def _duties(user: User, neighbourhood: Area) -> list[Waiting]:
    owed = duties.waiting_for(user).filter(neighbourhood=neighbourhood)
    return [
        Waiting(str(duty.what), duty.title, duty.url, duty.late_from, duty.is_overdue) for duty in owed[:MOST]
    ]


def _votes(person: int, neighbourhood: Area) -> list[Waiting]:
    votes = Vote.objects.open().filter(
        neighbourhood=neighbourhood, roll__person=person, roll__struck_at=None, roll__ballot=None
    )
    return [
        Waiting(_("Vote"), vote.title, reverse("voting:vote", args=[vote.pk]), vote.closes_at)
        for vote in votes[:20]
    ]


def _ratings(person: int, neighbourhood: Area) -> list[Waiting]:
    return [
        Waiting(
            _("How did it turn out?"), topic.title, topic.get_absolute_url(), topic.state_until or clock.now()
        )
        for topic in to_judge(person).filter(neighbourhood=neighbourhood)[:20]
    ]


def to_judge(person: int) -> QuerySet[Topic]:
    """Topics whose result is judged now by those it touches, and that a person has not judged yet."""
    judged = Rating.objects.filter(topic=OuterRef("pk"), person_id=person, at__gte=OuterRef("state_since"))
    return Topic.objects.filter(_touches(person), ~Exists(judged), state=State.EVALUATING)


def _helping(person: int, neighbourhood: Area) -> list[Waiting]:
    """Consents that are asked of this guardian, and shifts of the next days in which this person has a place."""
    asked = Q(guardian=person, state=SignupState.APPLIED, consented_at=None)
    near = Q(person=person, state=SignupState.ACCEPTED, shift__starts_at__lt=clock.now() + NEAR)
    held = Signup.objects.filter(
        asked | near,
        shift__activity__neighbourhood=neighbourhood,
        shift__starts_at__gt=clock.now(),
        shift__cancelled_at=None,
        shift__activity__cancelled_at=None,
    )
    return [_helps(person, signup) for signup in held.select_related("shift__activity")[:20]]


def _helps(person: int, signup: Signup) -> Waiting:
    shift = signup.shift
    if signup.person_id == person:
        return Waiting(_("You help"), shift.activity.title, shift.get_absolute_url(), shift.starts_at)
    page = reverse("volunteers:signup_act", args=[signup.pk, "consent"])
    return Waiting(_("Your consent"), shift.activity.title, page, shift.starts_at)


def _touches(person: int) -> Q:
    """Topics whose area holds a dwelling the person lives in or owns."""
    homes = [
        relation.objects.on(clock.today()).filter(
            person=person, dwelling__building__path__startswith=OuterRef("area__path")
        )
        for relation in (Residency, Ownership)
    ]
    return Q(Exists(homes[0])) | Q(Exists(homes[1]))
