"""What can be done to a team, and to somebody's membership in it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.community.models import User
from portal.kit.errors import refusal_of
from portal.volunteers.forms.teams import EditTeamForm, RoleForm
from portal.volunteers.models import Team
from portal.volunteers.services import teams as services
from portal.volunteers.services.departures import hanging_in
from portal.volunteers.services.teams import require_other_leader, require_settled


def _is_member(team: Team, user: User) -> bool:
    return team.memberships.active().filter(person=user.person_id or 0).exists()


def _is_stranger(team: Team, user: User) -> bool:
    return not _is_member(team, user)


def _own_membership(team: Team, user: User) -> dict[str, Any]:
    held = (
        team.memberships.active().filter(person=user.person_id or 0).select_related("team", "person").first()
    )
    return {"hanging": hanging_in(held) if held else []}


TEAM_ACTIONS = {
    "join": Action(
        _("Join the team"),
        services.join,
        done=_("You are in the team. Welcome!"),
        direct=True,
        ready=_is_stranger,
        effect=None,
    ),
    "leave": Action(
        _("Leave the team"),
        services.leave,
        done=_("You have left the team. Your hours stay yours."),
        text=_(
            "Places in times that only the team reads of go to others. Other sign-ups and your hours stay."
        ),
        tone="quiet",
        ready=_is_member,
        waits=lambda team, user: refusal_of(lambda: require_other_leader(team, user)),
        template="volunteers/leave.html",
        shows=_own_membership,
        effect=Effect.ENDS,
        way_back=WayBack("join"),
    ),
    "edit": Action(
        _("Change what the team says about itself"),
        services.edit,
        EditTeamForm,
        submit=_("Keep"),
        done=_("Kept."),
        tone="quiet",
        effect=Effect.REPLACES,
        text=_("Everybody who sees the team reads the new words at once."),
        way_back=WayBack("edit"),
    ),
    "close": Action(
        _("Close the team"),
        services.close,
        submit=_("Close the team for good"),
        text=_(
            "Nobody can join it or sign up any more. Its past activities and hours stay. This cannot be taken back."
        ),
        done=_("The team is closed. Its hours stay as they are."),
        tone="danger",
        waits=until(require_settled),
        then=lambda team, result: reverse("volunteers:teams", args=[team.neighbourhood.slug]),
        effect=Effect.ENDS,
        way_back=_("There is no way back: found a new team where it goes on."),
    ),
}
MEMBER_ACTIONS = {
    "set_role": Action(
        _("Change the role"),
        services.set_role,
        RoleForm,
        submit=_("Keep"),
        done=_("Kept."),
        tone="quiet",
        effect=Effect.REPLACES,
        text=_("What the role allows begins or ends at once; the person is told."),
        way_back=WayBack("set_role"),
    ),
    "take_out": Action(
        _("Take out of the team"),
        services.take_out,
        text=_("Hours stay, and sign-ups but for times only for the team. The person can be put in again."),
        template="volunteers/leave.html",
        shows=lambda held, user: {"hanging": hanging_in(held)},
        done=_("No longer in the team."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("Somebody who leads the team can put the person in again."),
    ),
}
