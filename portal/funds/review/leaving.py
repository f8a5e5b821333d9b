"""What hangs on a reviewer who moves away, leaves the portal, or is no delegate any more: others score instead."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community import leaving
from portal.community.leaving import Item, Leaving
from portal.community.models import Post
from portal.funds.models import Call, Reviewer
from portal.funds.review.services.benching import end
from portal.funds.states import CallState

RUNNING = (CallState.OPEN, CallState.REVIEWING, CallState.ON_NOTICE)


def reviewing(leaves: Leaving) -> QuerySet[Reviewer]:
    """The rounds under review that somebody reviews there, or reviews as the delegate who ends."""
    gone = leaves.within("call__fund__neighbourhood", leaves.left)
    if leaves.post is not None and leaves.post.post == Post.DELEGATE and leaves.place is not None:
        gone |= Q(delegate=True, call__fund__neighbourhood=leaves.place)
    found = Reviewer.objects.active().filter(gone, person=leaves.person, call__state__in=RUNNING)
    return found.select_related("call__fund__neighbourhood", "person").order_by("pk")


def shown(leaves: Leaving, reviewer: Reviewer) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(
        reviewer.title, _("what is not scored yet is scored by others"), reviewer.call.get_absolute_url()
    )


def lock(reviewers: Iterable[Reviewer]) -> None:
    """The locks of the rounds, in one order."""
    held = Call.objects.select_for_update(of=("self",))
    list(held.filter(pk__in=[one.call_id for one in reviewers]).order_by("pk").values_list("pk"))


def stop(leaves: Leaving, reviewers: list[Reviewer]) -> None:
    """They stop; where too few are left the office owes to name another."""
    for reviewer in reviewers:
        end(reviewer, _("The reviewer has left."))


leaving.register(
    "fund.reviewer", leaving.Holding(gettext_lazy("Rounds you review"), reviewing, shown, stop, lock)
)
