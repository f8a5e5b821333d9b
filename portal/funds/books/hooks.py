"""What this room shows on the pages of others: the parts of a project, what can be done, and what is disclosed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.shelves import Panel
from portal.community.models import Area
from portal.funds.ballot.services import register_decided
from portal.funds.books import panels
from portal.funds.books.services.accounts import ask_to_close_round, move_on
from portal.funds.models import Fund
from portal.funds.running.moving import register_follows
from portal.funds.shelves import PROJECTS
from portal.pages.disclosure.feeds import Told, register_feed


def fund_use(here: Area) -> list[Told]:
    """The books of the funds of a neighbourhood, each on the page that checks itself."""
    funds = Fund.objects.filter(neighbourhood=here).order_by("closed_at", "pk")
    return [
        Told(
            _("%(fund)s: where every fen came from and went") % {"fund": fund.title},
            reverse("funds:books", args=[fund.pk]),
        )
        for fund in funds
    ]


PROJECTS.register_offers(panels.on_project)
PROJECTS.register_panel(Panel("funds/books/_accounts.html", panels.accounts, place=12))
PROJECTS.register_panel(Panel("funds/books/_judged.html", panels.judged, place=14))
PROJECTS.register_panel(Panel("funds/books/_progress.html", panels.progress, place=25))
register_follows(move_on)
register_decided(ask_to_close_round)
register_feed("fund_use", fund_use)
