"""What this room shows on the page of a project, and that an approved one waits for its agreement."""

from __future__ import annotations

from portal.actions.shelves import Panel
from portal.funds.review.deciding import register_begins
from portal.funds.running import reading
from portal.funds.running.services import agreement_owed
from portal.funds.shelves import PROJECTS

PROJECTS.register_offers(reading.offered)
PROJECTS.register_panel(Panel("funds/running/_money.html", reading.on_money, place=15))
PROJECTS.register_panel(Panel("funds/running/_running.html", reading.on_running, place=25))
register_begins(agreement_owed)
