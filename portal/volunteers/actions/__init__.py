"""What can be done to each kind of thing, as its pages offer it: the words, the service, the form."""

from __future__ import annotations

from portal.actions.actions import Action
from portal.volunteers.actions import activities, certificates, hours, signups, teams

TEAM_ACTIONS: dict[str, Action] = teams.TEAM_ACTIONS
MEMBER_ACTIONS: dict[str, Action] = teams.MEMBER_ACTIONS
ACTIVITY_ACTIONS: dict[str, Action] = activities.ACTIVITY_ACTIONS
SHIFT_ACTIONS: dict[str, Action] = {
    **activities.SHIFT_ACTIONS,
    **signups.SHIFT_ACTIONS,
    **hours.SHIFT_ACTIONS,
}
SIGNUP_ACTIONS: dict[str, Action] = signups.SIGNUP_ACTIONS
RECORD_ACTIONS: dict[str, Action] = hours.RECORD_ACTIONS
CERTIFICATE_ACTIONS: dict[str, Action] = certificates.ACTIONS
