"""The door to the result of a round: everybody reads it who may know of the round."""

from __future__ import annotations

from portal.actions.doors import Door
from portal.funds.models import Application, Call
from portal.funds.permissions import roles_towards, towards_application

CALLS = Door(Call, {}, roles_towards, related=("fund__neighbourhood", "vote"), readable=lambda call: call)
PROJECTS = Door(
    Application,
    {},
    towards_application,
    related=("call__fund__neighbourhood",),
    objects=lambda user: Application.objects.filter(
        pk__in=Application.objects.visible_to(user).order_by().values("pk")
    ),
)
