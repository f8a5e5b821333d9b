"""The meetings of a neighbourhood in the order of their list: under way, coming, over."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from portal.community.models import Area, Visitor
from portal.meetings.kinds import Kind, ahead, kinds, over, visible_to
from portal.meetings.models import Meeting


def kind_named(name: str | None) -> Kind | None:
    """The kind that somebody asks for; None: all of them."""
    return next((one for one in kinds() if one.name == name), None)


def live_and_past(
    user: Visitor, here: Area, kind: Kind | None
) -> tuple[QuerySet[Meeting], QuerySet[Meeting]]:
    """What is under way or coming, the next first; and what is over, the latest first."""
    every = visible_to(user).filter(kind.among() if kind else Q(), neighbourhood=here)
    live = every.exclude(over()).annotate(lies_ahead=Q(ahead()))
    return (
        live.order_by("lies_ahead", F("starts_at").asc(nulls_last=True), "pk"),
        every.filter(over()).order_by(F("starts_at").desc(nulls_last=True), "-pk"),
    )
