"""What time and money do to the draft of a round: it can be opened, or cannot any more."""

from __future__ import annotations

from django.db import transaction

from portal.funds.calls import services
from portal.funds.calls.owing import owe_opening
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.kit.periodic import in_time, job


@job
def tell_by_date() -> None:
    """Residents hear of a round that was opened ahead when it takes applications."""
    services.tell_due()


@job
def owe_openings() -> None:
    """Money has come in or is promised elsewhere, a window is over: whether a draft waits to be opened is another."""
    for pk in in_time(Call.objects.filter(state=CallState.DRAFT).order_by("pk").values_list("pk", flat=True)):
        _owe(pk)


@transaction.atomic
def _owe(pk: int) -> None:
    held = Call.objects.select_for_update(of=("self",)).select_related("fund__neighbourhood")
    owe_opening(held.get(pk=pk))
