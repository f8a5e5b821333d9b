"""What can be done to each kind of thing, as its pages offer it: the words, the service, the form."""

from __future__ import annotations

from portal.actions.actions import Action
from portal.volunteers.actions import certificates, hours

TEAM_ACTIONS: dict[str, Action] = {}
MEMBER_ACTIONS: dict[str, Action] = {}
ACTIVITY_ACTIONS: dict[str, Action] = {}
SHIFT_ACTIONS: dict[str, Action] = {**hours.SHIFT_ACTIONS}
SIGNUP_ACTIONS: dict[str, Action] = {}
RECORD_ACTIONS: dict[str, Action] = hours.RECORD_ACTIONS
CERTIFICATE_ACTIONS: dict[str, Action] = certificates.ACTIONS
