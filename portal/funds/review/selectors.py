"""Questions asked of a review: who scores, what is owed, whether all scores are in. Under the lock of the round."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from portal.community.models import Person
from portal.funds.models import Application, Call, CoApplicant, Objection, Review, Reviewer
from portal.funds.states import ApplicationState, CallState, ObjectionState
from portal.kit import clock

A = ApplicationState
# While a round stands so, its applications are checked.
CHECKING = frozenset({CallState.OPEN, CallState.REVIEWING})
UNCHECKED = frozenset({A.SUBMITTED, A.RETURNED, A.ELIGIBLE})
# Of these the scores are ranked.
RANKED = frozenset({A.REVIEWING, A.SHORTLISTED, A.ON_NOTICE, A.VOTING, A.APPROVED, A.DECLINED})
# From the notice on the ranking is public; where an objection has led the round back, as it stood on the notice.
OPEN_BOOK = frozenset({CallState.ON_NOTICE, CallState.VOTING, CallState.DECIDED, CallState.CLOSED})


def reopened(call: Call) -> bool:
    """Whether an objection or a late tie led a round back to the review after it had stood on public notice."""
    return call.state == CallState.REVIEWING and call.notice_until is not None


def is_public(call: Call) -> bool:
    """Whether everybody reads the ranking as it is: from the notice on, not while the round is back under review."""
    return call.state in OPEN_BOOK and call.notice_until is not None


def notice_runs(call: Call) -> bool:
    """Whether a round stands on public notice now: until its end one can object."""
    until = call.notice_until
    return call.state == CallState.ON_NOTICE and until is not None and not clock.passed(until)


def handed_in(call: Call) -> QuerySet[Application]:
    """What takes part in a round: handed in, not withdrawn."""
    return call.applications.exclude(state__in=[A.DRAFT, A.WITHDRAWN])


def applies_in(person: Person, call: Call) -> bool:
    """Whether somebody applies in a round, alone or together, or is asked to."""
    together = CoApplicant.objects.filter(person=person).values("application")
    own = Q(lead=person) | Q(pk__in=together)
    return call.applications.exclude(state=A.WITHDRAWN).filter(own).exists()


@dataclass(frozen=True)
class Bench:
    """How many review a round, and whether a delegate of the residents is among them."""

    count: int
    delegates: int
    least: int

    @property
    def complete(self) -> bool:
        """Whether there are as many as the round asks for, with a delegate."""
        return self.count >= self.least and self.delegates > 0


def bench(call: Call) -> Bench:
    """Who reviews a round today, in numbers."""
    found = call.reviewers.filter(ended_at=None).aggregate(
        count=Count("pk"), delegates=Count("pk", filter=Q(delegate=True))
    )
    return Bench(found["count"], found["delegates"], call.reviewers_least)


def pending(call: Call) -> QuerySet[Review]:
    """Scores that are owed and not in."""
    return Review.objects.pending().filter(application__call=call)


def short_of(call: Call) -> list[Application]:
    """Applications under review with fewer scores, in or owed, than the round asks for, or without a delegate's."""
    standing = Review.objects.standing().filter(application__call=call)
    found: dict[int, list[bool]] = {}
    for application, delegate in standing.values_list("application", "reviewer__delegate"):
        found.setdefault(application, []).append(delegate)
    return [
        one
        for one in call.applications.filter(state=A.REVIEWING)
        if len(found.get(one.pk, [])) < call.reviewers_least or not any(found[one.pk])
    ]


def all_in(call: Call) -> bool:
    """Whether every score is in that the round asks for: before, nobody reads any, of any application."""
    if call.applications.filter(state=A.NEED_CHECKED).exists() or pending(call).exists():
        return False
    scored = Review.objects.counted().filter(application__call=call)
    return scored.exists() and not short_of(call)


def next_to_score(reviewer: Reviewer) -> Review | None:
    """The application that a reviewer scores next: in the order of their numbers."""
    owed = Review.objects.pending().filter(reviewer=reviewer).select_related("application")
    return owed.order_by("application__number").first()


def waiting_objections(call: Call) -> QuerySet[Objection]:
    """Objections without an answer."""
    return Objection.objects.filter(application__call=call, state=ObjectionState.RAISED)
