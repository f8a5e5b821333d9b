"""What the clock does to rounds whose projects are put to the residents."""

from __future__ import annotations

from portal.duties.tick import job
from portal.funds.ballot import services
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.voting.jobs import end_votes


@job
def settle_fund_votes() -> None:
    """Take each round where its vote leads: called off, annulled, counted, computed."""
    end_votes()
    for pk in list(Call.objects.filter(state=CallState.VOTING).order_by("pk").values_list("pk", flat=True)):
        services.settle(pk)
    annulled = Call.objects.filter(state=CallState.DECIDED, vote__annulled_at__isnull=False)
    for pk in list(annulled.order_by("pk").values_list("pk", flat=True)):
        services.note_annulment(pk)
