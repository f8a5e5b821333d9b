"""Approving a project: its grant and its instalments, within the pot."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.funds.models import Application, Call, Grant, Instalment
from portal.funds.states import ApplicationState
from portal.kit.errors import NotPossible


@transaction.atomic
def approve(call: Call, application: Application, amount: int, *, by: User | str) -> Grant:
    """Make the grant of an application over `amount` fen, in the instalments of the call's plan.

    The last instalment takes the rest of the rounding. Raises NotPossible where the pot does not suffice.
    """
    held = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if held.given + amount > held.pot:
        raise NotPossible(_("The pot does not suffice for this project any more."))
    held.given += amount
    held.save(update_fields=["given"])
    grant = Grant.objects.create(application=application, approved=amount)
    _plan(held, grant, amount)
    advance(application, ApplicationState.APPROVED)
    return grant


def _plan(call: Call, grant: Grant, amount: int) -> None:
    steps, rest = list(call.plan.all()), amount
    for step in steps:
        part = rest if step is steps[-1] else amount * step.percent // 100
        Instalment.objects.create(
            grant=grant,
            fund_id=call.fund_id,
            order=step.order,
            percent=step.percent,
            amount=part,
            due=step.due,
        )
        rest -= part
