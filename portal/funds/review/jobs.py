"""What time does to a review: what the office owes next is owed from the moment on at which it can be done."""

from __future__ import annotations

from django.db import transaction

from portal.duties.models import Duty
from portal.funds.models import Call
from portal.funds.review.owing import end_what_nobody_scores, next_of, owe_next
from portal.funds.review.wording import OF_ROUND
from portal.funds.states import CallState
from portal.kit import clock
from portal.kit.periodic import in_time, job
from portal.record.services import key


@job
def owe_steps() -> None:
    """A window has ended, an application was withdrawn, a vote was called: what is owed of the round is another."""
    over = Call.objects.filter(state=CallState.OPEN, closes_at__lte=clock.now())
    over |= Call.objects.filter(state=CallState.REVIEWING)
    owed = Duty.objects.active().filter(kind__in=OF_ROUND).values_list("subject", "kind")
    standing = dict(owed)
    moved = Call.objects.filter(pk__in=[int(one.split(":")[1]) for one in standing])
    for call in in_time((over | moved).select_related("fund__neighbourhood").order_by("pk")):
        if call.state == CallState.REVIEWING or next_of(call) != standing.get(key(call)):
            owe(call.pk)


@transaction.atomic
def owe(pk: int) -> None:
    """Bring what is owed of one round up to date, under its lock."""
    held = Call.objects.select_for_update(of=("self",)).select_related("fund__neighbourhood")
    call = held.get(pk=pk)
    end_what_nobody_scores(call)
    owe_next(call)
