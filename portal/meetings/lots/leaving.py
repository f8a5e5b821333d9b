"""Whoever moves away or closes the account is taken off the list, as long as no ticket is made."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.community.leaving import Item, Leaving
from portal.meetings.models import PanelDraw, Volunteered
from portal.meetings.states.lots import EARLY


def signed_up(left: Leaving) -> QuerySet[Volunteered]:
    """Where somebody who leaves has signed up and no ticket is made; later the draw passes over who left."""
    held = Volunteered.objects.filter(
        left.within("draw__hearing__neighbourhood", left.moved_from),
        person=left.person,
        draw__state__in=EARLY,
    )
    return held.select_related("draw__hearing").order_by("pk")


def shown(left: Leaving, one: Volunteered) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(one.draw.title, _("is taken off the list"), one.draw.get_absolute_url())


def take_off(left: Leaving, held: list[Volunteered]) -> None:
    """Nobody is told: the list is not public."""
    for one in held:
        one.delete()


def lock(held: list[Volunteered]) -> None:
    """The locks of their draws, always in the same order."""
    keys = [one.draw_id for one in held]
    list(PanelDraw.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))


leaving.register(
    "lot.signed_up", leaving.Holding(_("Sign-ups for draws by lot"), signed_up, shown, take_off, lock)
)
