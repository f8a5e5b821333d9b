"""What a round lacks before it can be opened."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext as _

from portal.funds.calls import selectors
from portal.funds.models import Call
from portal.funds.states import FundState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible


def unready(call: Call) -> list[str]:
    """What is missing before a round can be opened, in words for whoever writes it."""
    weights = call.criteria.aggregate(sum=Sum("weight", default=0))["sum"]
    percents = call.plan.aggregate(sum=Sum("percent", default=0))["sum"]
    free = selectors.money(call.fund).free
    checks = {
        _("The fund is wound up."): call.fund.state is FundState.CLOSED,
        _("The window has no end that lies ahead."): call.closes_at is None or call.closes_at <= clock.now(),
        _("Nobody may apply."): not call.applicants,
        _("The weights of the criteria do not add up to 100 %."): weights != selectors.WHOLE,
        _("The instalments do not add up to 100 %."): percents != selectors.WHOLE,
        _("No kind of cost is paid."): not call.cost_classes.filter(forbidden=False).exists(),
        _("The fund has only %(free)s that are not promised, less than the pot.")
        % {"free": wording.yuan(max(free, 0))}: call.pot > free,
    }
    return [said for said, wrong in checks.items() if wrong]


def require_ready(call: Call) -> None:
    """Refuse to open a round with all that is missing."""
    if missing := unready(call):
        raise NotPossible("\n".join(missing))
