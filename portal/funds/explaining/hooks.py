"""What this room shows on the pages of a round and of a project: the result in one line."""

from __future__ import annotations

from portal.actions.shelves import Panel
from portal.funds.explaining import reading
from portal.funds.shelves import CALLS, PROJECTS

CALLS.register_panel(Panel("funds/explaining/_on_call.html", reading.of_call, place=12))
PROJECTS.register_panel(Panel("funds/explaining/_on_project.html", reading.of_project, place=12))
