"""Pages of the ballot beside the vote's own."""

from __future__ import annotations

from portal.actions.views import action_view
from portal.funds.ballot.actions import CALL_ACTIONS, PROJECT_ACTIONS
from portal.funds.ballot.permissions import CALLS, PROJECTS

act = action_view(CALLS, CALL_ACTIONS)
project_act = action_view(PROJECTS, PROJECT_ACTIONS)
