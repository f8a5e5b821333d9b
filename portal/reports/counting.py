"""What happened in a month, counted: plain JSON, because it is fixed when the report is published.

Everything in it is public by itself; of fewer than `figures.least` ratings, and of fewer volunteers than may be told
apart, only that there were some.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, Sum

from portal.community.models import Area
from portal.community.rules import rule
from portal.deliberation.models import Rating, Satisfaction, Topic
from portal.duties.figures import by_post
from portal.duties.trends import LEAST, Month, moment_of
from portal.funds.models import Instalment
from portal.meetings.kinds import public
from portal.threads.figures import became
from portal.threads.models import Post
from portal.volunteers.models import HourRecord
from portal.volunteers.states import HourState
from portal.volunteers.sums import LEAST as FEW_VOLUNTEERS
from portal.voting.models import HALL, Vote
from portal.voting.tally import totals

PAID = ("paid", "reconciled")


def count(here: Area, month: Month) -> dict[str, Any]:
    """The figures of a month in as many questions however much happened. A month that is not over: so far."""
    return {
        "topics": _topics(here, month),
        "meetings": _meetings(here, month),
        "votes": _votes(here, month),
        "promises": by_post(here, month),
        "questions": _questions(here, month),
        "solved": _solved(here, month),
        "hours": _hours(here, month),
        "payments": _payments(here, month),
    }


def _topics(here: Area, month: Month) -> dict[str, Any]:
    proposed = Topic.objects.filter(neighbourhood=here).public()
    states = proposed.values_list("state").order_by("state").annotate(n=Count("pk"))
    return {"new": proposed.filter(_within("submitted_at", month)).count(), "by_stage": dict(states)}


def _meetings(here: Area, month: Month) -> dict[str, int]:
    held = public().filter(
        neighbourhood=here, starts_at__gte=month.starts, starts_at__lt=moment_of(month), cancelled_at=None
    )
    kinds = held.exclude(state="cancelled").values_list("polymorphic_ctype__model")
    return dict(kinds.order_by("polymorphic_ctype__model").annotate(n=Count("pk")))


def _votes(here: Area, month: Month) -> list[dict[str, Any]]:
    counted = Vote.objects.filter(_within("closes_at", month), neighbourhood=here, annulled_at=None)
    ended = counted.exclude(matter=HALL).exclude(counted_at=None).order_by("closes_at", "pk")
    return [
        {
            "title": vote.title,
            "url": vote.get_absolute_url(),
            "outcome": vote.outcome,
            "voted": totals(vote).voted.heads,
            "roll": vote.heads,
        }
        for vote in ended
    ]


def _questions(here: Area, month: Month) -> dict[str, int]:
    asked = Post.objects.exclude(asks="").filter(thread__neighbourhood=here)
    return became(here, month) | asked.aggregate(
        asked=Count("pk", filter=_within("asked_at", month)),
        answered=Count("pk", filter=_within("answered_at", month)),
        waiting=Count("pk", filter=Q(answered_at=None, withdrawn_at=None, asked_at__lt=moment_of(month))),
    )


def _solved(here: Area, month: Month) -> dict[str, Any]:
    ratings = Rating.objects.filter(_within("at", month), topic__neighbourhood=here)
    said = ratings.aggregate(all=Count("pk"), well=Count("pk", filter=~Q(level=Satisfaction.NOT)))
    few = 0 < said["all"] < rule(LEAST, here)
    return {"few": True} if few else said


def _hours(here: Area, month: Month) -> dict[str, Any]:
    booked = HourRecord.objects.filter(
        neighbourhood=here,
        state=HourState.BOOKED,
        mutual_aid=False,
        month=month.first.year * 100 + month.first.month,
    )
    served = booked.aggregate(minutes=Sum("minutes"), people=Count("person", distinct=True))
    few = 0 < served["people"] < FEW_VOLUNTEERS
    return {"few": True} if few else {"minutes": served["minutes"] or 0, "people": served["people"]}


def _payments(here: Area, month: Month) -> dict[str, int]:
    paid = Instalment.objects.filter(
        fund__neighbourhood=here,
        state__in=PAID,
        paid_on__gte=month.first,
        paid_on__lt=month.after,
    )
    sums = paid.aggregate(many=Count("pk"), fen=Sum("amount"))
    return {"many": sums["many"], "fen": sums["fen"] or 0}


def _within(field: str, month: Month) -> Q:
    return Q(**{f"{field}__gte": month.starts, f"{field}__lt": month.ends})
