"""Somebody who was to accept finished work leaves: the office names somebody else; what was signed stays."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.events import notify
from portal.community import leaving
from portal.community.leaving import Item, Leaving
from portal.funds.models import Acceptor, Grant, Part
from portal.funds.running import events
from portal.funds.running.owing import office
from portal.funds.running.services.accepting import let_go, owe_team


def held(leaves: Leaving) -> QuerySet[Acceptor]:
    """Where somebody still has to sign, as a neighbour of the place or by the post that ends."""
    mine = Acceptor.objects.filter(person=leaves.person, ended_at=None, signed_at=None)
    if leaves.post is not None and leaves.left is None:
        mine = mine.filter(part__in=[Part.COMMITTEE, Part.DELEGATE])
        mine = mine.filter(
            grant__application__call__fund__neighbourhood__path__startswith=leaves.post.area.path
        )
    else:
        mine = mine.filter(leaves.within("grant__application__call__fund__neighbourhood", leaves.left))
    return mine.select_related("grant__application__call__fund__neighbourhood", "person").order_by("pk")


def shown(leaves: Leaving, one: Acceptor) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(one.grant.title, _("the office names somebody else to accept it"), one.get_absolute_url())


def hand_over(leaves: Leaving, rows: list[Acceptor]) -> None:
    """Somebody else is named by the office."""
    for one in rows:
        let_go(one)
        owe_team(one.grant)
        notify(events.TEAM_LEFT, one.grant, office(one.grant), once_per=f"acceptor-left:{one.pk}")


def lock(rows: Iterable[Acceptor]) -> None:
    """The locks under which a team changes, in one order."""
    held_locks = Grant.objects.select_for_update(of=("self",), no_key=True)
    list(held_locks.filter(pk__in=[one.grant_id for one in rows]).order_by("pk").values_list("pk"))


leaving.register(
    "fund.accepting", leaving.Holding(gettext_lazy("Finished work you accept"), held, shown, hand_over, lock)
)
