"""Three pages that the rooms of this app share: of a fund, a call and a project."""

from __future__ import annotations

from portal.actions.shelves import Shelf
from portal.funds.models import Application, Call, Fund

FUNDS: Shelf[Fund] = Shelf()
CALLS: Shelf[Call] = Shelf()
PROJECTS: Shelf[Application] = Shelf()
