"""What this room shows: its buttons, what a draft lacks, the office's lines, and rounds on the home."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Offer, offers
from portal.actions.sheets import Sheet, register_sheet
from portal.actions.shelves import Panel
from portal.funds.calls import home, reading
from portal.funds.calls.actions import FUND_ACTIONS
from portal.funds.calls.permissions import CALLS as ROUNDS
from portal.funds.calls.permissions import FUNDS
from portal.funds.models import Call, Fund
from portal.funds.shelves import CALLS
from portal.funds.shelves import FUNDS as FUND_PAGE
from portal.kit import wording
from portal.pages.home_blocks import LiveKind, register_block
from portal.pages.taking_part import Part, register_part


def on_fund(request: HttpRequest, fund: Fund) -> list[Offer]:
    """What the reader may do to a fund."""
    return offers(request, FUNDS, FUND_ACTIONS, fund, "funds:calls_fund_act")


FUND_PAGE.register_offers(on_fund)
FUND_PAGE.register_panel(Panel("funds/calls/_lines.html", reading.lines, place=40, staff=True))
CALLS.register_offers(reading.offered)
CALLS.register_panel(Panel("funds/calls/_missing.html", reading.missing, place=5))
register_block(LiveKind("funds", _("Micro-fund"), "funds/calls/_home.html", home.read))
register_part(Part("funds/calls/_take_part.html", reading.taking_part))


def _sheet(call: Call) -> Sheet:
    """A round of a fund on the notice board: what it gives, the most for one project, until when."""
    until = wording.deadline(call.closes_at) if call.closes_at and call.takes_applications else ""
    rows = (
        (_("The whole pot"), wording.yuan(call.pot)),
        (_("The most for one project"), wording.yuan(call.cap)),
    )
    return Sheet(call.fund.title, call.about, (*rows, (_("Applications until"), until)))


register_sheet("call", ROUNDS, _sheet)
