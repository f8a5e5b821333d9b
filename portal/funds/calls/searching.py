"""How funds and their rounds are found: rounds from their opening on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.funds.models import Call, Fund
from portal.funds.states import CallState, FundState
from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room


def _fund_mark(fund: Fund) -> Mark | None:
    return Mark(str(FundState.CLOSED.label), "grey") if fund.state is FundState.CLOSED else None


def _call_mark(call: Call) -> Mark | None:
    state = CallState(call.state)
    return Mark(str(state.label), "grey") if state in (CallState.CLOSED, CallState.CANCELLED) else None


register(
    Kind(
        name="fund",
        label=_("Funds"),
        model=Fund,
        things=Fund.objects.all,
        visible_to=Fund.objects.visible_to,
        title=lambda fund: fund.title,
        text=lambda fund: fund.about,
        url=lambda fund: fund.get_absolute_url(),
        when=lambda fund: fund.created_at,
        mark=_fund_mark,
    )
)
register(
    Kind(
        name="call",
        label=_("Rounds of a fund"),
        model=Call,
        things=Call.objects.select_related("fund__neighbourhood").all,
        visible_to=Call.objects.visible_to,
        title=lambda call: call.title,
        text=lambda call: call.about,
        url=lambda call: call.get_absolute_url(),
        when=lambda call: call.opened_at,
        mark=_call_mark,
        shown=lambda call: call.opened_at is not None,
        neighbourhood=lambda call: int(call.fund.neighbourhood_id),
    )
)
register_room("funds:funds", _("All funds"))
