"""What a proposer has not finished when the account closes: nobody else can send or complete it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM
from portal.community.leaving import Item, Leaving
from portal.deliberation.models import Topic
from portal.deliberation.services.transitions import change
from portal.deliberation.states import State

WAITING = (State.DRAFT, State.RETURNED)


def unfinished_of(leaving: Leaving) -> QuerySet[Topic]:
    """The drafts of somebody whose account closes, and what was returned to them; drafts are never another's to see."""
    if not leaving.closes_account:
        return Topic.objects.none()
    return (
        Topic.objects.filter(proposer=leaving.person, state__in=WAITING)
        .select_related("neighbourhood", "area", "proposer", "vote")
        .order_by("pk")
    )


def shown(leaving: Leaving, topic: Topic) -> Item:
    """One of them, as the page of the leaving lists it."""
    draft = topic.state == State.DRAFT
    becomes = (
        _("nobody reads it; it is given up") if draft else _("is withdrawn: nobody else can complete it")
    )
    return Item(topic.title, becomes, topic.get_absolute_url())


def give_up(leaving: Leaving, topics: list[Topic]) -> None:
    """Withdraw them."""
    for topic in topics:
        change(topic, State.WITHDRAWN, by=SYSTEM, reason=_("The proposer has closed the account."))
