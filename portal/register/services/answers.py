"""The committee's answer to a request: owed by a date from the moment somebody asks, and told to whoever asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from portal.actions.events import Event, each_time, notify
from portal.community.models import Area, Ownership, Post, Relation, RelationStatus, Residency, User, Visitor
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.record.services import key
from portal.register.events import REQUESTED, VERIFIED
from portal.register.services import onward

DUTIES = {"residency": "residency.decide", "ownership": "ownership.decide"}


def kind_of(tie: Relation) -> str:
    """How a relation is called in addresses, duties and the record: residency or ownership."""
    return str(tie._meta.model_name)


def open_duty(tie: Relation) -> Duty:
    """Let the committee owe an answer (rule request.answer_working_days), and tell those who owe it."""
    days = rule("request.answer_working_days", tie.dwelling.building)
    due = add_working_days(tie.requested_at, days)
    duty = duties.open_duty(DUTIES[kind_of(tie)], tie, due=due, post=Post.WORKER)
    notify(
        REQUESTED,
        tie,
        duties.listeners(duty),
        # An answer that was taken back is owed anew, and said so to those who owe it.
        once_per=f"{key(tie)}:{duty.pk}",
        building=tie.title,
        due_at=duty.due_at.isoformat(),
    )
    return duty


def give(tie: Relation, answer: Event, *, by: User | None) -> None:
    """The request is decided: nothing is owed any more, and whoever asked reads what became of it.

    Where it is confirmed the notice leads to what they wanted to do when they asked (services.onward).
    """
    close(tie, by=by)
    asked = accounts_of(tie.person_id)
    # An answer that was taken back is given anew.
    here = tie.neighbourhood.name
    wanted = onward.take(tie.person_id) if answer is VERIFIED else ""
    notify(answer, tie, asked, once_per=each_time(tie), url=wanted or on_own_page(tie), place=here)


def on_own_page(tie: Relation) -> str:
    """Where somebody finds a home or a title on the own page, while it stands there."""
    return f"{reverse('register:me')}#{kind_of(tie)}-{tie.pk}"


def close(tie: Relation, *, by: User | None) -> None:
    """The request is answered, so that nobody has to be told: whoever asked had it verified with a code."""
    duties.close(DUTIES[kind_of(tie)], tie, by=by)


def take_back(asked: QuerySet[Any]) -> None:
    """Requests that nobody makes any more go, and what was owed for them is dropped."""
    for tie in asked.select_for_update(of=("self",)).order_by("pk"):
        duties.drop(tie)
        tie.delete()


def due_at(asked: Iterable[Relation]) -> datetime:
    """By when all of these requests are answered. Raises ValueError where no answer is owed for any of them."""
    return max(duty.due_at for duty in owed(subject__in=[key(tie) for tie in asked]).values())


def owed(**where: Any) -> dict[str, Duty]:
    """The open duties to answer a request, by the key of the request; one query."""
    found = Duty.objects.active().filter(kind__in=DUTIES.values(), **where)
    return {duty.subject: duty for duty in found}


def waiting_of(user: Visitor, here: Area) -> list[tuple[Relation, Duty | None]]:
    """What somebody asked for in a neighbourhood that waits or was refused, the newest first; with the promised answer.

    Three queries.
    """
    person = getattr(user, "person_id", None)
    if person is None:
        return []
    asked: list[Relation] = [
        tie
        for model in (Residency, Ownership)
        for tie in model.objects.in_area(here)
        .filter(person=person, until=None)
        .exclude(status=RelationStatus.VERIFIED)
        .select_related("dwelling__building")
    ]
    asked.sort(key=lambda tie: tie.requested_at, reverse=True)
    promised = owed(subject__in=[key(tie) for tie in asked]) if asked else {}
    return [(tie, promised.get(key(tie))) for tie in asked]
