"""The course of a call as far as its office steers it: opened, called off, its books closed."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.duties import services as duties
from portal.funds.calls import events, selectors
from portal.funds.calls.permissions import CALLS
from portal.funds.calls.services.lacks import require_ready
from portal.funds.calls.wording import OPEN_CALL
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.selectors import plain_yuan
from portal.record.services import key

# What the office owes once every project of a round is at its end.
CLOSE_CALL = "funds.close_call"
CalledOff = Callable[[Call, User], object]
# What other rooms end when a round is called off, and whom they tell: applications, reviews.
_CALLED_OFF: list[CalledOff] = []


def register_called_off(end: CalledOff) -> None:
    """Let a room end what it began in a round that is called off, and tell whom it concerns; in its transaction."""
    _CALLED_OFF.append(end)


@transaction.atomic
def open_call(user: User, pk: int) -> Call:
    """Open a round. It takes applications from its first moment on; then everybody who lives here is told.

    Raises NotPossible, with what is missing: a window, all of 100 percent, or a pot that is at hand and not promised.
    """
    call = CALLS.take(user, pk, "open_call")
    ledger.locked(call.fund.book)
    require_ready(call)
    now = clock.now()
    opens_at = max(call.opens_at or now, now)
    told_at = now if opens_at == now else None
    advance(call, CallState.OPEN, opened_at=now, opens_at=opens_at, told_at=told_at)
    duties.close(OPEN_CALL, call, by=user)
    log(events.CALL_OPENED, call, by=user, data={"pot": plain_yuan(call.pot), "cap": plain_yuan(call.cap)})
    if told_at is not None:
        _tell_opened(call)
    return call


def tell_due() -> int:
    """Tell everybody who lives here of rounds that were opened ahead and take applications now. Returns how many."""
    waiting = Call.objects.taking().filter(told_at=None).values_list("pk", flat=True)
    return sum(_tell_by_date(pk) for pk in list(waiting))


@transaction.atomic
def _tell_by_date(pk: int) -> bool:
    waiting = Call.objects.taking().filter(told_at=None).select_for_update(of=("self",), no_key=True)
    call = waiting.filter(pk=pk).first()
    if call is None:
        return False
    call.told_at = clock.now()
    call.save(update_fields=["told_at"])
    _tell_opened(call)
    return True


def _tell_opened(call: Call) -> None:
    notify(
        events.CALL_OPENED,
        call,
        selectors.residents(call.neighbourhood),
        once_per=f"{key(call)}:opened",
        fen=call.pot,
        closes_at=call.closes_at.isoformat() if call.closes_at else "",
    )


@transaction.atomic
def cancel_call(user: User, pk: int, reason: str) -> Call:
    """Call a round off; a draft goes unseen. The rooms above end what they began in it, and tell whom it concerns."""
    call = CALLS.take(user, pk, "cancel_call")
    public = call.opened_at is not None
    advance(call, CallState.CANCELLED, reason=reason)
    if public:
        log(events.CALL_CANCELLED, call, by=user, data={"reason": reason})
    for end in _CALLED_OFF:
        end(call, user)
    duties.drop(call)
    return call


@transaction.atomic
def close_call(user: User, pk: int) -> Call:
    """Close the books of a round. NotPossible while a project of it is not at its end."""
    call = CALLS.take(user, pk, "close_call")
    left = selectors.open_grants(call).count()
    if left:
        raise NotPossible(_("%(n)s projects of this round are not at their end yet.") % {"n": left})
    advance(call, CallState.CLOSED, closed_at=clock.now())
    duties.close(CLOSE_CALL, call, by=user)
    duties.drop(call)
    log(events.CALL_CLOSED, call, by=user, data={"given": plain_yuan(call.given)})
    return call
